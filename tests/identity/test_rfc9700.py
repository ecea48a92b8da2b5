"""The attacks of RFC 9700 that a browser or a proxy carries, and a list of where each is tested."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from joserfc import jws

from saola.server.identity import limits
from saola.server.identity import settings as chosen
from saola.server.identity.models import Event

TESTS = Path(__file__).parent
TABLE = TESTS.parents[1] / "docs" / "conformance" / "attacks.md"


def _refused(kind: str) -> int:
    return Event.objects.filter(kind=kind, outcome="refused").count()


def test_no_address_with_a_code_leaves_by_the_referrer(person: Any, plain: Any) -> None:
    """RFC 9700, 4.2: the answer and the pages before it send no referrer to another site."""
    person.sign_in()
    answer = person.browser.get("/oidc/authorize", plain.request())
    page = person.browser.get(answer.headers["Location"])
    given = person.browser.post(answer.headers["Location"], {"answer": "allow"})

    assert "no-referrer" == given.headers["Referrer-Policy"]
    assert "strict-origin-when-cross-origin" == page.headers["Referrer-Policy"]


def test_a_token_in_an_address_is_refused(person: Any, plain: Any) -> None:
    """RFC 9700, 4.3.2: an access token in the query, which histories keep, is no token."""
    person.sign_in()
    token = plain.redeem(plain.authorise(person)["code"]).json()["access_token"]
    before = _refused("token-refused")
    answer = plain.browser.get("/oidc/userinfo", {"access_token": token})

    assert 401 == answer.status_code
    assert before < _refused("token-refused")


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"response_type": "code token"},
        {"response_type": "id_token token"},
        {"response_mode": "fragment"},
        {"response_mode": "web_message"},
    ],
)
def test_tokens_never_pass_through_the_browser(
    person: Any, plain: Any, changes: dict[str, str]
) -> None:
    """RFC 9700, 4.6 and 4.17: no implicit or hybrid flow, no fragment, no message to a window."""
    person.sign_in()
    before = _refused("flow-refused")
    answer = person.browser.get("/oidc/authorize", plain.request(**changes))

    assert "error=" in answer.headers["Location"]
    assert before < _refused("flow-refused")


def test_an_access_token_is_bound_to_its_id_token(person: Any, plain: Any) -> None:
    """RFC 9700, 4.6: `at_hash` tells a client that a token was put in another's place."""
    person.sign_in()
    one, two = (plain.redeem(plain.authorise(person)["code"]).json() for _ in range(2))
    bodies = [jws.extract_compact(each["id_token"].encode()).payload for each in (one, two)]

    assert bodies[0] != bodies[1]
    assert all(b"at_hash" in body for body in bodies)


def test_a_state_comes_back_as_it_went(person: Any, plain: Any) -> None:
    """RFC 9700, 4.7: a client's `state` against CSRF is given back character by character."""
    person.sign_in()

    assert "ä &=%/ state" == plain.authorise(person, state="ä &=%/ state")["state"]


def test_no_redirect_carries_a_posted_password(person: Any, plain: Any) -> None:
    """RFC 9700, 4.12: after a POST browsers are sent on by 302 or 303, never by 307 or 308."""
    form = {"login": person.account.email, "password": person.password}
    signed = person.browser.post("/en/account/login/", form)
    page = person.browser.get("/oidc/authorize", plain.request()).headers["Location"]
    allowed = person.browser.post(page, {"answer": "allow"})

    assert (302, 303) == (signed.status_code, allowed.status_code)


@pytest.mark.parametrize(
    ("proxies", "sent", "counted"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", ""),
    ],
)
def test_a_forged_forwarded_header_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, proxies: int, sent: str, counted: str
) -> None:
    """RFC 9700, 4.13: of what a header claims only what our own proxies added counts."""
    monkeypatch.setattr(chosen, "SAOLA_PROXIES", proxies)
    request = RequestFactory().get("/", headers={"x-forwarded-for": sent}, REMOTE_ADDR="127.0.0.1")

    assert counted == limits.address_of(request)


def test_a_client_cannot_pass_for_a_person(person: Any, new_service: Any) -> None:
    """RFC 9700, 4.15: a token of a client's own is no person's, and its subject never one."""
    service = new_service(
        scopes=["openid", "profile", "returns"], grants=["client_credentials", "authorization_code"]
    )
    person.sign_in()
    form = {"grant_type": "client_credentials"}
    wanted = service.post("/oidc/token", {**form, "scope": "openid"})
    own = service.post("/oidc/token", {**form, "scope": "returns"})
    asked = service.userinfo(own.json()["access_token"])
    theirs = service.redeem(service.authorise(person)["code"]).json()["access_token"]
    subject = service.userinfo(theirs).json()["sub"]

    assert (400, "invalid_scope") == (wanted.status_code, wanted.json()["error"])
    assert asked.status_code in {401, 403}
    assert service.id != subject


def test_an_unknown_client_redirects_nobody(server: Any) -> None:  # noqa: ARG001
    """RFC 9700, 4.11.2: the provider itself is no open redirector, whatever the error."""
    browser = Browser(headers={"host": "localhost"})
    asked = {"client_id": "nobody", "redirect_uri": "https://evil.example", "response_type": "code"}

    before = _refused("client-refused")

    assert 400 == browser.get("/oidc/authorize", asked).status_code
    assert before + 1 == _refused("client-refused")


def test_every_attack_in_the_table_names_a_test() -> None:
    """The table of attacks names tests that exist, and each section of RFC 9700, 4.1 to 4.17."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    rows = TABLE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", rows))
    sections = {int(found) for found in re.findall(r"^\| 4\.(\d+)", rows, re.MULTILINE)}

    assert set() == {name for name in named if f"def {name}(" not in source}
    assert set(range(1, 18)) == sections


ATTACKS = [
    row.strip("| ").split(" | ")
    for row in TABLE.read_text(encoding="utf-8").partition("## Others")[0].splitlines()
    if re.match(r"\| (4|A)[.\d]", row)
]


@pytest.mark.parametrize(("attack", "tests", "rows"), ATTACKS)
def test_every_audit_row_in_the_table_is_read_by_a_test(attack: str, tests: str, rows: str) -> None:
    """Each kind of row in the table is read by one of the attack's tests; – has a reason."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    bodies = [
        source.partition(f"def {name}(")[2].partition("\ndef ")[0]
        for name in re.findall(r"`(test_\w+)`", tests)
    ]
    kinds = re.findall(r"`([\w-]+)`", rows)

    assert set() == {kind for kind in kinds if not any(f'"{kind}"' in body for body in bodies)}
    assert kinds or rows.startswith("– ("), attack
