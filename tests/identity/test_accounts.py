"""Accounts, assurance, rights: who is who, who may what, and who says so."""

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone
from fido2 import utils

from saola.errors import InputError, StateError
from saola.server.identity import levels, numbers, passwords, persons, rights
from saola.server.identity import settings as chosen
from saola.server.identity.models import Account, Client, PersonNumber, Right, SignIn
from saola.server.identity.pages import match, proof

NUMBER, BIRTH = "001199012345", dt.date(1999, 5, 6)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A person source of one invented woman."""
    file = tmp_path / "persons.csv"
    file.write_text("number,name,birth,gender\n001199012345,Nguyễn Thị Hoà,1999-05-06,female\n")
    persons.register(persons.CsvPersons(file))
    PersonNumber.objects.filter(number=NUMBER).delete()
    return file


@pytest.mark.parametrize(
    ("number", "year", "fits"),
    [
        ("001099012345", 1999, True),
        ("001199012345", 1999, True),
        ("001201012345", 2001, True),
        ("001199012345", 2099, False),
        ("00119901234", 1999, False),
        ("00119901234x", 1999, False),
        ("٠٠١١٩٩٠١٢٣٤٥", 1999, False),
    ],
)
def test_number_fits_its_birth_year(number: str, year: int, fits: bool) -> None:  # noqa: FBT001
    """Digit 4 names century and sex, digits 5 and 6 the year."""
    assert fits is numbers.fits(number, dt.date(year, 1, 1), "VNM")


def test_account_is_matched_blind_to_tones(person: Any, known: Path) -> None:  # noqa: ARG001
    """Level 1: number, birth and name agree with the source, however the tones are typed."""
    good = match.matched(person.account, number=NUMBER, name="nguyen thi hoa", birth=BIRTH)
    person.account.refresh_from_db()

    assert good
    assert (1, "Nguyễn Thị Hoà") == (person.account.assurance, person.account.name)
    assert NUMBER == person.account.numbers.get(end=None).number
    assert person.events("matched")


def test_a_number_lives_in_one_account(person: Any, other: Any, known: Path) -> None:  # noqa: ARG001
    """A number that another living account carries is not given twice."""
    first = match.matched(person.account, number=NUMBER, name="Nguyễn Thị Hòa", birth=BIRTH)
    second = match.matched(other.account, number=NUMBER, name="Nguyễn Thị Hòa", birth=BIRTH)

    assert (True, False) == (first, second)
    assert other.events("match-refused")


def test_a_new_number_supersedes_the_old_one(person: Any) -> None:
    """A re-issued number ends the former one, which stays searchable."""
    old = persons.Person("001199000001", "A", BIRTH)
    new = persons.Person("001199000002", "A", BIRTH)
    PersonNumber.objects.filter(number__in=[old.number, new.number]).delete()

    match.carry(person.account, old, "test")
    match.carry(person.account, new, "test")

    living = person.account.numbers.get(end=None)
    assert new.number == living.number
    assert PersonNumber.objects.filter(number=old.number, end__isnull=False).exists()


def test_malformed_person_source_is_named(tmp_path: Path) -> None:
    """A bad row of the CSV source names its place."""
    file = tmp_path / "bad.csv"
    file.write_text("number,name,birth\n1,A,yesterday\n")

    with pytest.raises(InputError, match=r"bad\.csv:2"):
        persons.CsvPersons(file).find("1")


def test_officer_raises_a_matched_account_to_level_two(
    person: Any,
    known: Path,  # noqa: ARG001
    officer: Any,
) -> None:
    """Level 2: an officer sees the person; nobody proofs himself or an unmatched account."""
    clerk = officer("proof")
    facts = {"email": person.account.email, "number": NUMBER, "document": "identity-card"}
    facts |= {"digits": "1234", "place": "Hà Nội", "passkey": False}
    with pytest.raises(StateError, match="No account"):
        proof.proofed(clerk.account, **facts)
    match.matched(person.account, number=NUMBER, name="Nguyễn Thị Hòa", birth=BIRTH)

    proof.proofed(clerk.account, **facts)
    with pytest.raises(StateError, match="One person cannot"):
        proof.proofed(person.account, **facts)

    person.account.refresh_from_db()
    assert 2 == person.account.assurance
    assert clerk.account.pk == person.events("proofed")[0].actor


@pytest.mark.parametrize(
    ("methods", "level", "amr"),
    [
        ([], 0, ()),
        (["password"], 1, ("pwd",)),
        (["password", "totp"], 2, ("mfa", "otp", "pwd")),
        (["passkey"], 2, ("mfa", "pop", "user")),
        (["bound-passkey"], 3, ("bio", "mfa", "pop", "user")),
        (["bound-passkey", "password"], 4, ("bio", "mfa", "pop", "pwd", "user")),
        (["totp", "recovery_codes"], 1, ("otp",)),
    ],
)
def test_levels_of_the_decree(methods: list[str], level: int, amr: tuple[str, ...]) -> None:
    """One factor is level 1, two are 2, with a biometric 3, all three kinds 4."""
    assert (level, amr) == levels.weigh(methods)


def test_four_eyes(person: Any, other: Any, agency: Any) -> None:
    """Who asks for a right cannot approve it, nor can who receives it; a third can, once."""
    right = rights.ask(person.account, "verify", organisation=agency, by=other.account)

    for one in (person, other):
        with pytest.raises(StateError, match="One person cannot"):
            rights.approve(right, by=one.account)
    before = rights.may(person.account, "verify")
    third = type(person)().account
    rights.approve(right, by=third)
    rights.accept(right)
    with pytest.raises(StateError, match="already"):
        rights.approve(right, by=third)

    assert (False, True) == (before, rights.may(person.account, "verify", organisation=agency))


def test_a_right_is_for_its_unit_and_its_time(person: Any, agency: Any, new_person: Any) -> None:
    """A right holds in its unit only, until its end, and stops when it is revoked."""
    asker, approver = new_person().account, new_person().account
    right = rights.ask(person.account, "report", organisation=agency, unit="XSA.C.1", by=asker)
    rights.approve(right, by=approver)
    rights.accept(right)
    here = rights.may(person.account, "report", unit="XSA.C.1")
    there = rights.may(person.account, "report", unit="XSA.C.2")
    Right.objects.filter(pk=right.pk).update(end=timezone.localdate() - dt.timedelta(days=1))
    later = rights.may(person.account, "report")
    Right.objects.filter(pk=right.pk).update(end=None)
    rights.revoke(right, by=asker)

    assert (True, False, False) == (here, there, later)
    assert not rights.may(person.account, "report")


@pytest.mark.parametrize(
    ("task", "page"),
    [
        ("administrator", "people"),
        ("clients", "services"),
        ("auditor", "audit"),
        ("proof", "proof"),
    ],
)
def test_page_opens_to_its_task_alone(task: str, page: str, officer: Any, person: Any) -> None:
    """A page of officers opens to its task at level 2; others get 403, strangers the sign-in."""
    holder, weak = officer(task), officer(task, level=1)
    person.sign_in()
    stranger = type(person)()
    path = f"/en/account/{page}/"

    assert 200 == holder.browser.get(path).status_code
    assert "/account/more/" in weak.browser.get(path).headers["Location"]
    assert "/account/login/" in stranger.browser.get(path).headers["Location"]
    assert 403 == person.browser.get(path).status_code
    assert person.events("right-missing")


def test_officers_register_and_approve_a_service(officer: Any, agency: Any, service: Any) -> None:
    """One officer registers, the same may not approve, another does."""
    first, second = officer("clients"), officer("clients")
    form = {
        "organisation": agency.pk,
        "name": "Một cửa",
        "redirect_uri": "https://one.example/back",
        "scopes": "openid",
        "keys": json.dumps({"keys": [service.key.as_dict(private=False)]}),
    }
    first.browser.post("/en/account/services/", form)
    made = Client.objects.get(names={"en": "Một cửa"}, organisation=agency)
    path = f"/en/account/services/{made.pk}/"

    first.browser.post(path, {"do": "approve"})
    made.refresh_from_db()
    alone = made.works
    second.browser.post(path, {"do": "approve"})
    made.refresh_from_db()

    assert (False, True) == (alone, made.works)


def test_breached_password_is_found_offline(tmp_path: Path) -> None:
    """A sorted list of SHA-1 hashes is searched without a network."""
    words = [f"password number {number}" for number in range(500)]
    hashes = sorted(
        hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in words
    )
    file = tmp_path / "breached.txt"
    file.write_text("".join(f"{one}:{len(one)}\n" for one in hashes))

    assert all(passwords.listed(word, file) for word in words)
    assert not passwords.listed("quite another one", file)
    with pytest.raises(ValidationError):
        passwords.Breached(str(file)).validate(words[7])


def test_people_see_and_end_their_sign_ins(person: Any) -> None:
    """The account page lists sign-ins; ending one elsewhere signs it out at once."""
    first = person.sign_in()
    here = person.browser
    person.browser = Browser(headers={"host": "localhost"})
    person.sign_in()

    page = person.browser.get("/en/account/").content.decode()
    person.browser.post(f"/en/account/sign-ins/{first.sid}/end/")

    assert str(first.sid) in page
    assert SignIn.objects.get(pk=first.pk).ended_at is not None
    assert "/account/login/" in here.get("/en/account/").headers["Location"]
    assert person.events("session-ended")


def test_an_expired_session_is_not_listed_as_signed_in(person: Any) -> None:
    """Twelve hours later a device is not signed in, and the page does not say it is."""
    old = person.sign_in()
    Session.objects.filter(session_key=old.session).update(expire_date=timezone.now())
    person.browser = Browser(headers={"host": "localhost"})
    now = person.sign_in()

    page = person.browser.get("/en/account/").content.decode()

    assert "This one" in page
    assert SignIn.objects.filter(pk=now.pk, ended_at=None).exists()
    assert str(old.sid) not in page


@pytest.mark.parametrize(
    ("lang", "heading", "label"),
    [
        ("en", "Add an app", "Six-digit code"),
        ("vi", "Thêm ứng dụng", "Mã sáu chữ số"),
        ("fr", "Ajouter une application", "Code à six chiffres"),
    ],
)
def test_the_page_of_the_app_speaks_plainly(
    person: Any, lang: str, heading: str, label: str
) -> None:
    """Adding and removing an app uses no word of the trade, in no language."""
    person.sign_in()
    account = f"/{lang}/account"
    person.browser.post(f"{account}/reauthenticate/", {"password": person.password})
    added = person.browser.get(f"{account}/2fa/totp/activate/").content.decode()
    person.account.authenticator_set.create(type="totp", data={})
    removed = person.browser.get(f"{account}/2fa/totp/deactivate/").content.decode()

    assert f"<h1>{heading}</h1>" in added
    assert label in added
    for page in (added, removed):
        said = re.sub(r"<[^>]*>", " ", page.split("<main")[1].split("</main")[0]).lower()
        assert not [word for word in ("secret", "activate", "two-factor", "qr") if word in said]


def test_types_of_passkeys_are_worked_out_once(server: Path) -> None:  # noqa: ARG001
    """The second time a sign-in by passkey begins, no annotation of fido2 is compiled again."""
    ajax = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
    path = "/en/account/2fa/webauthn/login/"
    browser = Browser(headers={"host": "localhost"})
    options, known = [], []
    for _ in range(2):
        options.append(browser.get(path, headers=ajax).json()["request_options"]["publicKey"])
        known.append(utils.get_type_hints.cache_info().misses)  # type: ignore[attr-defined]

    assert known[0] == known[1] > 0
    assert options[0]["challenge"] != options[1]["challenge"]
    assert "required" == options[1]["userVerification"]


def test_sign_up_by_passkey_asks_for_name_and_address_only(server: Path, person: Any) -> None:  # noqa: ARG001
    """The first page of sign-up has two fields, and a letter brings the code."""
    browser = type(person)().browser
    email = f"new{person.account.pk}@example.org"
    page = browser.get("/vi/account/signup/passkey/").content.decode()
    answer = browser.post("/vi/account/signup/passkey/", {"email": email, "name": "Trần Văn Đức"})
    letters = sorted(
        Path(settings.EMAIL_FILE_PATH).iterdir(), key=lambda file: file.stat().st_mtime
    )

    assert {"name", "email"} <= {word for word in ("name", "email") if f'name="{word}"' in page}
    assert "/account/confirm-email/" in answer.headers["Location"]
    assert email in letters[-1].read_text()
    assert "Trần Văn Đức" == Account.objects.get(email=email).name


@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
@pytest.mark.parametrize(
    "page",
    [
        "",
        "number/",
        "device/",
        "email/",
        "password/change/",
        "2fa/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/totp/activate/",
        "2fa/recovery-codes/generate/",
        "reauthenticate/",
        "logout/",
    ],
)
def test_own_pages_open_in_three_languages(person: Any, page: str, lang: str) -> None:
    """Each page of one's own account shows, or asks for the proof again, in the page's language."""
    person.sign_in()

    answer = person.browser.get(f"/{lang}/account/{page}")

    if answer.status_code == 302:
        assert f"/{lang}/account/" in answer.headers["Location"]
        answer = person.browser.get(answer.headers["Location"])
    assert 200 == answer.status_code
    assert f'<html lang="{lang}">' in answer.content.decode()


def test_a_breached_password_is_refused_on_the_page(
    person: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's list is asked where a password is chosen, and the old one stays."""
    word = "a password that thieves know"
    file = tmp_path / "breached.txt"
    file.write_text(hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() + ":3\n")
    monkeypatch.setattr(chosen, "SAOLA_BREACHED", str(file))
    person.sign_in()
    form = {"oldpassword": person.password, "password1": word, "password2": word}

    page = person.browser.post("/en/account/password/change/", form).content.decode()

    person.account.refresh_from_db()
    assert "known to thieves" in page
    assert person.account.check_password(person.password)
