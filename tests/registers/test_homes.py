# ruff: noqa: ARG001  (fixtures fill the register)
"""A name says where its bearer lives, so that an officer of one commune finds their people."""

import datetime as dt
from importlib import import_module

import polars as pl
import pytest
from django.db import connections

from saola.server.population import events, record, search
from saola.server.population.models import Name
from saola.server.registries.act import Act
from saola.server.registries.grants import Grant

DATABASE = "population"
ACT = Act("clerk", dt.date(2026, 11, 1), dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC))
FAR = "XSA.C.99999"


def _told() -> dict[int, set[str | None]]:
    """Where the names of each person say that they live."""
    found: dict[int, set[str | None]] = {}
    for person, home in Name.objects.using(DATABASE).values_list("person_id", "home"):
        found.setdefault(person, set()).add(home)
    return found


def _found(typed: str, *units: str) -> set[int]:
    grant = Grant("Keep the register", "law", search.SHOWN, units=frozenset(units))
    return {hit.person for hit in search.by_name(typed, grant=grant)}


def test_every_name_says_where_its_bearer_lives(people: pl.DataFrame) -> None:
    """After an intake, a birth, a move, new names and a death, former names too."""
    born = {"name": "Phạm Thị Bé", "born": "2026-11-01", "sex": "F", "commune": FAR}
    events.bear(ACT, values=born)
    events.rename(2, ACT, name="Lê Thị Mới")
    events.move(2, ACT, commune=FAR)
    events.correct(3, ACT, field="name", value="Trần Văn Đúng")
    events.move(4, ACT, commune=FAR)
    events.rename(4, ACT, name="Đỗ Văn Xa")
    events.die(5, ACT)

    told = _told()
    assert {key: {home} for key, home in record.homes(list(told)).items()} == told
    assert {FAR} == told[2] == told[4]


def test_who_moves_is_found_where_they_live(people: pl.DataFrame) -> None:
    """The officer of the new commune finds them, the one of the old no more."""
    name, before = people["name"][5], people["commune"][5]
    assert 6 in _found(name, before)

    events.move(6, ACT, commune=FAR)

    assert 6 not in _found(name, before)
    assert 6 in _found(name, FAR) & _found(name, before, FAR)
    assert 6 in _found(" ".join(reversed(name.split())), FAR)


def test_a_register_of_before_learns_where_names_live(people: pl.DataFrame) -> None:
    """The migration reads it from the residences that hold."""
    names, told = Name.objects.using(DATABASE), _told()
    names.update(home=None)

    module = import_module("saola.server.population.migrations.0010_name_home")
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(module.HOMES)

    assert told == _told()


@pytest.mark.parametrize("units", [1, 100])
def test_a_search_within_reach_asks_the_index_of_homes(people: pl.DataFrame, units: int) -> None:
    """Namesakes elsewhere are not read, for a right of one commune or of a province."""
    codes = [f"XSA.C.{number:05}" for number in range(units)]
    rows = Name.objects.using(DATABASE).filter(
        folded__gte="nguyen", folded__lt="nguyen~", superseded=None, home__in=codes
    )

    assert "name_home (home=? AND folded>? AND folded<?)" in rows.explain()
