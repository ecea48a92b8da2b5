"""People with a browser at the registers' pages, on a server without sockets."""

import uuid
from typing import Any

from django.test import Client

from saola.server.identity import rights
from saola.server.identity.models import Account, Organisation, PersonNumber, SignIn

REFERENCE = "request 17"


def account_with(task: str = "", unit: str = "*", **facts: Any) -> Account:
    """Make an account, with one approved right where a task is named."""
    one, two, three = (
        Account.objects.create_user(f"{uuid.uuid4().hex[:10]}@example.org", **facts)
        for _ in range(3)
    )
    if task:
        agency, _ = Organisation.objects.get_or_create(
            code="XSA.M.PEOPLE", defaults={"name": "Sở Dân cư", "agency": True, "keeps": True}
        )
        right = rights.ask(one, task, organisation=agency, unit=unit, by=two)
        rights.approve(right, by=three)
        rights.accept(right)
    return one


def signed_in(account: Account, *, level: int = 2, purpose: str = "Keep the register") -> Client:
    """Give a browser in which an account is signed in, and has said what it does."""
    browser = Client(headers={"host": "localhost"}, raise_request_exception=True)
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    visit = SignIn.objects.create(account=account, session=session.session_key, level=level)
    session["sign-in"] = visit.pk
    session["errand"] = {"purpose": purpose, "reference": REFERENCE}
    session.save()
    return browser


def carry(account: Account, number: str, *, assurance: int = 2) -> None:
    """Let an account carry a person's number, as one whom an officer saw."""
    account.assurance = assurance
    account.save()
    PersonNumber.objects.create(account=account, number=number, start="2026-01-01", source="test")
