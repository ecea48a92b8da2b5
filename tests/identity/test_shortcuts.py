"""One test a short cut: around the proof, the scopes, the second person, the end or the limits."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.utils import timezone

from saola.errors import StateError
from saola.server.identity import clients, recovery
from saola.server.identity.models import (
    Client,
    Consent,
    DeviceRequest,
    Event,
    Membership,
    Right,
    SignIn,
)
from saola.server.identity.provider import device, jwt

ESSENTIAL = {"id_token": {"acr": {"essential": True, "values": ["urn:saola:level:3"]}}}


def _rows(**facts: Any) -> int:
    return Event.objects.filter(**facts).count()


@pytest.mark.parametrize(
    ("changes", "page"),
    [
        ({"claims": json.dumps(ESSENTIAL)}, "/more/"),
        ({"prompt": "login"}, "/reauthenticate/"),
        ({"max_age": "1"}, "/reauthenticate/"),
    ],
)
def test_consent_cannot_be_given_before_the_proof(
    person: Any, service: Any, changes: dict[str, str], page: str
) -> None:
    """Posting the consent directly skips neither step-up nor a fresh proof."""
    visit = person.sign_in()
    visit.at -= dt.timedelta(minutes=5)
    visit.save()
    given = service.push(**changes)
    sent = person.browser.get("/oidc/authorize", given).headers["Location"]
    consent = f"/en/account/consent/?{urlencode(given)}"

    shown = person.browser.get(consent).headers.get("Location", "")
    taken = person.browser.post(consent, {"answer": "allow"}).headers.get("Location", "")

    assert page in sent
    assert page in shown
    assert page in taken
    assert person.events("proof-skipped")
    assert not Consent.objects.filter(client=service.client).exists()


def test_consent_cannot_be_given_by_another_person(person: Any, other: Any, service: Any) -> None:
    """A request for one person's subject is not answered with another's by posting the consent."""
    person.sign_in()
    first = service.redeem(service.authorise(person)["code"]).json()["id_token"]
    other.sign_in()
    given = service.push(id_token_hint=first)
    other.browser.get("/oidc/authorize", given)

    answer = other.browser.post(f"/en/account/consent/?{urlencode(given)}", {"answer": "allow"})

    assert "error=login_required" in answer.headers["Location"]
    assert "code=" not in answer.headers["Location"]


def test_claims_by_name_stay_inside_the_scopes(person: Any, new_service: Any) -> None:
    """A service with `openid` alone learns no number and no address by naming the claims."""
    service = new_service(scopes=["openid"])
    person.sign_in()
    wanted = {"identity_number": None, "email": None, "identity_assurance": None}
    asked = json.dumps({"userinfo": wanted, "id_token": wanted})
    code = service.authorise(person, scope="openid", claims=asked)["code"]

    tokens = service.redeem(code).json()

    assert {"sub"} == set(service.userinfo(tokens["access_token"]).json())
    assert "email" not in (jwt.unverified(tokens["id_token"]) or {})


def test_agencies_choose_no_scope_of_programs(officer: Any, agency: Any, service: Any) -> None:
    """The form takes what people share; the registers' scopes are the operator's to give."""
    first = officer("clients")
    form = {
        "organisation": agency.pk, "name": "Máy", "redirect_uri": "https://one.example/back",
        "scopes": "openid registries",
        "keys": json.dumps({"keys": [service.key.as_dict(private=False)]}),
    }  # fmt: skip

    page = first.browser.post("/en/account/services/", form).content.decode()

    assert "not known: registries" in page
    assert not Client.objects.filter(names={"en": "Máy"}).exists()


@pytest.fixture
def television(new_service: Any) -> Any:
    """A public client with the device grant."""
    return new_service(
        method="none", fapi=False, grants=[device.GRANT, "refresh_token"],
        scopes=["openid", "profile", "offline_access"],
    )  # fmt: skip


def _allowed(person: Any, television: Any) -> str:
    asked = television.post("/oidc/device", {"scope": "openid profile offline_access"}).json()
    facts = {"user_code": asked["user_code"], "answer": "allow"}
    person.browser.post("/en/account/device/", facts)
    return str(asked["device_code"])


def _poll(television: Any, code: str) -> Any:
    form = {"grant_type": device.GRANT, "device_code": code}
    return television.post("/oidc/token", form)


def test_a_person_ends_what_a_device_got(person: Any, television: Any) -> None:
    """A device stands among the services that see one's data; its tokens end with the button."""
    person.sign_in()
    tokens = _poll(television, _allowed(person, television)).json()
    kept = Consent.objects.get(account=person.account, client=television.client)
    page = person.browser.get("/en/account/").content.decode()

    person.browser.post(f"/en/account/consents/{kept.pk}/withdraw/")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    assert "Sổ tay" in page
    assert 400 == television.post("/oidc/token", form).status_code
    assert 401 == television.userinfo(tokens["access_token"]).status_code
    assert person.events("consent-withdrawn")


def test_a_device_gets_nothing_after_the_consent_is_withdrawn(person: Any, television: Any) -> None:
    """Withdrawn between the yes and the device's next question, the consent gives no token."""
    person.sign_in()
    code = _allowed(person, television)
    Consent.objects.filter(account=person.account).delete()
    before = _rows(kind="device-refused")

    answer = _poll(television, code)

    assert (400, before + 1) == (answer.status_code, _rows(kind="device-refused"))
    assert DeviceRequest.objects.get(client=television.client).used_at is None


def test_a_search_of_the_log_is_seen_by_who_was_searched(officer: Any, person: Any) -> None:
    """The event of an auditor's search names the account and the day."""
    auditor = officer("auditor")
    query = urlencode({"email": person.account.email, "day": "2026-11-22"})

    auditor.browser.get(f"/en/account/audit/?{query}")

    found = person.events("log-searched")
    assert [(auditor.account.pk, "2026-11-22")] == [(row.actor, row.facts["day"]) for row in found]


@pytest.mark.parametrize("path", ["/oidc/token", "/oidc/authorize"])
def test_unknown_clients_do_not_flood_the_log(server: Any, path: str) -> None:  # noqa: ARG001
    """Of 200 anonymous requests with invented services most are slowed and leave no row."""
    browser = Browser(headers={"host": "localhost"}, REMOTE_ADDR="198.51.100.77")
    before = Event.objects.count()
    facts = {"grant_type": "authorization_code", "response_type": "code"}
    last: Any = None
    for number in range(200):
        last = browser.post(path, {**facts, "client_id": f"invented-{number}"}) if (
            path == "/oidc/authorize"
        ) else browser.post(
            path, urlencode({**facts, "client_id": f"invented-{number}"}),
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip

    assert last.status_code in ({429} if path == "/oidc/token" else {400})
    assert 11 == Event.objects.count() - before
    assert Event.objects.filter(kind="limit-reached", facts__address="198.51.100.77").exists()


def test_bad_addresses_do_not_flood_the_log(plain: Any) -> None:
    """A known service's name lets nobody write more than fifty rows in a window."""
    browser = Browser(headers={"host": "localhost"}, REMOTE_ADDR="198.51.100.78")
    before = _rows(kind="redirect-refused")
    for number in range(60):
        browser.get("/oidc/authorize", plain.request(redirect_uri=f"https://x{number}.example"))

    assert 50 == _rows(kind="redirect-refused") - before


def test_the_whole_log_is_not_drawn_often(person: Any) -> None:
    """An account takes the whole log three times in five minutes."""
    person.sign_in()

    codes = [person.browser.get("/en/account/log/").status_code for _ in range(4)]

    assert [200, 200, 200, 302] == codes


def test_bad_guesses_elsewhere_do_not_close_a_service(person: Any, plain: Any) -> None:
    """Wrong secrets from one address leave the service itself working from another."""
    person.sign_in()
    code = plain.authorise(person)["code"]
    right, plain.secret = plain.secret, "wrong"
    plain.browser = Browser(headers={"host": "localhost"}, REMOTE_ADDR="198.51.100.79")
    there = [plain.redeem("x").status_code for _ in range(11)][-1]
    plain.browser, plain.secret = Browser(headers={"host": "localhost"}), right

    assert (429, 200) == (there, plain.redeem(code).status_code)


def test_too_wide_a_refresh_does_not_cost_the_token(person: Any, service: Any) -> None:
    """Asking for a scope that is not held is refused, and the token still works."""
    person.sign_in()
    code = service.authorise(person, scope="openid offline_access")["code"]
    token = service.redeem(code).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}

    wide = service.post("/oidc/token", {**form, "scope": "openid email"})
    good = service.post("/oidc/token", form)

    assert ("invalid_scope", 200) == (wide.json()["error"], good.status_code)


def test_sign_out_from_another_site_ends_the_sign_in(person: Any, new_service: Any) -> None:
    """A form without our cookie ends the sign-in that the hint names."""
    service = new_service(logout_uris=["https://service.example/bye"])
    visit = person.sign_in()
    hint = service.redeem(service.authorise(person)["code"]).json()["id_token"]
    foreign = Browser(headers={"host": "localhost"})
    facts = {"id_token_hint": hint, "post_logout_redirect_uri": "https://service.example/bye"}

    answer = foreign.post("/oidc/logout", facts)

    assert "https://service.example/bye" == answer.headers["Location"]
    assert SignIn.objects.get(pk=visit.pk).ended_at is not None
    assert "/account/login/" in person.browser.get("/en/account/").headers["Location"]
    assert person.events("signed-out")


def test_a_suspended_service_comes_back_by_two_people(
    officer: Any, new_person: Any, new_service: Any
) -> None:
    """Its former approver alone cannot reinstate it: one asks, another approves."""
    first, second = officer("clients"), officer("clients")
    service = new_service()
    one = Client.objects.get(pk=service.client.pk)
    Client.objects.filter(pk=one.pk).update(asked_by=new_person().account)
    clients.suspend(one, by=first.account)
    path = f"/en/account/services/{one.pk}/"

    def works(who: Any, wish: str) -> bool:
        who.browser.post(path, {"do": wish})
        return Client.objects.get(pk=one.pk).works

    steps = [works(first, "approve"), works(first, "reinstate"), works(first, "approve")]
    assert ([False, False, False], True) == (steps, works(second, "approve"))
    assert Event.objects.filter(kind="client-asked-again", client=one.identifier).exists()


def test_the_desk_does_not_open_the_account_of_an_officer(
    person: Any, other: Any, agency: Any
) -> None:
    """Who acts for an organisation cannot be taken over by one officer at a desk."""
    today = timezone.localdate()
    Membership.objects.create(
        account=person.account, organisation=agency, capacity="officer", start=today, end=today,
        approved_at=timezone.now(),
    )  # fmt: skip

    with pytest.raises(StateError, match="acts for an organisation"):
        recovery.remove_all(person.account, by=other.account)

    assert not Right.objects.filter(account=person.account).exists()
    assert person.account.has_usable_password()


@pytest.mark.parametrize("page", ["", "people/", "2fa/", "email/"])
def test_no_cache_keeps_a_page_of_the_account(officer: Any, page: str) -> None:
    """Pages of the account are not stored: the next person cannot go back to them."""
    administrator = officer("administrator")

    answer = administrator.browser.get(f"/en/account/{page}")

    assert "no-store" in answer.headers["Cache-Control"]
