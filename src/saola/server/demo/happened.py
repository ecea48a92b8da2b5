"""What happened in the demo's registers since they were filled: acts, readings, wishes, marks."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from saola.server.demo.parts import KEEP, enrol
from saola.server.identity.models import Account, PersonNumber
from saola.server.land import parties, transactions
from saola.server.land.models import Right
from saola.server.land.records import records as parcels
from saola.server.land.transactions.standing import KNOWN
from saola.server.population import events, models, record, review
from saola.server.population.records import records as persons
from saola.server.registries import marks, officers
from saola.server.registries.act import Act
from saola.server.registries.records import Records

DATABASE = "population"
ADULT = dt.timedelta(days=365 * 30)


def tell(seats: dict[str, Account], communes: list[str], now: dt.datetime) -> None:
    """Let the officers work for a while.

    Args:
        seats: The officers by their part.
        communes: Where people live.
        now: The moment.
    """
    citizen = _citizen()
    _lives(seats["clerk"], communes, now, _grown(now, besides=citizen.person_id))
    _parcels(seats["land"], now)
    _marks(seats, communes, now)
    _readings(seats["clerk"], citizen.person_id, now)
    _proposes(seats["clerk"])
    account = enrol("citizen", _name(citizen.person_id))
    account.assurance, account.profile = 2, {}
    account.save()
    today = now.date()
    PersonNumber.objects.create(account=account, number=citizen.value, start=today, source="demo")


def _act(records: Records, who: Account, now: dt.datetime, days: int, reason: str) -> Act:
    return Act(
        who.email,
        now.date() - dt.timedelta(days=days),
        now,
        reason=reason,
        agency=_agency(who),
        ground=records.ground,
        account=who.pk,
    )


def _agency(who: Account) -> str:
    return who.rights.get().organisation.name


def _citizen() -> models.Number:
    """Choose a person who holds land, has a family file and a personal number."""
    held = Right.objects.using("land").filter(kind="right", **KNOWN).order_by("id")
    numbers = held.exclude(party__number=None).values_list("party__number", flat=True)
    known = models.Number.objects.using(DATABASE).filter(
        value__in=list(numbers[:50]), kind="personal", superseded=None
    )
    return known.order_by("id")[0]


def _name(key: int) -> str:
    found = models.Name.objects.using(DATABASE).filter(person=key, kind="birth", superseded=None)
    return found[0].text


def _grown(now: dt.datetime, *, besides: int) -> Iterator[models.Person]:
    """Give unmarried grown-ups, one after another."""
    found = models.Person.objects.using(DATABASE).filter(
        born__lt=now.date() - ADULT, marital="single"
    )
    return found.exclude(pk=besides).order_by("id").iterator()


def _lives(
    clerk: Account, communes: list[str], now: dt.datetime, people: Iterator[models.Person]
) -> None:
    """Record a marriage, moves, an absence, a correction, a death, births and wishes."""

    def act(days: int, reason: str) -> Act:
        return _act(persons(), clerk, now, days, reason)

    one = next(people)
    other = next(each for each in people if each.sex != one.sex)
    events.marry(one.pk, act(40, "Marriage book 2026, no. 12"), spouse=other.pk)
    for days, commune in ((25, communes[0]), (9, communes[-1])):
        mover = next(people)
        events.move(mover.pk, act(days, f"Notice of move {days}"), commune=commune, address="New 1")
    away = next(people)
    until = now.date() + dt.timedelta(days=90)
    events.absent(away.pk, act(20, "Notice of absence 3"), until=until, place=communes[1])
    events.correct(next(people).pk, act(6, "Request 2026/31"), field="phone", value="0900000000")
    events.die(next(people).pk, act(15, "Death book 2026, no. 4"))
    for days, name in ((12, "Nguyễn Minh An"), (3, "Trần Bảo Ngọc")):
        born = now.date() - dt.timedelta(days=days)
        sex, place = ("M" if days > 5 else "F"), communes[0]
        values = {"name": name, "born": born.isoformat(), "sex": sex, "commune": place}
        events.bear(act(days, "Birth book 2026"), values=values | {"birth_place": place})
    _wishes(people, now)


def _wishes(people: Iterator[models.Person], now: dt.datetime) -> None:
    """Let two persons ask for corrections."""
    for days, field, wanted, reason in (
        (4, "phone", "0911222333", "A new telephone."),
        (2, "marital", "married", "Marriage certificate of 2019."),
    ):
        models.Wish.objects.using(DATABASE).create(
            person=next(people),
            field=field,
            wanted=wanted,
            reason=reason,
            asked=now - dt.timedelta(days=days),
        )


def _parcels(officer: Account, now: dt.datetime) -> None:
    """Record a transfer and a mortgage of parcels with one holder."""

    def act(days: int, reason: str) -> Act:
        return _act(parcels(), officer, now, days, reason)

    held = Right.objects.using("land").filter(kind="right", share_d=1, **KNOWN).order_by("-id")
    units = list(held.values_list("unit__version__parcel", "party")[:8])
    (sold, giver), (pledged, _) = units[0], units[1]
    taker = next(party for _, party in units[2:] if party != giver)
    transactions.transfer(
        sold, act(18, "Contract of sale 2026/7"), giver=giver, takers={taker: Fraction(1)}
    )
    bank = parties.known("Ngân hàng Xaolia", kind="organisation")
    transactions.mortgage(pledged, act(5, "Mortgage contract 2026/2"), lender=bank)


def _marks(seats: dict[str, Account], communes: list[str], now: dt.datetime) -> None:
    """Let two clerks approve a commune, one begin with another, and a book wait for rebuilding."""
    records = persons()

    def act(seat: str, reason: str) -> Act:
        return _act(records, seats[seat], now, 0, reason)

    done = marks.compared(records, act("clerk", "Family books 2025"), commune=communes[-1])
    marks.approve(records, done.pk, act("second-clerk", "Family books 2025"))
    marks.compared(records, act("clerk", "Family books 2025"), commune=communes[-2])
    marks.rebuild(
        records, act("clerk", "Water damage"), commune=communes[1], book="Births 1961", count=120
    )


def _proposes(clerk: Account) -> None:
    """Let the first clerk propose two merges, which the second may confirm."""
    for pair in models.Pair.objects.using(DATABASE).order_by("id")[:2]:
        review.propose(pair.pk, keep=pair.left, who=clerk.email, account=clerk.pk)


def _readings(clerk: Account, key: int, now: dt.datetime) -> None:
    """Let a clerk read a person's record, so that the person finds it among the readings."""
    for reference, fields in (
        ("Request 2026/18", {"names", "numbers", "residences"}),
        ("File 2026/40", {"names", "born", "household"}),
    ):
        reader = officers.reader(clerk, "saola.server.population", reference=reference)
        when = record.When(now)
        record.read(key, reader=reader, purpose=KEEP, fields=frozenset(fields), when=when)
