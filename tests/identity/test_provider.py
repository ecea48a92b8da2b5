"""The provider's other doors: devices, rotation, sign-out, subjects, levels, languages."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from saola.periods import Period
from saola.server.identity import observe, tidying
from saola.server.identity.models import DeviceRequest, Event, Key, Organisation, SignIn
from saola.server.identity.provider import device, keys

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def test_device_waits_for_its_person(person: Any, new_service: Any) -> None:
    """A device gets nothing until its person says yes, is slowed when hasty, then gets a token."""
    tv = new_service(method="none", grants=[DEVICE], scopes=["openid", "profile"], fapi=False)
    person.sign_in()
    asked = tv.post("/oidc/device", {"scope": "openid profile"}).json()
    form = {"grant_type": DEVICE, "device_code": asked["device_code"]}

    first = tv.post("/oidc/token", form).json()["error"]
    hasty = tv.post("/oidc/token", form).json()["error"]
    page = person.browser.get("/en/account/device/", {"user_code": asked["user_code"].lower()})
    person.browser.post("/en/account/device/", {"user_code": asked["user_code"], "answer": "allow"})
    DeviceRequest.objects.filter(client=tv.client).update(asked_at=None)
    tokens = tv.post("/oidc/token", form).json()
    again = tv.post("/oidc/token", form).json()["error"]

    assert ("authorization_pending", "slow_down", "invalid_grant") == (first, hasty, again)
    assert "Sổ tay" in page.content.decode()
    assert person.account.name == tv.userinfo(tokens["access_token"]).json()["name"]


@pytest.mark.parametrize("answer", ["allow", "deny"])
def test_the_first_answer_to_a_device_stays(
    person: Any, other: Any, new_service: Any, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Two people answer one code at one moment: the first one's counts, the second is told."""
    tv = new_service(method="none", grants=[DEVICE], scopes=["openid", "profile"], fapi=False)
    person.sign_in()
    other.sign_in()
    asked = tv.post("/oidc/device", {"scope": "openid profile"}).json()
    said = {"user_code": asked["user_code"]}
    take = vars(device)["_take"]

    def late(request: Any, found: Any) -> Any:
        """Let the other person answer after this one's code was read, before it is taken."""
        monkeypatch.setattr(device, "_take", take)
        person.browser.post("/en/account/device/", {**said, "answer": "allow"})
        return take(request, found)

    monkeypatch.setattr(device, "_take", late)
    sent = other.browser.post("/en/account/device/", {**said, "answer": answer})

    told = other.browser.get(sent.headers["Location"]).content.decode()
    tokens = tv.post("/oidc/token", {"grant_type": DEVICE, "device_code": asked["device_code"]})
    assert "This code was answered a moment ago" in told
    assert person.account.name == tv.userinfo(tokens.json()["access_token"]).json()["name"]
    assert 1 == len(person.events("device-allowed"))
    assert [] == [*other.events("device-allowed"), *other.events("device-denied")]
    assert not other.account.consents.exists()


def test_device_may_be_refused(person: Any, new_service: Any) -> None:
    """A person's no reaches the device."""
    tv = new_service(method="none", grants=[DEVICE], scopes=["openid"], fapi=False)
    person.sign_in()
    asked = tv.post("/oidc/device", {"scope": "openid"}).json()

    person.browser.post("/en/account/device/", {"user_code": asked["user_code"], "answer": "deny"})
    answer = tv.post("/oidc/token", {"grant_type": DEVICE, "device_code": asked["device_code"]})

    assert "access_denied" == answer.json()["error"]


def test_agencies_cannot_join_people(person: Any, new_service: Any, agency: Any) -> None:
    """A person has one subject for all services of an agency, and another at each other agency."""
    code = f"{agency.code}x"
    elsewhere = Organisation.objects.create(code=code, name="Sở Khác", agency=True)
    person.sign_in()

    subjects = []
    for one in (new_service(), new_service(), new_service(agency=elsewhere)):
        token = one.redeem(one.authorise(person)["code"]).json()["access_token"]
        subjects.append(one.userinfo(token).json()["sub"])

    assert subjects[0] == subjects[1]
    assert subjects[0] != subjects[2]


def test_keys_are_published_before_they_sign_and_after(server: Any, service: Any) -> None:  # noqa: ARG001
    """A rotated key shows at once, signs after a day, and the old one stays a week."""
    keys.ensure()
    before = keys.signer("ES256").kid

    made = {key.algorithm: key.kid for key in keys.rotate()}
    shown = {key["kid"] for key in keys.published()}
    during = keys.signer("ES256").kid
    Key.objects.filter(kid=made["ES256"]).update(signs_from=timezone.now())
    keys.forget()
    after, still = keys.signer("ES256").kid, {key["kid"] for key in keys.published()}

    assert {before, made["ES256"]} <= shown
    assert (before, made["ES256"]) == (during, after)
    assert before in still


def test_key_lost_to_thieves_is_gone_at_once(server: Any, service: Any) -> None:  # noqa: ARG001
    """Rotation at once retires the old keys: they are not published any more."""
    keys.ensure()
    before = keys.signer("ES256").kid

    keys.rotate(at_once=True)

    assert before not in {key["kid"] for key in keys.published()}
    assert before != keys.signer("ES256").kid


def test_client_signs_its_person_out(person: Any, new_service: Any) -> None:
    """The session an ID token names ends without a question, and the browser goes back."""
    service = new_service(logout_uris=["https://service.example/bye"])
    visit = person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["id_token"]
    given = {"id_token_hint": token, "post_logout_redirect_uri": "https://service.example/bye"}

    evil = person.browser.get(
        "/oidc/logout", {**given, "post_logout_redirect_uri": "https://evil.example/"}
    )
    alone = person.browser.get("/oidc/logout")
    answer = person.browser.get("/oidc/logout", {**given, "state": "s"})

    assert (400, 200) == (evil.status_code, alone.status_code)
    assert "https://service.example/bye?state=s" == answer.headers["Location"]
    assert SignIn.objects.get(pk=visit.pk).ended_at is not None


def test_essential_level_asks_for_more_and_then_refuses(person: Any, service: Any) -> None:
    """A service that must have level 2 gets it, or a person is asked for more, or an error."""
    claims = '{"id_token": {"acr": {"essential": true, "values": ["urn:saola:level:2"]}}}'
    visit = person.sign_in()

    asked = person.browser.get("/oidc/authorize", service.push(claims=claims))
    silent = person.browser.get("/oidc/authorize", service.push(claims=claims, prompt="none"))
    visit.level = 2
    visit.save()
    answer = service.authorise(person, claims=claims)

    assert "/account/more/" in asked.headers["Location"]
    assert "error=login_required" in silent.headers["Location"]
    assert "code" in answer


def test_prompt_login_asks_again(person: Any, service: Any) -> None:
    """A service may demand a fresh proof although a session lives."""
    person.sign_in()

    asked = person.browser.get("/oidc/authorize", service.push(prompt="login"))
    old = person.browser.get("/oidc/authorize", service.push(max_age="0"))

    assert "/account/reauthenticate/" in asked.headers["Location"]
    assert "/account/reauthenticate/" in old.headers["Location"]


@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
def test_consent_speaks_the_language_asked_for(person: Any, service: Any, lang: str) -> None:
    """`ui_locales` chooses the page's language."""
    person.sign_in()

    to = person.browser.get("/oidc/authorize", service.push(ui_locales=lang)).headers["Location"]
    page = person.browser.get(to)

    assert to.startswith(f"/{lang}/")
    assert f'<html lang="{lang}">' in page.content.decode()


def test_sign_ins_become_observations(person: Any, service: Any, agency: Any) -> None:
    """Each agency's sign-ins are counted by assurance and level."""
    person.sign_in()
    service.authorise(person)
    service.authorise(person)

    frame = observe.observations(Period.parse(f"{timezone.now():%Y-%m}"))
    rows = frame.filter(frame["unit"] == agency.code).to_dicts()

    assert [("ASSURANCE=0;LEVEL=1", 2.0)] == [(row["breakdown"], row["value"]) for row in rows]


@pytest.mark.parametrize(("zone", "years"), [("UTC", [1, 0]), ("Asia/Ho_Chi_Minh", [0, 1])])
def test_a_period_of_sign_ins_begins_at_midnight_of_the_zone(
    person: Any, service: Any, agency: Any, zone: str, years: list[int]
) -> None:
    """A sign-in at 6:30 of New Year in Ha Noi, which is the old year in UTC, is of the new year."""
    at = dt.datetime(1998, 12, 31, 23, 30, tzinfo=dt.UTC)
    person.sign_in()
    service.authorise(person)
    Event.objects.filter(account=person.account.pk, kind="authorised").update(at=at)

    with override_settings(TIME_ZONE=zone):
        frames = [observe.observations(Period.parse(year)) for year in ("1998", "1999")]

    assert years == [frame.filter(frame["unit"] == agency.code).height for frame in frames]


def test_expired_rows_are_forgotten(person: Any, service: Any) -> None:
    """Tidying drops what has expired and leaves what lives."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]

    tidying.tidy(dt.timedelta(days=1))

    assert 200 == service.userinfo(token).status_code


def test_metadata_names_what_is_there(server: Any, service: Any) -> None:  # noqa: ARG001
    """Every endpoint in the metadata answers; nothing else is promised."""
    metadata = service.browser.get("/.well-known/openid-configuration").json()

    assert settings.SAOLA_ISSUER == metadata["issuer"]
    assert "registration_endpoint" not in metadata
    assert ["S256"] == metadata["code_challenge_methods_supported"]
    for name, address in metadata.items():
        if name.endswith(("_endpoint", "jwks_uri")):
            path = address.removeprefix(metadata["issuer"])
            assert 404 != service.browser.get(path).status_code
