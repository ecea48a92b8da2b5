"""Accounts of organisations: who acts for one, until when, and who said so."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.server.identity import members, organisations, rights
from saola.server.identity.models import Event, Membership, Organisation
from saola.server.identity.provider import claims


def _until(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def proofed(new_person: Any) -> Callable[[], Any]:
    """Make a person whose document an officer saw."""

    def make() -> Any:
        made = new_person()
        made.account.assurance = 2
        made.account.save()
        return made

    return make


@pytest.fixture
def company(proofed: Any, officer: Any) -> tuple[Organisation, Any]:
    """An organisation with an account, and its first officer."""
    first, clerk = proofed(), officer("proof")
    made = organisations.ask(f"C{uuid4().hex[:10]}", "Công ty Gạo", by=first.account)
    organisations.approve(made, by=clerk.account)
    return made, first


def test_an_organisation_is_asked_for_by_one_and_approved_by_another(
    proofed: Any, officer: Any
) -> None:
    """The asker cannot approve it, an officer can, once; then the asker is its officer."""
    asker, clerk = proofed(), officer("proof")
    made = organisations.ask(f"C{uuid4().hex[:10]}", "Hợp tác xã", by=asker.account)
    before = list(organisations.acting(asker.account))
    with pytest.raises(StateError, match="One person cannot"):
        organisations.approve(made, by=asker.account)
    organisations.approve(made, by=clerk.account)
    with pytest.raises(StateError, match="already"):
        organisations.approve(made, by=clerk.account)

    assert [] == before
    assert ["officer"] == [one.capacity for one in organisations.acting(asker.account)]
    assert Event.objects.filter(kind="organisation-approved", actor=clerk.account.pk).exists()


def test_who_is_not_proofed_in_person_asks_for_none(person: Any) -> None:
    """A self-registered person cannot ask for the account of an organisation."""
    with pytest.raises(StateError, match="document"):
        organisations.ask("C1", "Tổ chức", by=person.account)


def test_a_refused_number_can_be_asked_for_again(proofed: Any, officer: Any) -> None:
    """A refusal leaves nothing but its events; a number with an account is taken."""
    first, second, clerk = proofed(), proofed(), officer("proof")
    code = f"C{uuid4().hex[:10]}"
    organisations.refuse(organisations.ask(code, "A", by=first.account), by=clerk.account)
    made = organisations.ask(code, "A", by=second.account)
    organisations.approve(made, by=clerk.account)

    with pytest.raises(InputError, match="has an account"):
        organisations.ask(code, "A", by=first.account)
    with pytest.raises(StateError, match="already"):
        organisations.refuse(made, by=clerk.account)


def test_a_delegate_acts_once_they_accept_and_until_the_last_day(
    company: Any, new_person: Any
) -> None:
    """Delegation needs one officer and the person's yes, and ends by itself."""
    home, first = company
    helper = new_person().account
    letter = members.invite(home, helper.email, "delegate", end=_until(30), by=first.account)
    before = list(organisations.acting(helper))
    made = members.accept(letter, by=helper)
    during = [one.capacity for one in organisations.acting(helper)]
    Membership.objects.filter(pk=made.pk).update(start=_until(-9), end=_until(-1))
    made.refresh_from_db()

    assert ([], ["delegate"], []) == (before, during, list(organisations.acting(helper)))
    assert (True, False) == (made.holds(_until(-1)), made.holds(_until(0)))
    with pytest.raises(StateError, match="already"):
        members.accept(letter, by=helper)


def test_a_further_officer_needs_a_second_person(company: Any, proofed: Any, officer: Any) -> None:
    """Who invited an officer cannot approve them, nor they themselves; a desk can."""
    home, first = company
    second, clerk = proofed(), officer("proof")
    letter = members.invite(home, second.account.email, "officer", end=_until(30), by=first.account)
    made = members.accept(letter, by=second.account)
    for one in (first, second):
        with pytest.raises(StateError, match="One person cannot"):
            members.approve_member(made, by=one.account)
    waiting = made in members.waiting()
    members.approve_member(made, by=clerk.account)

    assert waiting
    assert organisations.leads(second.account, home)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=made.pk).update(approved_by=first.account)


def test_an_invitation_is_for_a_year_at_most_and_by_an_officer(
    company: Any, new_person: Any
) -> None:
    """A delegate or stranger invites nobody, and no invitation reaches beyond a year."""
    home, first = company
    stranger = new_person().account
    with pytest.raises(StateError, match="Only an officer"):
        members.invite(home, "a@example.org", "delegate", end=_until(9), by=stranger)
    for days in (-1, 400):
        with pytest.raises(InputError, match="last day"):
            members.invite(home, "a@example.org", "delegate", end=_until(days), by=first.account)


def test_the_last_officer_stays(company: Any, new_person: Any) -> None:
    """An officer ends a delegate at once, but not the last officer, who is themselves."""
    home, first = company
    helper = new_person().account
    letter = members.invite(home, helper.email, "delegate", end=_until(9), by=first.account)
    made = members.accept(letter, by=helper)
    members.end(made, by=first.account)
    own = Membership.objects.get(organisation=home, account=first.account)

    assert not organisations.acting(helper).exists()
    with pytest.raises(StateError, match="without an officer"):
        members.end(own, by=first.account)


def test_an_expired_organisation_gets_a_new_officer_at_the_desk(
    company: Any, proofed: Any, officer: Any
) -> None:
    """Where every officer has expired, another proofed person asks, and a desk approves."""
    home, first = company
    Membership.objects.filter(organisation=home).update(start=_until(-9), end=_until(-1))
    heir, clerk = proofed(), officer("proof")
    organisations.ask(home.code, home.name, by=heir.account)
    made = Membership.objects.get(organisation=home, account=heir.account)
    before = organisations.leads(heir.account, home)
    members.approve_member(made, by=clerk.account)

    assert (False, True) == (before, organisations.leads(heir.account, home))
    assert not organisations.leads(first.account, home)


def test_suspension_of_an_organisation_counts_at_once(
    company: Any, new_service: Any, new_person: Any
) -> None:
    """Its officers act no more, its services and their tokens stop; restoring revives no token."""
    home, first = company
    head = new_person().account
    service = new_service(agency=home)
    person = new_person()
    person.sign_in()
    given = service.redeem(service.authorise(person)["code"]).json()
    organisations.suspend(home, by=head)
    stopped = service.userinfo(given["access_token"]).status_code
    acting = organisations.acting(first.account).exists()
    organisations.restore(home, by=head)

    assert (401, False) == (stopped, acting)
    assert organisations.acting(first.account).exists()
    assert 401 == service.userinfo(given["access_token"]).status_code


def test_a_service_learns_it_by_scope_only(company: Any, new_service: Any) -> None:
    """The scope `organisation` gives code, name, capacity and last day, and no other scope does."""
    home, first = company
    service = new_service(scopes=["openid", "organisation"])
    first.sign_in()
    code = service.authorise(first, scope="openid organisation")["code"]
    said = service.userinfo(service.redeem(code).json()["access_token"]).json()

    assert [home.code] == [one["code"] for one in said["organisations"]]
    assert "officer" == said["organisations"][0]["capacity"]
    assert "organisations" not in claims.about(first.account, claims.of_scopes(["profile"]))


def test_pages_from_asking_to_delegation(proofed: Any, officer: Any, new_person: Any) -> None:
    """Ask, approve, invite, accept and end on the pages, with a letter in between."""
    boss, clerk, helper = proofed(), officer("proof"), new_person()
    boss.sign_in(2)
    helper.sign_in(2)
    code = f"C{uuid4().hex[:10]}"
    root = "/en/account/organisations/"
    boss.browser.post(root, {"code": code, "name": "Công ty Chè"})
    home = Organisation.objects.get(code=code)
    assert "Công ty Chè" in clerk.browser.get(f"{root}approvals/").content.decode()
    clerk.browser.post(f"{root}approvals/{home.pk}/", {"do": "approve"})
    form = {"email": helper.account.email, "capacity": "delegate", "end": _until(20).isoformat()}
    boss.browser.post(f"{root}{home.pk}/", form)
    letters = Path(settings.EMAIL_FILE_PATH).iterdir()
    page = helper.browser.get(root).content.decode()
    answer = re.search(r"/organisations/invitations/(\d+)/", page)
    assert answer is not None
    helper.browser.post(f"{root}invitations/{answer[1]}/", {"answer": "accept"})
    made = Membership.objects.get(organisation=home, account=helper.account)
    during = organisations.acting(helper.account).exists()
    closed = helper.browser.get(f"{root}{home.pk}/").status_code
    boss.browser.post(f"{root}{home.pk}/members/{made.pk}/", {"do": "end"})

    assert any(helper.account.email in one.read_text() for one in letters)
    assert (True, 404, False) == (
        during,
        closed,
        organisations.acting(helper.account).exists(),
    )


def test_only_the_head_administrator_suspends(officer: Any, company: Any, new_person: Any) -> None:
    """The desk approves; suspending needs an administrator of the installation too."""
    home, _ = company
    clerk = officer("proof")
    path = f"/en/account/organisations/approvals/{home.pk}/"
    refused = clerk.browser.post(path, {"do": "suspend"}).status_code
    base = Organisation.objects.get(code="saola")
    asker, approver = new_person().account, new_person().account
    right = rights.ask(clerk.account, "administrator", organisation=base, by=asker)
    rights.approve(right, by=approver)
    rights.accept(right)
    clerk.browser.post(path, {"do": "suspend"})
    home.refresh_from_db()

    assert (403, False) == (refused, home.is_active)


def test_an_invited_person_cannot_take_anothers_invitation(company: Any, new_person: Any) -> None:
    """An invitation answers to the account of its address alone."""
    home, first = company
    one, two = new_person(), new_person()
    letter = members.invite(home, one.account.email, "delegate", end=_until(9), by=first.account)
    two.sign_in(2)
    path = f"/en/account/organisations/invitations/{letter.pk}/"

    assert 404 == two.browser.post(path, {"answer": "accept"}).status_code
    assert not organisations.acting(two.account).exists()
