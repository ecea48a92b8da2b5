"""The invented country is whole, unreal and the same for a seed."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from saola import demo, units
from saola.demo import land
from saola.errors import DependencyError
from saola.units import shapes

PLACE = demo.country(7)


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> units.Registry:
    folder = tmp_path_factory.mktemp("units")
    write(folder, "xsa", PLACE.units())
    write(folder, "members-xsa", PLACE.members())
    write(folder, "tiles-xsa", PLACE.tiles())
    return units.registry(folder)


def test_it_has_the_size_of_a_country(registry: units.Registry) -> None:
    """There are 34 provinces, 22 ministries in two groups and 3,321 communes."""
    assert 34 == len(registry.children("XSA", "province"))
    assert 3321 == len(registry.select("XSA.C"))
    assert 22 == len(registry.children("XSA", "ministry"))
    groups = [registry.members(code) for code in ("XSA.G.SERVICES", "XSA.G.NO-SERVICES")]
    assert [17, 5] == [len(group) for group in groups]
    assert 34 == len(registry.members("XSA.G.PROVINCES"))
    assert 1 + 34 + 22 == len(registry.select("XSA.G.AGENCIES"))
    assert () == registry.aside
    assert all(registry.children(unit.code) for unit in registry.select("XSA.P"))


def test_no_name_is_one_of_a_real_unit(registry: units.Registry) -> None:
    """An invented place or body never bears the name of a real unit in the registry."""
    real = {name for unit in units.registry() for name in unit.names.values()}
    real |= {alias.code for alias in units.registry().aliases}
    own = [unit for unit in registry if unit.code.startswith("XSA")]

    assert [] == [unit.code for unit in own if not real.isdisjoint(unit.names.values())]
    communes = registry.select("XSA.C")
    assert len(communes) == len({unit.names["en"] for unit in communes})


def test_communes_cover_the_land_without_gap_or_overlap() -> None:
    """The outlines of the communes are one valid coverage, and the provinces are their unions."""
    cells = np.array(PLACE.land.cells)
    outlines = np.array(PLACE.land.outlines)

    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    assert pytest.approx(shapely.area(cells).sum()) == shapely.area(outlines).sum()
    points = shapely.points(PLACE.land.points)
    assert shapely.contains(cells, points).mean() > 0.999


def test_boundaries_are_those_of_the_units(tmp_path: Path) -> None:
    """Every province and commune has a boundary that a workspace reads again."""
    shapes.write(PLACE.boundaries(), tmp_path / "xsa.parquet")
    found = shapes.boundaries(tmp_path)

    assert [*PLACE.provinces, *PLACE.communes] == found["unit"].to_list()


def test_each_province_has_a_tile(registry: units.Registry) -> None:
    """The tile grid holds each province once and no two in one place."""
    tiles = registry.tiles("XSA.P")

    assert PLACE.provinces == sorted(tiles["unit"])
    assert not tiles.select("x", "y").is_duplicated().any()


def test_people_live_mostly_outside_towns_and_towns_are_larger() -> None:
    """A fifth to a third of communes are towns, and the mean town holds more people."""
    assert 0.18 <= PLACE.urban.mean() <= 0.33
    assert PLACE.people[PLACE.urban].mean() > 1.5 * PLACE.people[~PLACE.urban].mean()
    assert 20e6 <= PLACE.people.sum() <= 50e6


def test_the_same_seed_gives_the_same_country() -> None:
    """A country depends on its seed alone."""
    one, other = (demo.country(seed, communes=120, provinces=5) for seed in (3, 4))
    again = demo.country(3, communes=120, provinces=5)

    assert one.units() == again.units()
    assert one.boundaries().equals(again.boundaries())
    assert one.units() != other.units()


def test_without_shapely_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where shapely is absent the error says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "shapely", None)

    with pytest.raises(DependencyError) as caught:
        land.land(np.random.default_rng(1), 10, 2)

    assert "unit-shapes-extra" == caught.value.code


def test_the_source_of_every_row_says_that_it_is_invented() -> None:
    """No row of the invented country can be taken for a fact."""
    rows = pl.DataFrame(PLACE.units())

    assert rows["source"].str.contains("invented").all()
    assert rows["code"].str.contains(r"^XSA").all()
