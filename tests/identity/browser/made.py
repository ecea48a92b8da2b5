"""Run inside a server's settings: people, services and organisations for the tests of pages.

Prints JSON: the session of each person, and what the addresses of some pages hold.
"""

import datetime as dt
import hashlib
import json
import secrets
import sys
import time
from typing import Any

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402  (Django is set up above)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402
from fido2.cose import ES256  # noqa: E402
from fido2.utils import websafe_encode  # noqa: E402
from fido2.webauthn import (  # noqa: E402
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

from saola.server.identity import (  # noqa: E402
    clients,
    members,
    organisations,
    rights,
    visits,
)
from saola.server.identity.models import (  # noqa: E402
    Account,
    DeviceRequest,
    Invitation,
    Organisation,
    Proofing,
    SignIn,
)
from saola.server.identity.provider import par, pkce, subjects  # noqa: E402
from saola.server.identity.provider.secret import digest, fresh  # noqa: E402
from saola.server.identity.tasks import TASKS  # noqa: E402

NAMES = {
    "lan": "Nguyễn Thị Lan",
    "minh": "Trần Quang Minh",
    "hoa": "Phạm Thị Hoa",
    "duc": "Lê Văn Đức",
    "new": "Đỗ Thị Mới",
}


def credential() -> dict[str, Any]:
    """Give what a browser sends when it makes a passkey, here without a device."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    name = secrets.token_bytes(16)
    known = AttestedCredentialData.create(bytes(16), name, public)
    data = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), 0x45, 0, known)
    client = {"type": "webauthn.create", "challenge": "AAAA", "origin": "http://localhost"}
    return {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps(client).encode()),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {},
    }


def person(short: str) -> Account:
    """Make a person with a verified address."""
    account = Account.objects.create_user(f"{short}@example.org", name=NAMES[short])
    account.emailaddress_set.create(email=account.email, verified=True, primary=True)
    if short != "new":
        Authenticator.objects.create(
            user=account,
            type="webauthn",
            data={"name": "Điện thoại", "credential": credential()},
        )
        RecoveryCodes.activate(account)
    return account


def session(account: Account) -> str:
    """Sign a person in at level 2, a moment ago."""
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store["account_authentication_methods"] = [
        {"method": "mfa", "type": "webauthn", "at": time.time() + 600}
    ]
    store.create()
    visit = SignIn.objects.create(
        account=account,
        session=store.session_key or "",
        level=2,
        amr=["mfa", "pop", "user"],
        address="203.0.113.7",
        agent="Mozilla/5.0 (Linux; Android 15) Chrome/140.0",
    )
    store[visits.KEY] = visit.pk
    store.save()
    return str(store.session_key)


def proofed(account: Account, officer: Account) -> None:
    """Raise a person to level 2."""
    Proofing.objects.create(
        account=account, officer=officer, document="passport", document_digits="1234", place="Huế"
    )
    account.assurance = 2
    account.save()


def service(home: Organisation, account: Account) -> dict[str, str]:
    """Make a service that one person allowed, that asks once more, and one that waits."""
    made, _ = clients.add(
        home, name="Land office", redirect_uris=["https://land.example/back"],
        scopes=["openid", "profile", "identity", "organisation"], method="client_secret_post",
        by=None, fapi=False,
    )  # fmt: skip
    clients.approve(made, by=None)
    clients.add(
        home, name="Waiting service", redirect_uris=["https://wait.example/back"],
        scopes=["openid"], method="client_secret_post", by=account, fapi=False,
    )  # fmt: skip
    account.consents.create(
        client=made, scopes=["openid"], subject=subjects.subject_of(account, made)
    )
    asked = {
        "response_type": "code", "client_id": made.identifier, "state": "s",
        "redirect_uri": "https://land.example/back", "scope": "openid profile identity",
        "code_challenge": pkce.challenge_of("v" * 50), "code_challenge_method": "S256",
    }  # fmt: skip
    parked = par.URN + par.keep(made, asked, pushed=False)
    DeviceRequest.objects.create(
        device=digest(fresh()), user_code=digest("BCDF-GHJK"), client=made,
        scopes=["openid", "profile"], expires=timezone.now() + dt.timedelta(hours=1),
    )  # fmt: skip
    return {"consent": f"account/consent/?client_id={made.identifier}&request_uri={parked}"}


def main() -> None:
    """Make everything and say where it is."""
    people = {short: person(short) for short in NAMES}
    lan, minh, hoa, duc = (people[short] for short in ("lan", "minh", "hoa", "duc"))
    home = Organisation.objects.get(code="saola")
    for task in TASKS:
        given = rights.ask(lan, task, organisation=home, by=minh)
        rights.approve(given, by=hoa)
        rights.accept(given)
    rights.approve(rights.ask(lan, "report", organisation=home, unit="VNM.P.48", by=minh), by=hoa)
    rights.ask(duc, "verify", organisation=home, by=minh)
    for one in (hoa, duc):
        proofed(one, lan)
    company = organisations.ask("0102030405", "Công ty Gạo Sông Hậu", by=hoa)
    organisations.approve(company, by=lan)
    organisations.ask("0607080910", "Hợp tác xã Chè Núi", by=duc)
    until = timezone.localdate() + dt.timedelta(days=90)
    members.accept(members.invite(company, duc.email, "officer", end=until, by=hoa), by=duc)
    members.invite(company, people["new"].email, "delegate", end=until, by=hoa)
    for unit, task in (("*", "auditor"), ("VNM.P.48", "report")):
        Invitation.objects.create(
            email=f"{task}@cục-chuyển-đổi-số.example", organisation=home, unit=unit, task=task,
            asked_by=minh, expires=timezone.now() + dt.timedelta(days=7),
        )  # fmt: skip
    facts = {
        "sessions": {short: session(account) for short, account in people.items()},
        "company": f"account/organisations/{company.pk}/",
        **service(home, lan),
    }
    sys.stdout.write(json.dumps(facts))


main()
