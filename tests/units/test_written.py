"""What files write for communes is one commune, or none."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from saola import units
from saola.units.lineage import Lineage
from saola.units.tables import Alias, Tables
from saola.units.unit import Unit
from saola.units.written import Written

OLD, NEW = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
TODAY = dt.date(2026, 11, 22)


def _unit(code: str, name: str, parent: str = "XSA.P.1", **more: dt.date) -> Unit:
    kind = {"P": "province", "D": "district", "C": "commune"}.get(code.split(".")[1:2][0])
    return Unit(code, str(kind), parent, {"vi": name}, **more)


def _written(
    *found: Unit, steps: tuple[Lineage, ...] = (), aliases: tuple[Alias, ...] = ()
) -> Written:
    tables = Tables({unit.code: unit for unit in found}, list(aliases), list(steps))
    return Written(units.Registry(tables), "XSA")


def _step(old: str, new: str, share: float = 1.0, day: dt.date = NEW) -> Lineage:
    return Lineage(old, new, day, share, "sum")


def _codes(found: list[Unit] | None) -> list[str] | None:
    return None if found is None else [unit.code for unit in found]


def test_names_above_tell_namesakes_apart() -> None:
    """Every unit named after a commune has to be one it lies in; words for kinds do not count."""
    written = _written(
        _unit("XSA.P.1", "Núi Cao", ""),
        _unit("XSA.D.1", "Đông", "XSA.P.1"),
        _unit("XSA.D.2", "Tây", "XSA.P.1"),
        _unit("XSA.C.00001", "Tân Lập", "XSA.D.1"),
        _unit("XSA.C.00002", "Tân Lập", "XSA.D.2"),
        aliases=(Alias("XSA.P.1", "name", "NC"), Alias("XSA.C.00002", "post", "9 876")),
    )

    assert ["XSA.C.00001", "XSA.C.00002"] == _codes(written.commune("tan lap"))
    assert ["XSA.C.00001"] == _codes(written.commune("Xã Tân Lập, huyện ĐÔNG, tỉnh Núi Cao"))
    assert ["XSA.C.00002"] == _codes(written.commune("TT. Tân Lập; Tây; NC"))
    assert ["XSA.C.00002"] == _codes(written.commune("9 876"))
    for wrong in ("Lập", "Tân Lập, Nam", "Núi Cao", "", ",", "Xã", "00003", "x" * 100_000):
        assert [] == written.commune(wrong), wrong


def test_an_answer_is_the_callers_own() -> None:
    """What a caller does to an answer changes none given later, though answers are remembered."""
    written = _written(_unit("XSA.P.1", "Núi Cao", ""), _unit("XSA.C.00001", "Tân Lập"))
    written.commune("Tân Lập, Núi Cao").clear()

    assert ["XSA.C.00001"] == _codes(written.commune(" Tân Lập, Núi Cao "))


def test_a_number_means_a_commune_only_where_one_ever_bore_it() -> None:
    """Official numbers lose no noughts; one that went on with another territory is not clear."""
    written = _written(
        _unit("XSA.C.00001", "A"),
        _unit("XSA.C.00004", "B", end=OLD),
        _unit("XSA.C.00004@2025", "B", start=NEW),
    )

    assert ["XSA.C.00001"] == _codes(written.commune("1")) == _codes(written.place("00001"))
    assert ["XSA.C.00004", "XSA.C.00004@2025"] == _codes(written.commune("00004"))
    assert written.place("00004") is written.place("079") is written.place("Nhà A") is None
    assert [] == written.place("XSA.C.9") == written.place("99999")
    assert written.place("FRA.C.75056") is None


def test_only_a_whole_successor_takes_over() -> None:
    """Steps are followed to the commune of the day; a part of a commune is no whole."""
    day = dt.date(2026, 1, 1)
    written = _written(
        _unit("XSA.C.1", "A", end=OLD),
        _unit("XSA.C.2", "B", start=NEW, end=dt.date(2025, 12, 31)),
        _unit("XSA.C.3", "C", start=day),
        _unit("XSA.C.4", "D", end=OLD),
        _unit("XSA.C.5", "E"),
        _unit("XSA.C.6", "F", end=OLD),
        steps=(
            _step("XSA.C.1", "XSA.C.2"),
            _step("XSA.C.2", "XSA.C.3", day=day),
            _step("XSA.C.4", "XSA.C.5", 0.5),
            _step("XSA.C.4", "XSA.C.2", 0.5),
            _step("XSA.C.6", "XSA.C.6"),
        ),
    )

    heir = written.heir("XSA.C.1", TODAY)
    assert heir is not None
    assert "XSA.C.3" == heir.code
    assert written.heir("XSA.C.4", TODAY) is None
    assert ["XSA.C.5", "XSA.C.3"] == _codes(written.heirs("XSA.C.4", TODAY))
    assert written.heir("XSA.C.6", TODAY) is None
    assert [] == written.heirs("XSA.C.6", TODAY)


def test_nearest_names_are_of_communes_that_stand() -> None:
    """A slip of the pen leads to the communes of the day that are written nearly so."""
    written = _written(
        _unit("XSA.C.1", "Long Biên"),
        _unit("XSA.C.2", "Long Biển", end=OLD),
        _unit("XSA.C.3", "An"),
    )

    assert ["XSA.C.1"] == _codes(written.near("Xã Lonh Biên", TODAY))
    assert [] == written.near("zzzz", TODAY)


@pytest.mark.real
def test_every_real_commune_is_found_as_papers_write_it(shared_data: Path) -> None:
    """The 3,321 communes are found by number, and by kind, name and province."""
    with (shared_data / "vietnam/communes.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    found = units.registry()
    provinces = {
        row["province_code"]: found.resolve(row["province_code"], "gso", on=NEW).code
        for row in rows
    }
    real = [
        Unit(
            f"VNM.C.{row['code']}",
            "commune",
            provinces[row["province_code"]],
            {"vi": row["name_vi"]},
        )
        for row in rows
    ]
    every = units.Registry(
        Tables(
            {unit.code: unit for unit in [*found, *real]}, list(found.aliases), list(found.lineage)
        )
    )
    written = Written(every, "VNM")
    kinds = {"ward": "Phường", "commune": "Xã"}

    assert 3_321 == len(written.standing)
    missed = []
    for row in rows:
        said = f"{kinds.get(row['kind'], 'Đặc khu')} {row['name_vi']}, {row['province']}"
        code = [f"VNM.C.{row['code']}"]
        if code != _codes(written.commune(row["code"])) or code != _codes(written.commune(said)):
            missed.append(said)
    assert [] == missed
