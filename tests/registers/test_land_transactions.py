import datetime as dt
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

from saola.cadastre import shares
from saola.errors import SaolaError
from saola.server.land import models, transactions
from saola.server.land.transactions import newborn, splitting
from saola.server.land.transactions.standing import standing
from saola.server.registries import history
from saola.server.registries.act import Act

DAY = dt.date(2026, 11, 1)
ACT = Act("officer", DAY, room.NOW, "contract 12")
HALF = Fraction(1, 2)


@pytest.fixture(scope="module", autouse=True)
def _parcels(home: Path, tmp_path_factory: Any) -> None:
    room.empty()
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    holders = ["079085000001"] * 2 + ["079085000001;079085000002"] * 2
    frame = room.rows(
        4,
        holder=["An", "An", "An;Bình", "An;Bình"],
        holder_number=holders,
        geometry=[room.square(n).wkt for n in (0, 1, 2, 5)],
    )
    frame.write_csv(file)
    assert 4 == room.take(file, home).accepted
    models.Party.objects.using("land").create(
        id=99, kind="organisation", name="Bank", folded="bank"
    )


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    """Each test leaves the register as it was."""
    with transaction.atomic(using="land"):
        yield
        transaction.set_rollback(True, using="land")


def parcel(number: str) -> int:
    """Give the living parcel of a number."""
    row = models.Version.objects.using("land").get(number=number, superseded=None, end=None)
    return int(row.parcel_id)


def held(number: str) -> dict[int, Fraction]:
    """Give the living shares of a parcel's unit."""
    return standing(parcel(number), ACT).shares


def party(name: str) -> int:
    return int(models.Party.objects.using("land").get(name=name).pk)


def refused(code: str) -> Any:
    return pytest.raises(SaolaError, check=lambda error: error.code == code)


def test_a_transfer_moves_shares_and_keeps_the_past() -> None:
    """The taker holds from the day on; the day before, and what was known before, is as it was."""
    one, an, bank = parcel("1"), party("An"), 99
    transactions.transfer(one, ACT, giver=an, takers={bank: Fraction(1, 3)}, serial="AB 00000001")

    assert {an: Fraction(2, 3), bank: Fraction(1, 3)} == held("1")
    rights = models.Right.objects.using("land").filter(unit=standing(one, ACT).unit)
    then = rights.filter(history.holds(DAY - dt.timedelta(days=1), room.NOW))
    assert [(an, 1, 1)] == list(then.values_list("party", "share_n", "share_d"))
    known = rights.filter(history.holds(DAY, room.NOW - dt.timedelta(seconds=1)))
    assert 0 == known.count()
    papers = models.Certificate.objects.using("land").filter(unit=standing(one, ACT).unit)
    assert ["AB 00000001"] == [p.serial for p in papers.filter(end=None, superseded=None)]
    log = models.Access.objects.using("land").filter(purpose="transfer")
    assert sorted([an, bank]) == sorted(row.first for row in log)


@pytest.mark.parametrize(
    ("takers", "code"),
    [
        ({99: Fraction(4, 3)}, "share-exceeds"),
        ({99: Fraction(0)}, "share-nonsense"),
        ({99: Fraction(-1, 2)}, "share-nonsense"),
        ({}, "share-nonsense"),
        ({12345: HALF}, "party-absent"),
    ],
)
def test_nonsense_shares_are_refused(takers: dict[int, Fraction], code: str) -> None:
    """More than is held, nothing, less than nothing, to nobody: each has its error."""
    with refused(code):
        transactions.transfer(parcel("1"), ACT, giver=party("An"), takers=takers)
    assert {party("An"): Fraction(1)} == held("1")


def test_days_have_an_order() -> None:
    """An act lies neither ahead nor before the state that it changes."""
    an = party("An")
    for day, code in ((dt.date(2027, 1, 1), "day-ahead"), (dt.date(2020, 1, 1), "day-before")):
        with refused(code):
            act = Act("officer", day, room.NOW)
            transactions.transfer(parcel("1"), act, giver=an, takers={99: HALF})


def test_a_mortgage_bars_until_discharged() -> None:
    """A mortgaged parcel is neither transferred, split nor merged; discharged, it is free."""
    one, an = parcel("1"), party("An")
    key = transactions.mortgage(one, ACT, lender=99, amount=Decimal(10**9))
    with refused("parcel-mortgaged"):
        transactions.transfer(one, ACT, giver=an, takers={99: HALF})
    with refused("parcel-mortgaged"):
        transactions.merge([one, parcel("2")], ACT)
    with refused("parcel-mortgaged"):
        transactions.mortgage(one, ACT, lender=99)
    with refused("burden-absent"):
        transactions.discharge(one, ACT, mortgage=key + 99)
    transactions.discharge(one, ACT, mortgage=key)
    transactions.transfer(one, ACT, giver=an, takers={99: HALF})

    assert {an: HALF, 99: HALF} == held("1")


def test_a_block_bars_everything() -> None:
    """A blocked parcel takes no transaction until the block is lifted."""
    one = parcel("1")
    key = transactions.restrict(one, ACT, type="blocked")
    with refused("parcel-blocked"):
        transactions.mortgage(one, ACT, lender=99)
    with refused("parcel-blocked"):
        transactions.split(one, ACT, parts=_halves(one))
    transactions.lift(one, ACT, restriction=key)

    assert 2 == len(transactions.split(one, ACT, parts=_halves(one)))


def _halves(key: int) -> list[Any]:
    shape = standing(key, ACT).shape
    left, low, right, high = shape.bounds
    middle = (left + right) / 2
    line = shapely.LineString([(middle, low - 1), (middle, high + 1)])
    return splitting.cut(shape, line)


def test_a_split_makes_parcels_with_codes_and_lineage() -> None:
    """Parts have codes and numbers of their own, the same holders, and know their origin."""
    three = parcel("3")
    area = standing(three, ACT).version.area
    made = transactions.split(three, ACT, parts=_halves(three))

    rows = models.Version.objects.using("land").filter(parcel__in=made, superseded=None)
    assert ["5", "6"] == sorted(row.number for row in rows)
    assert area == pytest.approx(sum(row.area for row in rows))
    codes = {row.parcel.code for row in rows}
    assert 2 == len(codes)
    assert {12} == {len(code) for code in codes}
    assert {party("An"): HALF, party("Bình"): HALF} == held("5") == held("6")
    lineage = models.Lineage.objects.using("land").filter(parent=three)
    assert made == sorted(row.child_id for row in lineage)
    with refused("parcel-ended"):
        standing(three, ACT)


def test_a_parcel_that_ended_has_no_open_finding() -> None:
    """What a check found in a parcel, or beside it, is cleared when the parcel is split."""
    three, four = parcel("3"), parcel("4")
    facts = {"commune": "XSA.C.00001", "epsg": 5897, "found": ACT.now}
    rows = models.Finding.objects.using("land")
    rows.create(rule="overlap", parcel_id=four, other=three, **facts)
    rows.create(rule="holder-absent", parcel_id=three, **facts)
    kept = rows.create(rule="holder-absent", parcel_id=four, **facts)
    transactions.split(three, ACT, parts=_halves(three))

    assert [kept.pk] == list(rows.filter(cleared=None).values_list("pk", flat=True))


def test_parts_have_to_tile_the_parcel() -> None:
    """A line beside it, one part, a part missing, doubled or unsound is refused."""
    one = parcel("1")
    halves = _halves(one)
    shape = standing(one, ACT).shape
    with refused("split-line"):
        splitting.cut(shape, shapely.LineString([(0, 0), (1, 1)]))
    crossed = shapely.from_wkt("POLYGON((0 0,10 10,10 0,0 10,0 0))")
    for parts, code in (
        ([shape], "split-parts"),
        ([halves[0], halves[0]], "split-tiling"),
        ([shape, halves[0]], "split-tiling"),
        ([halves[0], crossed], "shape-unsound"),
    ):
        with refused(code):
            transactions.split(one, ACT, parts=parts)


def test_a_merge_is_the_reverse_of_a_split() -> None:
    """Neighbours of one holder become one parcel, of their whole area."""
    one, two = parcel("1"), parcel("2")
    made = transactions.merge([one, two], ACT)

    row = models.Version.objects.using("land").get(parcel=made)
    assert ("5", 200.0) == (row.number, pytest.approx(row.area))
    assert {party("An"): Fraction(1)} == held("5")
    parents = models.Lineage.objects.using("land").filter(child=made)
    assert {one, two} == {line.parent_id for line in parents}


def test_unlike_parcels_are_not_merged() -> None:
    """Strangers' parcels, parcels apart, one parcel, one parcel twice: each has its error."""
    for numbers, code in (
        (("2", "3"), "merge-differ"), (("3", "4"), "merge-apart"),
        (("1",), "merge-few"), (("1", "1"), "merge-few"),
    ):  # fmt: skip
        with refused(code):
            transactions.merge([parcel(number) for number in numbers], ACT)


def test_a_correction_supersedes_and_keeps_the_code() -> None:
    """What was wrong stays as what was known; the parcel's code stays what it was."""
    one = parcel("1")
    before = standing(one, ACT).version
    code = before.parcel.code
    wider = shapely.box(room.X - 5, room.Y, room.X + 10, room.Y + 10)
    transactions.correct(one, ACT, shape=wider, land_type="LUC", number="77")

    after = standing(one, ACT).version
    assert ("LUC", "77", "XSA.C.00001/1/77", 150.0) == (
        after.land_type, after.number, after.key, after.area,
    )  # fmt: skip
    assert (code, before.start) == (after.parcel.code, after.start)
    old = models.Version.objects.using("land").get(pk=before.pk)
    assert (room.NOW, None) == (old.superseded, old.end)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "correction-empty"),
        ({"land_type": "ONT"}, "correction-empty"),
        ({"land_type": "QQQ"}, "land-type-unknown"),
        ({"number": "2"}, "key-taken"),
        ({"number": "a/b"}, "key-nonsense"),
        ({"documented": -1.0}, "amount-range"),
        ({"shape": shapely.from_wkt("POLYGON((0 0,9 9,9 0,0 9,0 0))")}, "shape-unsound"),
    ],
)
def test_a_correction_without_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    """Nothing changed, an unknown type, another's number, an unsound shape."""
    with refused(code):
        transactions.correct(parcel("1"), ACT, **changes)


FRACTIONS = st.fractions(min_value=-1, max_value=2, max_denominator=60)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.dictionaries(st.integers(0, 4), FRACTIONS, max_size=3))
    )
)
def test_shares_always_add_up_to_one(moves: list[tuple[int, dict[int, Fraction]]]) -> None:
    """Whatever transfers are tried, what is accepted leaves shares above zero that make one."""
    state: dict[int, Fraction] = {0: HALF, 1: HALF}
    for giver, takers in moves:
        try:
            after = shares.transferred(state, giver, takers)
        except SaolaError:
            continue
        assert 1 == sum(after.values())
        assert all(share > 0 for share in after.values())
        assert state.get(giver, 0) - sum(takers.values()) == after.get(giver, 0)
        state = after


@given(st.data())
def test_any_sequence_of_transactions_keeps_shares_and_land(data: st.DataObject) -> None:
    """After any acts, refused or not, each unit's shares make one, and no square metre is lost."""

    def living() -> Any:
        return models.Version.objects.using("land").filter(superseded=None, end=None)

    with transaction.atomic(using="land"):
        total = sum(row.area for row in living())
        for _ in range(data.draw(st.integers(1, 6))):
            keys = sorted(living().values_list("parcel_id", flat=True))
            one, other = data.draw(st.sampled_from(keys)), data.draw(st.sampled_from(keys))
            act = data.draw(st.sampled_from(["transfer", "split", "merge", "mortgage"]))
            try:
                with transaction.atomic(using="land"):
                    _act(act, one, other, data)
            except SaolaError:
                continue
        for row in living():
            rights = models.Right.objects.using("land").filter(
                unit=row.unit_id, kind="right", superseded=None, end=None
            )
            assert 1 == sum(Fraction(right.share_n, right.share_d) for right in rights)
        assert total == pytest.approx(sum(row.area for row in living()))
        transaction.set_rollback(True, using="land")


def _act(act: str, one: int, other: int, data: st.DataObject) -> None:
    if act == "transfer":
        giver = data.draw(st.sampled_from(sorted(standing(one, ACT).shares)))
        share = data.draw(st.fractions(min_value=0, max_value=1, max_denominator=6))
        transactions.transfer(one, ACT, giver=giver, takers={99: share})
    elif act == "split":
        transactions.split(one, ACT, parts=_halves(one))
    elif act == "merge":
        transactions.merge([one, other], ACT)
    else:
        transactions.mortgage(one, ACT, lender=99)


def test_the_database_holds_a_living_key_once() -> None:
    """Two living versions with one older key are refused, whoever writes them."""
    row = models.Version.objects.using("land").filter(superseded=None, end=None).first()
    assert row is not None
    row.pk = None

    with refused("key-taken"):
        newborn.enter(row)
