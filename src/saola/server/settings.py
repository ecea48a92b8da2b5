"""Settings of the server, read from the workspace and the environment."""

import os
from pathlib import Path

HOME = Path(os.environ.get("SAOLA_HOME", "saola-home"))

SECRET_KEY = os.environ.get("SAOLA_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SAOLA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "saola.server.urls"
WSGI_APPLICATION = "saola.server.wsgi.application"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("fr", "Français")]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
