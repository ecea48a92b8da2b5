"""Letters: django-allauth's in our words, in the language of the page; a dead server stops none."""

import datetime as dt
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings
from django.utils import timezone

from saola.language import use
from saola.server.identity import letters
from saola.server.identity.models import Account

FACTS = {
    "timestamp": dt.datetime(2026, 11, 22, 7, 5, tzinfo=dt.UTC),
    "ip": "198.51.100.7",
    "user_agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "added_email": "new@example.org",
    "code": "ABCD-2345",
}
ASKED = sorted({*letters.CHANGES, *letters._ASKED})  # noqa: SLF001  (the table is under test)
# Letters of ways that are off here: a link instead of a code, and a code instead of a passkey.
OFF = {"account/email/login_code", "account/email/password_reset_key"}


@pytest.fixture
def outbox(server: Path, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:  # noqa: ARG001
    """Letters in memory: files of one second share a name."""
    letters_sent: list[EmailMessage] = []
    monkeypatch.setattr(mail, "outbox", letters_sent, raising=False)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    return letters_sent


def _sent(name: str, lang: str, outbox: list[EmailMessage]) -> tuple[str, set[str]]:
    with use(lang):
        letters.ask(name, FACTS, "lan@example.org")
    letter = outbox.pop()
    assert (["lan@example.org"], []) == (letter.to, outbox)
    return letter.subject, set(letter.body.strip().split("\n\n"))


@pytest.mark.parametrize("name", ASKED)
def test_each_letter_is_whole_in_three_languages(outbox: list[EmailMessage], name: str) -> None:
    """Subject and sentences differ by language; only codes and addresses stand in all of them."""
    sent = {lang: _sent(name, lang, outbox) for lang in ("en", "vi", "fr")}
    subjects, bodies = zip(*sent.values(), strict=True)
    alike = set.intersection(*bodies)

    assert 3 == len(set(subjects))
    assert all(line == FACTS["code"] or re.fullmatch(r"http\S+", line) for line in alike)
    assert not any("{" in line for body in bodies for line in body)
    assert [len(bodies[0])] * 3 == [len(body) for body in bodies], bodies


def test_a_change_says_what_when_and_from_where(outbox: list[EmailMessage]) -> None:
    """A person can tell from the letter whether it was them."""
    _, said = _sent("account/email/email_changed", "en", outbox)

    assert "Its e-mail address old@example.org was changed to new@example.org." in said
    assert (
        "On November 22, 2026, 07:05 UTC, with Chrome on Android, from the address 198.51.100.7."
    ) in said


def test_no_letter_of_allauth_is_forgotten() -> None:
    """Every letter that its code of accounts and authenticators names has our words."""
    found: set[str] = set()
    for part in ("account", "mfa"):
        for file in Path(str(resources.files("allauth"))).joinpath(part).rglob("*.py"):
            if "tests" not in file.parts:
                found |= set(re.findall(r'"((?:account|mfa)/email/\w+)"', file.read_text()))

    assert found - OFF == set(ASKED) & found
    assert {"account/email/password_reset_code", "mfa/email/webauthn_removed"} <= found


def test_a_new_password_is_told_in_the_language_of_the_page(
    person: Any, outbox: list[EmailMessage]
) -> None:
    """Changing the password on the Vietnamese page sends a Vietnamese letter."""
    person.sign_in()
    form = {"oldpassword": person.password, "password1": "mot-mat-khau-dai-9", "password2": ""}
    form["password2"] = form["password1"]

    person.browser.post("/vi/account/password/change/", form)

    letter = outbox[-1]
    assert [person.account.email] == letter.to
    assert "Tài khoản của bạn có thay đổi" == letter.subject
    assert "Mật khẩu đã được đổi." in letter.body


def test_a_dead_mail_server_does_not_stop_a_sign_up(server: Path, person: Any) -> None:  # noqa: ARG001
    """The account is written and the page goes on: a letter can be sent again from there."""
    email = f"new{timezone.now().timestamp()}@example.org"
    dead = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=dead, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        answer = person.browser.post(
            "/en/account/signup/passkey/", {"email": email, "name": "Trần Văn Đức"}
        )

    assert "/account/confirm-email/" in answer.headers["Location"]
    assert "Trần Văn Đức" == Account.objects.get(email=email).name


def test_a_further_address_is_told_to_the_first_and_logged(
    person: Any, outbox: list[EmailMessage]
) -> None:
    """A thief at an open session cannot add an address of theirs unseen."""
    person.sign_in()
    person.browser.post("/en/account/reauthenticate/", {"password": person.password})
    person.browser.post("/en/account/email/", {"email": "two@example.org", "action_add": ""})
    code = outbox[-1].body.split("\n\n")[1]

    person.browser.post("/en/account/confirm-email/", {"code": code})

    letter = outbox[-1]
    assert [person.account.email] == letter.to
    assert "The e-mail address two@example.org was added to it" in letter.body
    person.browser.post("/en/account/email/", {"email": "two@example.org", "action_remove": ""})
    assert [1, 1] == [len(person.events(kind)) for kind in ("email-added", "email-removed")]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("vi", "Mật khẩu quá ngắn: cần ít nhất 15 ký tự."), ("fr", "il faut au moins 15 caractères")],
)
def test_a_short_password_is_refused_in_the_language_of_the_page(
    person: Any, lang: str, said: str
) -> None:
    """Django's own Vietnamese has no word of it."""
    person.sign_in()
    form = {"oldpassword": person.password, "password1": "ngan", "password2": "ngan"}

    page = person.browser.post(f"/{lang}/account/password/change/", form).content.decode()

    assert said in page


def test_a_new_password_leads_back_to_the_ways_to_sign_in(person: Any) -> None:
    """Nobody who just chose a password is asked, signed in again, for another one."""
    person.sign_in()
    form = {"oldpassword": person.password, "password1": "mot-mat-khau-dai-9"}

    answer = person.browser.post(
        "/en/account/password/change/", form | {"password2": form["password1"]}
    )

    assert "/en/account/2fa/" == answer.headers["Location"]
