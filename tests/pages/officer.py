"""Makes an officer who may do everything, signed in; run on the workspace of a running server."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django is set up above)
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from saola.server.identity.models import Account, Organisation, Right, SignIn  # noqa: E402
from saola.server.identity.models.right import TASKS  # noqa: E402

PASSWORD = "correct horse battery staple"
LONG = "Nguyễn Thị Hoàng-Marie-Antoinette de la Rochefoucauld-Montmorency d’Indochine"


def made() -> dict[str, str]:
    """Make the officer, and give the cookie that pages are opened with."""
    account = Account.objects.create_user("officer@example.org", PASSWORD, name=LONG)
    account.emailaddress_set.create(email=account.email, verified=True, primary=True)
    agency = Organisation.objects.first() or Organisation.objects.create(code="saola")
    now = timezone.now()
    for task in TASKS:
        facts = {"account": account, "organisation": agency, "asked_by": account}
        Right.objects.create(task=task, approved_at=now, **facts)
    browser = Client(headers={"host": "127.0.0.1"})
    browser.post("/en/account/login/", {"login": account.email, "password": PASSWORD})
    SignIn.objects.filter(account=account).update(level=3)
    session = browser.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": session.key, "value": session.value}


if __name__ == "__main__":
    json.dump(made(), sys.stdout)
