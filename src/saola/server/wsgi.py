"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saola.server.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (the application sets Django up)

from saola.server.portal import ahead  # noqa: E402  (the same)

# While the process takes its first visitors it reads what they will ask for next.
ahead.begin(application, https=settings.CONFIGURATION.https)
