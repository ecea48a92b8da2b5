# ruff: noqa: ARG001  (fixtures fill and empty the register)
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saola.errors import InputError, StateError
from saola.linkage import names
from saola.linkage.personal_numbers import PersonalNumber
from saola.periods import Period
from saola.server.population import (
    events,
    observe,
    record,
    search,
    snapshot,
    statistics,
)
from saola.server.registries.grants import Grant, Reader

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)  # when `people` are taken in
LATER = NOW + dt.timedelta(days=10)
DAY = dt.date(2026, 11, 1)
LATEST = record.When(LATER)


@pytest.fixture
def reader() -> Reader:
    """A clerk who may read names and residences to issue cards."""
    fields = frozenset({"names", "residences", "numbers", "sex", "born", "died", "events"})
    return Reader("clerk", "VNM.M.BCA", (Grant("cards", "Law 26/2023 Art. 19", fields),))


def _read(key: int, reader: Reader, fields: set[str], **when: Any) -> dict[str, Any]:
    asked = record.When(LATER, **when)
    return record.read(key, reader=reader, purpose="cards", fields=frozenset(fields), when=asked)


def _act(reason: str = "") -> events.Act:
    return events.Act("clerk", DAY, LATER, reason)


@pytest.mark.parametrize("change", [str, str.upper, "plain", "reversed"])
def test_a_name_is_found_whatever_its_tones_and_order(people: pl.DataFrame, change: Any) -> None:
    """As written, in capitals, without marks or reversed, a name finds its bearer."""
    said = people["name"][17]
    if change == "plain":
        typed = names.folded(said)
    elif change == "reversed":
        typed = " ".join(reversed(said.split()))
    else:
        typed = change(said)

    assert 18 in [hit.person for hit in search.by_name(typed)]


def test_a_name_is_found_while_it_is_typed(people: pl.DataFrame) -> None:
    """The beginning of a name is enough, and exact tones come first."""
    said = people["name"][5]
    hits = search.by_name(said[: len(said) - 1], most=2_000)

    assert 6 in [hit.person for hit in hits]
    assert sorted(hits, key=lambda hit: not hit.exact) == hits
    assert [] == search.by_name("  ")


def test_who_is_spelt_so_comes_before_namesakes(people: pl.DataFrame) -> None:
    """However few are asked for, a name spelt as typed is among them."""
    for name in people["name"].head(200):
        assert search.by_name(name, most=1)[0].exact, name


def test_both_spellings_of_a_tone_find_the_same(people: pl.DataFrame) -> None:
    """Hòa and Hoà are one name."""
    both = [search.by_name(f"Nguyễn Văn {given}") for given in ("Hòa", "Hoà")]

    assert both[0] == both[1]


def test_a_new_number_leaves_the_old_one_findable(people: pl.DataFrame, reader: Reader) -> None:
    """A superseded number finds its former bearer; the record has one living number."""
    row = people.row(3, named=True)
    year = int(row["born"][:4])
    new = str(PersonalNumber("001", row["sex"], year, "999999"))
    events.renumber(4, _act("wrong"), number=new)

    assert [4] == [hit.person for hit in search.by_number(new)]
    assert {4} == {hit.person for hit in search.by_number(row["number"])}
    held = [n["value"] for n in _read(4, reader, {"numbers"})["numbers"] if n["kind"] == "personal"]
    assert [new] == held
    with pytest.raises(StateError):
        events.renumber(5, _act(), number=people["number"][4])
    with pytest.raises(InputError):
        events.renumber(5, _act(), number="1")


def test_a_record_is_read_as_it_was_and_as_it_was_known(
    people: pl.DataFrame, reader: Reader
) -> None:
    """A move recorded late shows by the day it held, and not to who asks what was known before."""
    before = people["commune"][8]
    events.move(9, _act(), commune="XSA.C.99999")

    def commune(**when: Any) -> list[str]:
        found = _read(9, reader, {"residences"}, **when)["residences"]
        return [row["commune"] for row in found if row["kind"] == "permanent"]

    assert ["XSA.C.99999"] == commune()
    assert [before] == commune(on=DAY - dt.timedelta(days=1))
    assert [before] == commune(known=LATER - dt.timedelta(days=1))


def test_the_dead_change_no_more(people: pl.DataFrame, reader: Reader) -> None:
    """After a death neither a move nor a second death is recorded."""
    events.die(12, _act())

    assert DAY == _read(12, reader, {"died"})["died"]
    for act in (
        lambda: events.die(12, _act()),
        lambda: events.move(12, _act(), commune="x"),
        lambda: events.rename(12, _act(), name="x"),
    ):
        with pytest.raises(StateError):
            act()
    with pytest.raises(InputError):
        events.die(999_999, _act())


def test_a_changed_name_keeps_its_history(people: pl.DataFrame, reader: Reader) -> None:
    """A new name holds from its day on; the events tell of it."""
    events.rename(20, _act("court"), name="Trần Thị Mới")

    assert "Trần Thị Mới" == _read(20, reader, {"names"})["names"][0]["text"]
    assert ["entry", "rename"] == [e["kind"] for e in _read(20, reader, {"events"})["events"]]


def test_nothing_is_read_without_a_grant(people: pl.DataFrame, reader: Reader) -> None:
    """Each field needs a grant for the purpose; a refusal reads nothing and logs no reading."""
    known = len(record.readers(30))
    for field in record.FIELDS:
        allowed = field in reader.grants[0].fields
        if allowed:
            _read(30, reader, {field})
            known += 1
        else:
            with pytest.raises(StateError) as caught:
                _read(30, reader, {field})
            assert "not-granted" == caught.value.code
        other = frozenset({field})
        with pytest.raises(StateError):
            record.read(30, reader=reader, purpose="other", fields=other, when=LATEST)
    assert known == len(record.readers(30))


def test_the_person_sees_who_read_and_why(people: pl.DataFrame, reader: Reader) -> None:
    """Every reading names who, for whom, the purpose, the ground and the fields; so does intake."""
    _read(31, reader, {"names", "sex"})

    latest, *_, first = record.readers(31)
    assert ("clerk", "VNM.M.BCA", "cards", "names sex") == tuple(
        latest[name] for name in ("who", "agency", "purpose", "fields")
    )
    assert "Law 26/2023 Art. 19" == latest["ground"]
    assert ("write", "intake") == (first["kind"], first["purpose"])


def test_statistics_come_from_the_snapshot(people: pl.DataFrame, home: Path) -> None:
    """Counts by commune, sex and age add up to the living; small cells are left out of them."""
    folder = snapshot.write(home, today=NOW.date())
    cells = statistics.cells(folder / "persons.parquet", on=dt.date(2026, 10, 1))
    assert people.height == cells["persons"].sum()

    shown = observe.observations(Period.parse("2026-Q3"))
    shown = shown.filter(pl.col("indicator") == observe.INDICATOR)
    assert set() == {value for value in shown["value"] if value < statistics.LEAST}


def test_a_single_blank_cell_is_not_given_away() -> None:
    """Where one cell is too small, the next smallest of the commune is blanked too."""
    frame = pl.DataFrame(
        {
            "commune": ["a", "a", "a", "b", "b"],
            "sex": ["F", "M", "F", "F", "M"],
            "age": ["0-4", "0-4", "5-9", "0-4", "0-4"],
            "persons": [3, 9, 20, 7, 8],
        }
    )

    assert [None, None, 20, 7, 8] == statistics.suppressed(frame)["persons"].to_list()
