"""People and services of sign-in, on a server without sockets."""

import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

if "SAOLA_HOME" not in os.environ or "DJANGO_SETTINGS_MODULE" not in os.environ:
    # Django reads its settings once a process: the first room's tests choose the folder.
    os.environ["SAOLA_HOME"] = tempfile.mkdtemp(prefix="saola-identity-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"

import django
from django.conf import settings
from django.test import Client as Browser

django.setup()

from django.core.cache import cache  # noqa: E402
from joserfc import jwt  # noqa: E402  (Django is set up above)
from joserfc.jwk import ECKey  # noqa: E402

from saola.server import databases  # noqa: E402
from saola.server.identity import clients, limits, rights  # noqa: E402
from saola.server.identity.models import Account, Attempt, Event, Organisation, SignIn  # noqa: E402
from saola.server.identity.provider import dpop, pkce  # noqa: E402

PASSWORD = "correct horse battery staple"
REDIRECT = "https://service.example/back"
VERIFIER = "v" * 50


@pytest.fixture(scope="session")
def server() -> Path:
    """The workspace of a server whose tables are made."""
    databases.prepare(settings.HOME)
    return Path(settings.HOME)


class Person:
    """A person with a browser."""

    def __init__(self, **facts: Any) -> None:
        name = uuid.uuid4().hex[:12]
        self.password = PASSWORD
        self.account = Account.objects.create_user(
            f"{name}@example.org", PASSWORD, name=f"Nguyễn {name}", **facts
        )
        self.account.emailaddress_set.create(email=self.account.email, verified=True, primary=True)
        self.browser = Browser(headers={"host": "localhost"}, raise_request_exception=True)

    def sign_in(self, level: int = 1) -> SignIn:
        """Sign in by password; a level above that is written into the sign-in."""
        self.browser.post(
            "/en/account/login/", {"login": self.account.email, "password": self.password}
        )
        visit = SignIn.objects.filter(account=self.account, ended_at=None).latest("id")
        if level > 1:
            visit.level = level
            visit.save()
        return visit

    def events(self, kind: str) -> list[Event]:
        """List the log's events of a kind about the person."""
        return list(Event.objects.filter(account=self.account.pk, kind=kind))


class Service:
    """A relying party on the FAPI 2.0 profile."""

    def __init__(self, agency: Organisation, **more: Any) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
        self.proof_key = ECKey.generate_key("P-256")
        self.browser = Browser(headers={"host": "localhost"})
        method = more.pop("method", "private_key_jwt")
        self.client, self.secret = clients.add(
            agency,
            name="Sổ tay",
            redirect_uris=[REDIRECT],
            scopes=more.pop("scopes", ["openid", "profile", "email", "offline_access"]),
            keys={"keys": [self.key.as_dict(private=False)]} if "key" in method else None,
            method=method,
            by=None,
            **more,
        )
        clients.approve(self.client, by=None)

    @property
    def id(self) -> str:
        """The client_id."""
        return self.client.identifier

    def assertion(self, **changes: Any) -> str:
        """Sign a client assertion."""
        now = int(time.time())
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": settings.SAOLA_ISSUER,
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        key = changes.pop("key", self.key)
        return jwt.encode({"alg": "ES256", "kid": "one"}, kept, key)

    def proof(self, path: str, *, method: str = "POST", token: str = "", **changes: Any) -> str:
        """Sign a DPoP proof."""
        key = changes.pop("key", self.proof_key)
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
        header |= changes.pop("header", {})
        claims = {
            "jti": uuid.uuid4().hex,
            "htm": method,
            "htu": settings.SAOLA_ISSUER + path,
            "iat": int(time.time()),
            **({"ath": dpop.token_hash(token)} if token else {}),
            **changes,
        }
        return jwt.encode(header, claims, key)

    def post(self, path: str, form: dict[str, Any], *, proof: str | None = None) -> Any:
        """Call an endpoint as this client."""
        body = dict(form)
        headers = {}
        if self.client.method == "private_key_jwt":
            body.setdefault("client_assertion", self.assertion())
            body["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        elif self.client.method == "client_secret_post":
            body |= {"client_id": self.id, "client_secret": self.secret}
        else:
            body["client_id"] = self.id
        if self.client.fapi or proof:
            headers["dpop"] = proof or self.proof(path)
        return self.browser.post(
            path,
            urlencode(body),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )

    def request(self, **changes: Any) -> dict[str, Any]:
        """Give the parameters of an authorisation request."""
        given = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": REDIRECT,
            "scope": "openid profile",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": pkce.challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def push(self, **changes: Any) -> dict[str, str]:
        """Push a request; give what the browser takes along."""
        pushed = self.post("/oidc/par", self.request(**changes))
        assert 201 == pushed.status_code, pushed.content
        return {"client_id": self.id, "request_uri": pushed.json()["request_uri"]}

    def authorise(self, person: Person, **changes: Any) -> dict[str, str]:
        """Walk a signed-in person through; give the parameters of the answer."""
        given = self.push(**changes) if self.client.fapi else self.request(**changes)
        answer = person.browser.get("/oidc/authorize", given)
        if "/account/consent/" in answer.headers.get("Location", ""):
            answer = person.browser.post(answer.headers["Location"], {"answer": "allow"})
        to = answer.headers.get("Location", "")
        assert to.startswith(REDIRECT), (answer.status_code, to, answer.content[:500])
        return dict(parse_qsl(urlsplit(to).query))

    def redeem(self, code: str, **changes: Any) -> Any:
        """Send a code to the token endpoint."""
        proof = changes.pop("proof", None)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            **changes,
        }
        kept = {name: value for name, value in form.items() if value is not None}
        return self.post("/oidc/token", kept, proof=proof)

    def userinfo(self, token: str, *, proof: str | None = None) -> Any:
        """Ask who a token is about."""
        if not self.client.fapi:
            return self.browser.get("/oidc/userinfo", headers={"authorization": f"Bearer {token}"})
        shown = proof or self.proof("/oidc/userinfo", method="GET", token=token)
        headers = {"authorization": f"DPoP {token}", "dpop": shown}
        return self.browser.get("/oidc/userinfo", headers=headers)

    def refused(self, kind: str) -> list[Event]:
        """List the log's events of a refused kind, newest last."""
        return list(Event.objects.filter(kind=kind, outcome="refused").order_by("id"))


@pytest.fixture
def person(server: Path) -> Person:  # noqa: ARG001  (it makes the tables)
    """A person with a password."""
    return Person()


@pytest.fixture
def other(server: Path) -> Person:  # noqa: ARG001
    """Another person."""
    return Person()


@pytest.fixture
def agency(server: Path) -> Organisation:  # noqa: ARG001
    """An agency."""
    code = f"XSA.M.{uuid.uuid4().hex[:8]}"
    return Organisation.objects.create(code=code, name="Sở Mẫu", agency=True, keeps=True)


@pytest.fixture
def service(agency: Organisation) -> Service:
    """A service on the FAPI 2.0 profile."""
    return Service(agency)


@pytest.fixture
def plain(agency: Organisation) -> Service:
    """An older service: a secret, bearer tokens, requests in the address."""
    return Service(agency, method="client_secret_post", grants=["authorization_code"], fapi=False)


@pytest.fixture
def new_service(agency: Organisation) -> Any:
    """Make a service with other facts."""
    return lambda **more: Service(more.pop("agency", agency), **more)


@pytest.fixture
def new_person(server: Path) -> Any:  # noqa: ARG001
    """Make another person."""
    return Person


@pytest.fixture
def officer(new_person: Any, agency: Organisation) -> Any:
    """Make a signed-in person with a right."""

    def make(task: str, *, level: int = 2) -> Person:
        found: Person = new_person()
        first, second = new_person().account, new_person().account
        right = rights.ask(found.account, task, organisation=agency, by=first)
        rights.approve(right, by=second)
        rights.accept(right)
        found.sign_in(level)
        return found

    return make


@pytest.fixture(autouse=True)
def unhurried(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Tests come from one address: forget its failures before each; no window ends in a test."""
    now = limits.window()
    monkeypatch.setattr(limits, "window", lambda: now)
    cache.clear()
    Attempt.objects.all().delete()
