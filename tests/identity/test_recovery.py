"""Who lost every way to sign in comes back by a desk and a letter, and nobody else does."""

import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser

from saola.server.identity import organisations, rights
from saola.server.identity import settings as chosen
from saola.server.identity.models import (
    Authorisation,
    BoundPasskey,
    Event,
    PersonNumber,
    Proofing,
    SignIn,
)

DESK = "/en/account/proof/"
NEW = "a new and quite long password"


@pytest.fixture
def lost(new_person: Any) -> Any:
    """A matched person who speaks French, signed in somewhere, with a passkey an officer saw."""
    made = new_person(language="fr", assurance=1)
    PersonNumber.objects.create(
        account=made.account, number=uuid.uuid4().hex[:12], start=dt.date(2026, 1, 1), source="test"
    )
    made.sign_in()
    key = made.account.authenticator_set.create(type="webauthn", data={})
    BoundPasskey.objects.create(authenticator=key, officer=made.account)
    return made


def _form(person: Any, **changes: str) -> dict[str, str]:
    return {
        "email": person.account.email, "number": person.account.numbers.get(end=None).number,
        "document": "passport", "digits": "1234", "place": "Huế", "lost": "on", **changes,
    }  # fmt: skip


def _letters(email: str) -> list[str]:
    folder = Path(settings.EMAIL_FILE_PATH)
    found = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return [text for text in (file.read_text() for file in found) if f"To: {email}" in text]


def _code(email: str) -> str:
    letter = _letters(email)[-1]
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter, re.MULTILINE)
    assert found
    return found[1]


def _untouched(person: Any) -> bool:
    person.account.refresh_from_db()
    return bool(person.account.authenticator_set.exists() and person.account.has_usable_password())


def test_the_desk_removes_every_way_and_a_letter_says_so(
    lost: Any, officer: Any, service: Any
) -> None:
    """Passkeys, password, sign-ins and tokens end at once; the officer's name is in the log."""
    clerk = officer("proof")
    token = service.redeem(service.authorise(lost)["code"]).json()["access_token"]

    page = clerk.browser.post(DESK, _form(lost), follow=True).content.decode()

    letter = _letters(lost.account.email)[-1]
    assert "All ways to sign in are removed" in page
    assert not _untouched(lost)
    assert not BoundPasskey.objects.filter(authenticator__user=lost.account).exists()
    assert 401 == service.userinfo(token).status_code
    assert "/account/login/" in lost.browser.get("/en/account/").headers["Location"]
    assert [clerk.account.pk] == [row.actor for row in lost.events("authenticators-removed")]
    assert clerk.account.pk == Proofing.objects.get(account=lost.account).officer_id
    assert "/fr/account/login/" in letter
    assert "code" not in letter.partition("\n\n")[2].lower()


def test_the_person_comes_back_by_a_letters_code(lost: Any, officer: Any) -> None:
    """After the desk the code of a letter and a new password open the account, the old one not."""
    officer("proof").browser.post(DESK, _form(lost))
    browser = Browser(headers={"host": "localhost"})

    asked = browser.post("/en/account/password/reset/", {"email": lost.account.email})
    code = _code(lost.account.email)
    typed = browser.post(asked.headers["Location"], {"code": code})
    browser.post(typed.headers["Location"], {"password1": NEW, "password2": NEW})
    page = browser.get("/en/account/").content.decode()
    old, new = (
        Browser(headers={"host": "localhost"}).post(
            "/en/account/login/", {"login": lost.account.email, "password": password}
        )
        for password in (lost.password, NEW)
    )

    assert "Add a passkey" in page
    assert (200, 302) == (old.status_code, new.status_code)
    assert lost.events("password-changed")
    assert 1 == lost.events("sign-in")[-1].facts["level"]


def test_before_the_desk_a_letters_code_does_not_pass_the_passkey(lost: Any) -> None:
    """Who holds only the mailbox sets a password and is still asked for the passkey."""
    browser = Browser(headers={"host": "localhost"})
    asked = browser.post("/en/account/password/reset/", {"email": lost.account.email})
    code = _code(lost.account.email)
    typed = browser.post(asked.headers["Location"], {"code": code})
    answer = browser.post(typed.headers["Location"], {"password1": NEW, "password2": NEW})
    again = Browser(headers={"host": "localhost"}).post(
        "/en/account/login/", {"login": lost.account.email, "password": NEW}
    )

    assert "/2fa/authenticate/" in answer.headers["Location"]
    assert "/2fa/authenticate/" in again.headers["Location"]
    assert "/account/login/" in browser.get("/en/account/").headers["Location"]


def test_a_letters_code_does_not_pass_a_task_that_forbids_passwords(
    officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password chosen by a letter is a password: the task asks for a passkey."""
    auditor = officer("auditor")
    monkeypatch.setattr(chosen, "SAOLA_PASSKEY_ONLY", ("auditor",))
    browser = Browser(headers={"host": "localhost"})
    asked = browser.post("/en/account/password/reset/", {"email": auditor.account.email})
    typed = browser.post(asked.headers["Location"], {"code": _code(auditor.account.email)})
    browser.post(typed.headers["Location"], {"password1": NEW, "password2": NEW})

    assert "/account/login/" in browser.get("/en/account/").headers["Location"]
    assert auditor.events("password-refused")


@pytest.mark.parametrize("changes", [{"number": "001199099999"}, {"email": "other@example.org"}])
def test_the_desk_needs_address_and_number_of_one_person(
    lost: Any, officer: Any, changes: dict[str, str]
) -> None:
    """A number with another's address opens nothing, and the log names the officer who tried."""
    clerk = officer("proof")

    page = clerk.browser.post(DESK, _form(lost, **changes)).content.decode()

    assert "No account" in page
    assert _untouched(lost)
    assert clerk.account.pk in {row.actor for row in _refused(clerk)}


def _refused(clerk: Any) -> list[Event]:
    return list(Event.objects.filter(kind="proof-refused", actor=clerk.account.pk))


def test_an_officer_does_not_guess_whose_number_it_is(lost: Any, officer: Any) -> None:
    """After ten pairs that do not fit the desk waits, and the right pair waits too."""
    clerk = officer("proof")
    for _ in range(10):
        clerk.browser.post(DESK, _form(lost, number="001199099998"))

    before = Event.objects.filter(kind="limit-reached").count()
    answer, _ = (clerk.browser.post(DESK, _form(lost)) for _ in range(2))

    assert before + 1 == Event.objects.filter(kind="limit-reached").count()
    assert (429, 10) == (answer.status_code, len(_refused(clerk)))
    assert _untouched(lost)


def test_an_officer_does_not_recover_themselves(officer: Any) -> None:
    """Nobody sits on both sides of the desk."""
    clerk = officer("proof")
    PersonNumber.objects.create(
        account=clerk.account, number=uuid.uuid4().hex[:12], start=dt.date(2026, 1, 1), source="t"
    )
    clerk.account.authenticator_set.create(type="webauthn", data={})

    page = clerk.browser.post(DESK, _form(clerk)).content.decode()

    assert "One person cannot" in page
    assert _untouched(clerk)
    assert ["four-eyes"] == [row.facts["why"] for row in clerk.events("proof-refused")]


def test_the_desk_leaves_the_account_of_who_holds_a_right(
    lost: Any, officer: Any, agency: Any, new_person: Any
) -> None:
    """With its mailbox one officer could become another: the right has to end first."""
    clerk = officer("proof")
    right = rights.ask(lost.account, "report", organisation=agency, by=new_person().account)
    rights.approve(right, by=new_person().account)
    rights.accept(right)

    clerk.browser.post(DESK, _form(lost))
    first = _untouched(lost)
    rights.revoke(right, by=clerk.account)
    clerk.browser.post(DESK, _form(lost))

    assert (True, False) == (first, _untouched(lost))
    assert ["recovery-of-officer"] == [row.facts["why"] for row in lost.events("proof-refused")]


def test_the_desk_ends_what_only_waits_for_a_yes(
    lost: Any, officer: Any, agency: Any, new_person: Any
) -> None:
    """Who opens the mailbox afterwards finds no task to accept and no organisation to act for."""
    clerk, by = officer("proof"), new_person().account
    right = rights.ask(lost.account, "administrator", organisation=agency, by=by)
    rights.approve(right, by=new_person().account)
    day = dt.date(2100, 1, 1)
    member = organisations.appoint(agency, lost.account, "officer", day, by=by)

    clerk.browser.post(DESK, _form(lost))

    member.refresh_from_db()
    assert not _untouched(lost)
    assert not rights.offered(lost.account).exists()
    assert member.ended_at is not None
    assert clerk.account.pk in {row.actor for row in lost.events("right-revoked")}
    assert lost.events("member-ended")


def test_a_letters_code_ends_what_a_thief_holds(person: Any, service: Any) -> None:
    """A password chosen by a letter ends every sign-in and every token, also those for later."""
    thief = person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()
    here = person.browser
    asked = here.post("/en/account/password/reset/", {"email": person.account.email})
    typed = here.post(asked.headers["Location"], {"code": _code(person.account.email)})
    here.post(typed.headers["Location"], {"password1": NEW, "password2": NEW})

    alive = SignIn.objects.filter(account=person.account, ended_at=None)
    assert 200 == here.get("/en/account/").status_code
    assert 1 == alive.exclude(pk=thief.pk).count() == alive.count()
    assert not Authorisation.objects.filter(account=person.account, revoked_at=None).exists()
    assert 401 == service.userinfo(token["access_token"]).status_code


def test_a_changed_password_ends_the_other_sign_ins(person: Any) -> None:
    """What the page lists as signed in is signed in: the other devices leave the list."""
    person.sign_in()
    person.browser = Browser(headers={"host": "localhost"})
    person.sign_in()
    form = {"oldpassword": person.password, "password1": NEW, "password2": NEW}

    person.browser.post("/en/account/password/change/", form)

    assert not SignIn.objects.filter(account=person.account, ended_at=None).exists()
    assert person.events("password-changed")


def test_a_suspended_account_does_not_come_back_by_the_desk(
    lost: Any, officer: Any, new_person: Any
) -> None:
    """The desk neither proofs nor reopens who was suspended."""
    rights.suspend(lost.account, by=new_person().account)

    officer("proof").browser.post(DESK, _form(lost))

    assert _untouched(lost)
    assert not lost.account.is_active
    assert lost.events("proof-refused")


def test_another_site_cannot_press_the_desks_button(lost: Any, officer: Any) -> None:
    """Without the page's own token the form is refused."""
    clerk = officer("proof")
    foreign = Browser(headers={"host": "localhost"}, enforce_csrf_checks=True)
    foreign.cookies = clerk.browser.cookies

    assert 403 == foreign.post(DESK, _form(lost)).status_code
    assert _untouched(lost)


def test_a_person_cannot_press_it(lost: Any, person: Any) -> None:
    """Without the task nobody removes anything, and the attempt is in the log."""
    person.sign_in(2)

    assert 403 == person.browser.post(DESK, _form(lost)).status_code
    assert _untouched(lost)
    assert person.events("right-missing")
