"""One test an attack by people with rights: beyond their agency, their units or one person."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from saola.errors import StateError
from saola.server.identity import organisations, persons, recovery, rights
from saola.server.identity import settings as chosen
from saola.server.identity.models import (
    Authorisation,
    BoundPasskey,
    Event,
    Invitation,
    Organisation,
    Right,
    SignIn,
)
from saola.server.identity.pages import match
from saola.server.identity.tasks import NATIONAL

PEOPLE = "/en/account/people/"
BIRTH = dt.date(1999, 5, 6)
CITIZEN = ("report", "verify")
MINE, THEIRS = "001199055551", "001199055552"


@pytest.fixture
def small(server: Path) -> Organisation:  # noqa: ARG001  (it makes the tables)
    """An agency that nobody named to hand out national tasks."""
    code = f"XSA.C.{uuid.uuid4().hex[:8]}"
    return Organisation.objects.create(code=code, name="Xã Mẫu", agency=True)


@pytest.fixture
def administrator(new_person: Any) -> Any:
    """Make a signed-in administrator of an agency."""

    def make(organisation: Organisation, unit: str = "*") -> Any:
        found = new_person()
        now = timezone.now()
        Right.objects.create(
            account=found.account, organisation=organisation, unit=unit, task="administrator",
            asked_by=found.account, approved_at=now,
        )  # fmt: skip
        found.sign_in(2)
        SignIn.objects.filter(account=found.account).update(amr=["mfa", "pop", "user"])
        return found

    return make


def _form(organisation: Organisation, account: Any, task: str, unit: str) -> dict[str, Any]:
    return {
        "organisation": organisation.pk, "email": account.email, "task": task, "unit": unit,
    }  # fmt: skip


def _refused(kind: str) -> int:
    return Event.objects.filter(kind=kind, outcome="refused").count()


@pytest.mark.parametrize("task", sorted(NATIONAL))
def test_a_small_agency_cannot_hand_out_national_tasks(
    administrator: Any, small: Organisation, person: Any, task: str
) -> None:
    """Two administrators of a commune open neither the national registers nor the log."""
    first, before = administrator(small), _refused("right-refused")

    page = first.browser.post(PEOPLE, _form(small, person.account, task, "*"))

    assert "does not hand out" in page.content.decode()
    assert (before + 1, 0) == (
        _refused("right-refused"),
        Right.objects.filter(account=person.account).count(),
    )


def test_a_national_right_of_a_small_agency_does_not_count(
    small: Organisation, person: Any, new_person: Any
) -> None:
    """A right given while the agency kept the register, or by hand, opens nothing afterwards."""
    organisations.keep(small.code, keeps=True)
    small.refresh_from_db()
    for task in ("auditor", "clerk"):
        right = rights.ask(person.account, task, organisation=small, by=new_person().account)
        rights.approve(right, by=new_person().account)
        rights.accept(right)
    person.sign_in(2)
    kept = person.browser.get("/en/account/audit/").status_code

    organisations.keep(small.code, keeps=False)

    assert (200, 403) == (kept, person.browser.get("/en/account/audit/").status_code)
    assert not rights.living(person.account).exists()
    assert Event.objects.filter(kind="agency-keeps-no-more").exists()


def test_an_invitation_brings_no_national_task(small: Organisation, person: Any) -> None:
    """An old invitation to a task that the agency may not hand out is not turned into a right."""
    Invitation.objects.create(
        email=person.account.email, organisation=small, task="clerk", asked_by=person.account,
        expires=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip

    rights.accept_invitations(person.account)

    assert not Right.objects.filter(account=person.account).exists()


@pytest.mark.parametrize("unit", ["*", "VNM", "VNM.P.48", "VNM.C.1"])
def test_administrators_of_a_unit_give_nothing_outside_it(
    administrator: Any, agency: Organisation, person: Any, unit: str
) -> None:
    """Who administers one commune asks for, and approves, rights in that commune alone."""
    first = administrator(agency, "XSA.C.9")
    asked_by = administrator(agency).account
    wide = rights.ask(person.account, "clerk", organisation=agency, unit=unit, by=asked_by)
    before = _refused("right-refused")

    page = first.browser.post(PEOPLE, _form(agency, person.account, "report", unit))
    first.browser.post(f"{PEOPLE}{wide.pk}/", {"do": "approve"})
    inside = first.browser.post(PEOPLE, _form(agency, person.account, "report", "XSA.C.9"))

    assert "outside what you administer" in page.content.decode()
    assert (before + 2, 302) == (_refused("right-refused"), inside.status_code)
    assert not rights.living(person.account).exists()


def test_an_administrator_of_a_province_reaches_its_communes(
    administrator: Any, agency: Organisation
) -> None:
    """A unit's administrator gives rights in all that lies in it."""
    from saola.server.identity import administration  # noqa: PLC0415  (Django is set up)

    country = administrator(agency, "VNM").account

    reached = [administration.covers(country, agency, unit) for unit in ("VNM", "VNM.P.48", "*")]
    assert [True, True, False] == reached


def test_an_unapproved_right_suspends_nobody(
    administrator: Any, small: Organisation, person: Any
) -> None:
    """Asking for a right for a stranger gives no power over the stranger's account."""
    first = administrator(small)
    first.browser.post(PEOPLE, _form(small, person.account, "report", "*"))
    asked = Right.objects.get(account=person.account)

    first.browser.post(f"{PEOPLE}{asked.pk}/", {"do": "suspend"})

    person.account.refresh_from_db()
    assert person.account.is_active
    assert person.events("suspension-refused")


@pytest.mark.parametrize("state", ["asked", "offered", "ended", "past"])
def test_only_a_right_that_counts_gives_power_over_its_holder(
    administrator: Any, small: Organisation, person: Any, new_person: Any, state: str
) -> None:
    """Even who heads the installation suspends nobody by a right not accepted, ended or past."""
    head = administrator(Organisation.objects.get(code="saola"))
    right = rights.ask(person.account, "report", organisation=small, by=new_person().account)
    if state != "asked":
        rights.approve(right, by=new_person().account)
    if state in {"ended", "past"}:
        rights.accept(right)
    if state == "ended":
        rights.revoke(right, by=head.account)
    if state == "past":
        Right.objects.filter(pk=right.pk).update(end=timezone.localdate() - dt.timedelta(days=1))

    page = head.browser.get(PEOPLE).content.decode()
    head.browser.post(f"{PEOPLE}{right.pk}/", {"do": "suspend"})

    person.account.refresh_from_db()
    row = page.split(f"{PEOPLE}{right.pk}/")[-1].split("</form>")[0]
    assert person.account.is_active
    assert person.events("suspension-refused")
    assert state == "ended" or "suspend" not in row


def test_the_national_administrator_is_suspended_by_no_agency(
    administrator: Any, small: Organisation
) -> None:
    """An approved right in a small agency gives it no power over who heads the installation."""
    first, second = administrator(small), administrator(small)
    head = administrator(Organisation.objects.get(code="saola"))
    right = rights.ask(head.account, "report", organisation=small, by=first.account)
    rights.approve(right, by=second.account)
    rights.accept(right)

    first.browser.post(f"{PEOPLE}{right.pk}/", {"do": "suspend"})

    head.account.refresh_from_db()
    assert head.account.is_active
    assert head.events("suspension-refused")


def test_only_who_suspended_or_the_installation_restores(
    administrator: Any, small: Organisation, person: Any
) -> None:
    """A second administrator of the agency does not bring a suspended account back; saola does."""
    first, second = administrator(small), administrator(small)
    head = administrator(Organisation.objects.get(code="saola"))
    right = rights.ask(person.account, "report", organisation=small, by=first.account)
    rights.approve(right, by=second.account)
    rights.accept(right)
    path = f"{PEOPLE}{right.pk}/"

    def active(who: Any, wish: str) -> bool:
        who.browser.post(path, {"do": wish})
        person.account.refresh_from_db()
        return bool(person.account.is_active)

    states = [active(first, "suspend"), active(second, "restore"), active(first, "restore")]
    again = [active(first, "suspend"), active(head, "restore")]
    assert ([False, False, True], [False, True]) == (states, again)
    assert person.events("suspension-refused")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A person source of two people who were born on one day."""
    file = tmp_path / "persons.csv"
    file.write_text(
        f"number,name,birth\n{MINE},Nguyễn Thị Hoà,1999-05-06\n{THEIRS},Trần Thị Lan,1999-05-06\n"
    )
    persons.register(persons.CsvPersons(file))
    match.PersonNumber.objects.filter(number__in=[MINE, THEIRS]).delete()
    return file


def test_a_proofed_account_cannot_take_another_number(person: Any, two: Path) -> None:  # noqa: ARG001
    """Level 2 is not carried over: an account whose number lives is not matched with another."""
    match.matched(person.account, number=MINE, name="Nguyễn Thị Hoà", birth=BIRTH)
    person.account.assurance = 2
    person.account.save()
    person.sign_in()

    page = person.browser.post(
        "/en/account/number/", {"number": THEIRS, "name": "Trần Thị Lan", "birth": "1999-05-06"}
    )

    person.account.refresh_from_db()
    assert "go to a sign-in desk" in page.content.decode()
    assert (2, "Nguyễn Thị Hoà") == (person.account.assurance, person.account.name)
    assert MINE == person.account.numbers.get(end=None).number
    assert person.events("match-refused")


def test_a_new_number_asks_for_a_new_look(person: Any, service: Any, two: Path) -> None:
    """Where the former number ended, the new one starts at level 1: passkeys and tokens go."""
    match.matched(person.account, number=MINE, name="Nguyễn Thị Hoà", birth=BIRTH)
    person.account.assurance = 2
    person.account.save()
    person.sign_in()
    key = person.account.authenticator_set.create(type="webauthn", data={})
    BoundPasskey.objects.create(authenticator=key, officer=person.account)
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]
    two.write_text(f"number,name,birth\n{THEIRS},Nguyễn Thị Hoà,1999-05-06\n")

    good = match.matched(person.account, number=THEIRS, name="Nguyễn Thị Hoà", birth=BIRTH)

    person.account.refresh_from_db()
    assert (True, 1) == (good, person.account.assurance)
    assert not BoundPasskey.objects.filter(authenticator=key).exists()
    assert not Authorisation.objects.filter(account=person.account, revoked_at=None).exists()
    assert 401 == service.userinfo(token).status_code


def test_a_command_names_who_keeps_a_register(small: Organisation, person: Any) -> None:
    """Before the operator names an agency its right is refused, afterwards it is given."""
    with pytest.raises(StateError, match="does not hand out"):
        rights.ask(person.account, "land", organisation=small, by=person.account)

    organisations.keep(small.code, keeps=True)
    small.refresh_from_db()

    assert rights.ask(person.account, "land", organisation=small, by=person.account).pk


def test_an_open_invitation_is_listed_and_withdrawn(
    administrator: Any, small: Organisation, new_person: Any
) -> None:
    """The page says who invited whom until when; a withdrawn invitation brings no right."""
    first, second = administrator(small), administrator(small)
    email = f"{uuid.uuid4().hex}@example.org"
    form = {"organisation": small.pk, "email": email, "task": "report", "unit": "*"}
    first.browser.post(PEOPLE, form)
    made = Invitation.objects.get(email=email)
    path = f"{PEOPLE}invitations/{made.pk}/withdraw/"
    page = second.browser.get(PEOPLE).content.decode()

    second.browser.post(path)
    again = second.browser.post(path).status_code
    invited = new_person()
    invited.account.email = email
    rights.accept_invitations(invited.account)

    table = page.split("Invitations without an answer")[-1]
    assert all(
        word in table for word in (email, str(first.account), f"{timezone.localdate(made.expires)}")
    )
    assert path in page
    assert 404 == again
    assert email not in second.browser.get(PEOPLE).content.decode()
    assert not Right.objects.filter(account=invited.account).exists()
    rows = Event.objects.filter(kind="invitation-withdrawn", actor=second.account.pk)
    assert [("report", small.code)] == [
        (row.facts["task"], row.facts["organisation"]) for row in rows
    ]


def test_an_invitation_is_withdrawn_in_ones_own_units_alone(
    administrator: Any, small: Organisation, agency: Organisation
) -> None:
    """Another agency's administrator does not see it, one of another unit is refused."""
    stranger, beside = administrator(agency), administrator(small, "XSA.C.9")
    made = Invitation.objects.create(
        email=f"{uuid.uuid4().hex}@example.org", organisation=small, task="report", unit="XSA.C.1",
        asked_by=beside.account, expires=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    path, before = f"{PEOPLE}invitations/{made.pk}/withdraw/", _refused("right-refused")

    codes = [one.browser.post(path).status_code for one in (stranger, beside)]

    made.refresh_from_db()
    assert ([404, 302], before + 1) == (codes, _refused("right-refused"))
    assert made.expires > timezone.now()
    assert made.email not in stranger.browser.get(PEOPLE).content.decode()


def test_two_administrators_cannot_lock_a_citizen_out(
    administrator: Any, small: Organisation, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task not accepted yet suspends nobody, forbids no password and bars no desk."""
    first, second = administrator(small), administrator(small)
    monkeypatch.setattr(chosen, "SAOLA_PASSKEY_ONLY", ("administrator",))
    first.browser.post(PEOPLE, _form(small, person.account, "administrator", "*"))
    given = Right.objects.get(account=person.account)
    second.browser.post(f"{PEOPLE}{given.pk}/", {"do": "approve"})

    second.browser.post(f"{PEOPLE}{given.pk}/", {"do": "suspend"})

    person.account.refresh_from_db()
    assert person.account.is_active
    assert person.events("suspension-refused")
    assert person.sign_in()
    recovery.remove_all(person.account, by=first.account)


def test_a_task_counts_once_its_person_accepts(
    administrator: Any, small: Organisation, person: Any, other: Any
) -> None:
    """The person sees the offer, accepts or declines it, and nobody else can for them."""
    by, second = administrator(small).account, administrator(small).account
    given = [rights.ask(person.account, task, organisation=small, by=by) for task in CITIZEN]
    person.sign_in()
    other.sign_in()
    paths = [f"/en/account/tasks/{right.pk}/" for right in given]
    early = person.browser.post(paths[0], {"answer": "accept"}).status_code
    for right in given:
        rights.approve(right, by=second)
    page = person.browser.get("/en/account/").content.decode()
    foreign = other.browser.post(paths[0], {"answer": "accept"}).status_code
    before = rights.may(person.account, "report")

    person.browser.post(paths[0], {"answer": "accept"})
    person.browser.post(paths[1], {"answer": "decline"})

    assert (404, 404, False) == (early, foreign, before)
    assert all(path in page for path in paths)
    assert ["report"] == list(rights.living(person.account).values_list("task", flat=True))
    assert person.events("right-accepted")
    assert [person.account.pk] == [row.actor for row in person.events("right-revoked")]


def test_a_password_from_before_the_right_opens_no_task_that_forbids_it(
    officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Password and app signed in before the task came: the page still asks for a passkey."""
    found = officer("administrator")
    before = found.browser.get(PEOPLE).status_code
    monkeypatch.setattr(chosen, "SAOLA_PASSKEY_ONLY", ("administrator",))

    asked = found.browser.get(PEOPLE).headers["Location"]
    found.account.authenticator_set.create(type="totp", data={})
    shown = found.browser.get(asked)
    found.account.authenticator_set.create(type="webauthn", data={})
    sent = found.browser.get(asked).headers["Location"]
    SignIn.objects.filter(account=found.account).update(amr=["mfa", "pop", "user"])

    assert (200, 200) == (before, found.browser.get(PEOPLE).status_code)
    assert "/account/more/" in asked
    assert "A passkey is needed" in shown.content.decode()
    assert "/2fa/webauthn/reauthenticate/" in sent


def test_a_right_from_the_terminal_is_in_the_log(person: Any, agency: Organisation) -> None:
    """The first administrators need no second person, and the log says where they came from."""
    right = rights.grant(person.account, "administrator", organisation=agency)

    assert rights.may(person.account, "administrator", organisation=agency)
    assert [("terminal", right.pk)] == [
        (row.facts["where"], row.facts["right"]) for row in person.events("right-approved")
    ]


def test_a_right_ends_once(person: Any, agency: Organisation, new_person: Any) -> None:
    """Ending what has ended says so and writes nothing into the log."""
    right = rights.ask(person.account, "report", organisation=agency, by=new_person().account)
    rights.revoke(right, by=person.account)

    with pytest.raises(StateError):
        rights.revoke(right, by=person.account)
    assert 1 == len(person.events("right-revoked"))


def test_the_only_agency_is_chosen_already(administrator: Any, small: Organisation) -> None:
    """Who administers one agency does not pick it from a list."""
    page = administrator(small).browser.get(PEOPLE).content.decode()

    assert f'<option value="{small.pk}" selected' in page
