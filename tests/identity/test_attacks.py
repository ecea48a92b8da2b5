"""One test an attack of RFC 9700 and of the FAPI 2.0 attacker model: refused, and in the log."""

import hmac
import json
import re
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.test import Client as Browser
from joserfc.jwk import ECKey

from saola.server.identity import clients, rights
from saola.server.identity.models import Account, Authorisation, Event
from saola.server.identity.provider import pkce


def _refusals(kind: str) -> int:
    return Event.objects.filter(kind=kind, outcome="refused").count()


class Logged:
    """Holds that a refusal of a kind is written while the block runs."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __enter__(self) -> None:
        self.before = _refusals(self.kind)

    def __exit__(self, kind: object, *_: object) -> None:
        assert kind is not None or self.before < _refusals(self.kind)


def _errors(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://service.example/back/",
        "https://service.example/back?x=1",
        "https://service.example/back#x",
        "https://service.example.evil.example/back",
        "https://service.example@evil.example/back",
        "http://service.example/back",
        "",
    ],
)
def test_redirect_uri_is_compared_character_by_character(person: Any, plain: Any, uri: str) -> None:
    """RFC 9700, 4.1: an address that is not registered gets no answer and no redirect."""
    person.sign_in()

    with Logged("redirect-refused"):
        answer = person.browser.get("/oidc/authorize", plain.request(redirect_uri=uri))

    assert (400, False) == (answer.status_code, "Location" in answer.headers)


def test_code_of_another_client_is_refused(person: Any, service: Any, new_service: Any) -> None:
    """RFC 9700, 4.5: a stolen code is worth nothing to another client."""
    thief = new_service()
    person.sign_in()
    code = service.authorise(person)["code"]

    with Logged("code-refused"):
        answer = thief.redeem(code)

    assert (400, "invalid_grant") == _errors(answer)


def test_injected_code_fails_on_pkce(person: Any, service: Any) -> None:
    """RFC 9700, 4.5: a code put into another session of the same client meets another verifier."""
    person.sign_in()
    code = service.authorise(person)["code"]

    with Logged("code-injected"):
        answer = service.redeem(code, code_verifier="w" * 50)

    assert (400, "invalid_grant") == _errors(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
    ],
)
def test_pkce_cannot_be_left_out(service: Any, changes: dict[str, Any]) -> None:
    """RFC 9700, 4.8.2: a request without an S256 challenge is refused."""
    with Logged("pkce-missing"):
        answer = service.post("/oidc/par", service.request(**changes))

    assert (400, "invalid_request") == _errors(answer)


def test_verifier_without_challenge_is_a_downgrade(person: Any, new_service: Any) -> None:
    """RFC 9700, 4.8.2: a verifier for a request that had no challenge is refused."""
    tool = new_service(
        method="client_secret_post", grants=["authorization_code"], fapi=False, pkce=False
    )
    person.sign_in()
    code = tool.authorise(person, code_challenge=None, code_challenge_method=None)["code"]

    with Logged("pkce-downgraded"):
        answer = tool.redeem(code)

    assert (400, "invalid_grant") == _errors(answer)


def test_code_used_twice_ends_its_tokens(person: Any, service: Any) -> None:
    """RFC 6749, 4.1.2: the second use of a code is refused and revokes what the first gave."""
    person.sign_in()
    code = service.authorise(person)["code"]
    token = service.redeem(code).json()["access_token"]

    with Logged("code-replayed"):
        answer = service.redeem(code)

    assert (400, "invalid_grant") == _errors(answer)
    assert 401 == service.userinfo(token).status_code


def test_old_code_is_refused(person: Any, service: Any) -> None:
    """FAPI 2.0, 5.3.2.1: a code lives at most 60 seconds."""
    person.sign_in()
    code = service.authorise(person)["code"]
    found = Authorisation.objects.get(client=service.client)
    life = (found.code_expires - found.created).total_seconds()
    found.code_expires = found.created
    found.save()

    with Logged("code-expired"):
        answer = service.redeem(code)

    assert 60 >= life
    assert (400, "invalid_grant") == _errors(answer)


def test_code_is_bound_to_the_proof_key(person: Any, service: Any) -> None:
    """RFC 9449, 10: a code asked for with one key is not redeemed with another."""
    person.sign_in()
    code = service.authorise(person)["code"]

    with Logged("dpop-refused"):
        answer = service.redeem(
            code, proof=service.proof("/oidc/token", key=ECKey.generate_key("P-256"))
        )

    assert (400, "invalid_grant") == _errors(answer)


def test_refresh_token_used_twice_ends_the_family(person: Any, service: Any) -> None:
    """RFC 9700, 4.14: the reuse of a refresh token revokes all that came of it."""
    person.sign_in()
    code = service.authorise(person, scope="openid offline_access")["code"]
    first = service.redeem(code).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = service.post("/oidc/token", form).json()

    with Logged("refresh-replayed"):
        answer = service.post("/oidc/token", form)

    assert (400, "invalid_grant") == _errors(answer)
    assert 401 == service.userinfo(second["access_token"]).status_code
    newest = {"grant_type": "refresh_token", "refresh_token": second["refresh_token"]}
    assert 400 == service.post("/oidc/token", newest).status_code


def test_stolen_token_is_worth_nothing_without_its_key(person: Any, service: Any) -> None:
    """FAPI 2.0 attacker A5: a leaked access token is refused as bearer and with another key."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]
    thief = ECKey.generate_key("P-256")

    with Logged("dpop-refused"):
        bearer = service.browser.get("/oidc/userinfo", headers={"authorization": f"Bearer {token}"})
        stolen = service.userinfo(
            token, proof=service.proof("/oidc/userinfo", method="GET", token=token, key=thief)
        )

    assert (401, 401) == (bearer.status_code, stolen.status_code)


def test_proof_is_good_once(person: Any, service: Any) -> None:
    """RFC 9449, 11.1: a DPoP proof seen before is refused."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]
    proof = service.proof("/oidc/userinfo", method="GET", token=token)
    first = service.userinfo(token, proof=proof)

    with Logged("dpop-replayed"):
        second = service.userinfo(token, proof=proof)

    assert (200, 400) == (first.status_code, second.status_code)


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "PUT"},
        {"htu": "http://localhost:8000/oidc/par"},
        {"htu": "https://evil.example/oidc/token"},
        {"iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"jti": None},
        {"header": {"typ": "JWT"}},
    ],
)
def test_proof_is_for_one_request(service: Any, changes: dict[str, Any]) -> None:
    """RFC 9449, 4.3: a proof for another method, address or time is refused."""
    proof = service.proof("/oidc/token", **changes)

    with Logged("dpop-refused"):
        answer = service.post("/oidc/token", {"grant_type": "authorization_code"}, proof=proof)

    assert (400, "invalid_dpop_proof") == _errors(answer)


def test_token_hash_binds_proof_to_token(person: Any, service: Any) -> None:
    """RFC 9449, 7: a proof for another token is refused."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]

    with Logged("dpop-refused"):
        answer = service.userinfo(
            token, proof=service.proof("/oidc/userinfo", method="GET", token="another")
        )

    assert (401, "invalid_token") == _errors(answer)


def test_assertion_is_good_once(service: Any) -> None:
    """FAPI 2.0, 5.3.2.1: a client assertion seen before is refused."""
    form = {**service.request(), "client_assertion": service.assertion()}
    first = service.post("/oidc/par", form)

    with Logged("assertion-replayed"):
        second = service.post("/oidc/par", form)

    assert (201, 401) == (first.status_code, second.status_code)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://evil.example"},
        {"aud": ["http://localhost:8000", "https://evil.example"]},
        {"aud": "http://localhost:8000/oidc/token"},
        {"exp": int(time.time()) - 3600},
        {"exp": int(time.time()) + 10**6},
        {"sub": "somebody-else"},
        {"jti": None},
    ],
)
def test_assertion_for_another_place_or_time_is_refused(
    service: Any, changes: dict[str, Any]
) -> None:
    """Audience injection: on the FAPI profile an assertion names the issuer and nothing else."""
    form = {**service.request(), "client_assertion": service.assertion(**changes)}

    with Logged("assertion-refused"):
        answer = service.post("/oidc/par", form)

    assert (401, "invalid_client") == _errors(answer)


def test_assertion_signed_with_the_public_key_as_secret_is_refused(service: Any) -> None:
    """Algorithm confusion: a symmetric or absent signature never counts."""
    # joserfc itself refuses to take a public key as a secret, so the thief signs by hand.
    header, claims = {"alg": "HS256", "typ": "JWT"}, {"iss": service.id, "sub": service.id}
    now = int(time.time())
    claims |= {"aud": "http://localhost:8000", "iat": now, "exp": now + 60, "jti": "confused"}
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    public = service.key.as_pem(private=False)
    mark = hmac.new(public, b".".join(parts), "sha256").digest()
    forged = b".".join([*parts, urlsafe_b64encode(mark).rstrip(b"=")]).decode()

    with Logged("client-refused"):
        answer = service.post("/oidc/par", {**service.request(), "client_assertion": forged})

    assert (401, "invalid_client") == _errors(answer)


def test_request_on_the_profile_must_be_pushed(person: Any, service: Any) -> None:
    """FAPI 2.0, 5.3.2.2: parameters in the address are refused for a client on the profile."""
    person.sign_in()

    with Logged("par-missing"):
        answer = person.browser.get("/oidc/authorize", service.request())

    assert "error=invalid_request" in answer.headers["Location"]


def test_pushed_request_belongs_to_its_client_and_is_used_once(
    person: Any, service: Any, new_service: Any
) -> None:
    """RFC 9126, 7: another client's handle, a guessed one and a used one are refused."""
    other = new_service()
    person.sign_in()
    service.authorise(person)
    given = service.push()

    with Logged("request-refused"):
        swapped = person.browser.get("/oidc/authorize", {**given, "client_id": other.id})
        guessed = person.browser.get(
            "/oidc/authorize", {**given, "request_uri": given["request_uri"] + "x"}
        )
        first = person.browser.get("/oidc/authorize", given)
        again = person.browser.get("/oidc/authorize", given)

    assert (400, 400, 303, 400) == tuple(
        answer.status_code for answer in (swapped, guessed, first, again)
    )


def test_answer_names_its_issuer(person: Any, service: Any) -> None:
    """RFC 9700, 4.4 (mix-up): good answers and errors carry `iss`."""
    person.sign_in()
    good = service.authorise(person)
    refused = person.browser.get("/oidc/authorize", service.push(prompt="none", max_age="0"))

    assert "http://localhost:8000" == good["iss"]
    assert "iss=http%3A%2F%2Flocalhost%3A8000" in refused.headers["Location"]


def test_sign_in_does_not_keep_the_session_of_before(person: Any) -> None:
    """Session fixation: the session's name changes at sign-in."""
    person.browser.get("/en/account/login/")
    session = person.browser.session
    session["planted"] = True
    session.save()
    before = session.session_key

    person.browser.cookies["session"] = before
    person.sign_in()

    assert before != person.browser.session.session_key


def test_consent_needs_the_page(person: Any, service: Any) -> None:
    """CSRF: consent posted from elsewhere, or without the page before it, counts for nothing."""
    person.sign_in()
    given = service.push()
    with Logged("consent-refused"):
        unopened = person.browser.post(
            f"/en/account/consent/?client_id={given['client_id']}"
            f"&request_uri={given['request_uri']}",
            {"answer": "allow"},
        )
    strict = Browser(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = person.browser.cookies
    opened = strict.get("/oidc/authorize", given).headers["Location"]
    forged = strict.post(opened, {"answer": "allow"})

    assert (400, 403) == (unopened.status_code, forged.status_code)


def test_pages_cannot_be_framed(person: Any, service: Any) -> None:
    """Clickjacking: no page of sign-in may stand in another's frame."""
    person.sign_in()
    consent = person.browser.get("/oidc/authorize", service.push()).headers["Location"]
    pages = [person.browser.get(consent), person.browser.get("/en/account/")]

    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_login_leads_nowhere_else(person: Any) -> None:
    """Open redirect: `next` to another host is ignored."""
    answer = person.browser.post(
        "/en/account/login/?next=https://evil.example/",
        {
            "login": person.account.email,
            "password": person.password,
            "next": "https://evil.example/",
        },
    )

    assert "evil" not in answer.headers["Location"]


def test_unknown_and_known_addresses_answer_alike(person: Any) -> None:
    """Enumeration: a wrong password and an unknown address get one page and cost one hash each."""

    def tried(email: str) -> tuple[str, float]:
        start = time.perf_counter()
        page = person.browser.post("/en/account/login/", {"login": email, "password": "x" * 20})
        took = time.perf_counter() - start
        shown = re.sub(r'value="[^"]*"', "", page.content.decode())
        return shown, took

    assert not Account.objects.filter(email="nobody@example.org").exists()
    known, unknown = [], []
    with Logged("sign-in-refused"):
        for _ in range(4):  # by turns: what slows the machine for a moment slows both
            known.append(tried(person.account.email))
            unknown.append(tried("nobody@example.org"))

    assert known[0][0] == unknown[0][0]
    fastest = min(took for _, took in known), min(took for _, took in unknown)
    assert 0.5 < fastest[0] / fastest[1] < 2


def test_wrong_passwords_are_slowed(person: Any) -> None:
    """Guessing: after five failures even the right password waits."""
    for _ in range(6):
        person.browser.post(
            "/en/account/login/", {"login": person.account.email, "password": "guess" * 4}
        )
    person.browser.post(
        "/en/account/login/", {"login": person.account.email, "password": person.password}
    )

    assert not person.events("sign-in")


def test_wrong_client_secrets_are_slowed(plain: Any) -> None:
    """Guessing: after ten failures a client's right secret waits too."""
    right = plain.secret
    plain.secret = "wrong"
    for _ in range(10):
        plain.redeem("x")
    plain.secret = right

    with Logged("limit-reached"):
        answer = plain.redeem("x")

    assert 429 == answer.status_code


def test_parameter_may_not_repeat(plain: Any) -> None:
    """RFC 6749, 3.1: a repeated parameter is refused, lest two readers read two values."""
    answer = plain.browser.post(
        "/oidc/token",
        "grant_type=authorization_code&grant_type=refresh_token",
        content_type="application/x-www-form-urlencoded",
    )

    assert (400, "invalid_request") == _errors(answer)


def test_suspended_account_stops_at_once(person: Any, service: Any, new_person: Any) -> None:
    """Suspension ends sessions, access and refresh tokens with the next request."""
    person.sign_in()
    code = service.authorise(person, scope="openid offline_access")["code"]
    tokens = service.redeem(code).json()

    rights.suspend(person.account, by=new_person().account)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    assert 401 == service.userinfo(tokens["access_token"]).status_code
    assert 400 == service.post("/oidc/token", form).status_code
    assert "/account/login/" in person.browser.get("/en/account/").headers["Location"]
    assert person.events("account-suspended")


def test_suspended_client_stops_at_once(person: Any, service: Any) -> None:
    """A suspended service's tokens and assertions stop with the next request."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]

    clients.suspend(service.client, by=None)

    assert 401 == service.userinfo(token).status_code
    assert 401 == service.post("/oidc/par", service.request()).status_code


def test_tokens_of_another_client_are_not_told_nor_revoked(
    person: Any, service: Any, new_service: Any
) -> None:
    """Introspection and revocation are about a client's own tokens."""
    other = new_service()
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]

    told = other.post("/oidc/introspect", {"token": token}).json()
    other.post("/oidc/revoke", {"token": token})

    assert {"active": False} == told
    assert 200 == service.userinfo(token).status_code


def test_dynamic_registration_is_off(server: Any, plain: Any) -> None:  # noqa: ARG001
    """Strangers cannot register a service."""
    answer = plain.browser.post("/oidc/register", "{}", content_type="application/json")

    assert 404 == answer.status_code


def test_pkce_of_the_standard() -> None:
    """RFC 7636, appendix B: the example verifier gives the example challenge."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" == pkce.challenge_of(verifier)
    assert pkce.proves(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
