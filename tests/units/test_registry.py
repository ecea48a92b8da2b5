"""The registry finds units by what files call them."""

import csv
import datetime as dt
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola import units
from saola.errors import InputError

REGISTRY = units.registry()
OLD, NEW = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


@pytest.mark.real
def test_every_name_of_every_un_file_resolves(shared_data: Path) -> None:
    """Each of the 193 names in each of the 11 UN files names one country."""
    for file in sorted((shared_data / "egdi").glob("*.csv")):
        with file.open(encoding="utf-8-sig") as stream:
            names = [row["Country Name"] for row in csv.DictReader(stream)]
        found = {REGISTRY.resolve(name, on=dt.date(int(file.stem[-4:]), 1, 1)) for name in names}

        assert 193 == len(names)
        assert {unit.code for unit in REGISTRY.members("G.UN")} == {unit.code for unit in found}


def test_there_are_63_provinces_to_the_last_of_june_and_34_from_the_first_of_july() -> None:
    """Viet Nam's provinces are 63 until 30 June 2025 and 34 from the next day."""
    assert 63 == len(REGISTRY.children("VNM", "province", on=OLD))
    assert 34 == len(REGISTRY.children("VNM", "province", on=NEW))
    assert 34 == len(REGISTRY.children("VNM", "province"))
    assert 86 == len(REGISTRY.children("VNM", "province", every=True))


@pytest.mark.parametrize("on", [OLD, NEW])
def test_tile_grid_holds_each_province_once(on: dt.date) -> None:
    """Each province has one tile and no two provinces share one."""
    tiles = REGISTRY.tiles("VNM.P", on=on)
    provinces = [unit.code for unit in REGISTRY.children("VNM", "province", on=on)]

    assert provinces == sorted(tiles["unit"])
    assert not tiles.select("x", "y").is_duplicated().any()
    assert (0, 0) == (tiles["x"].min(), tiles["y"].min())


@pytest.mark.real
def test_lineage_equals_the_crosswalk_of_the_communes(shared_data: Path) -> None:
    """The predecessors of each province are those its communes came from."""
    with (shared_data / "vietnam/communes_legacy_to_2025.csv").open(encoding="utf-8") as stream:
        real = {(row["province"], row["newProvince"]) for row in csv.DictReader(stream)}
    expected = {
        (REGISTRY.resolve(old, on=OLD).code, REGISTRY.resolve(new, on=NEW).code)
        for old, new in real
    }
    steps = {(step.old, step.new) for step in REGISTRY.lineage if step.rule == "mean"}

    assert 52 == len(steps)
    assert steps == {pair for pair in expected if pair[0] != pair[1]}


@pytest.mark.real
def test_centres_lie_within_half_a_degree_of_a_gazetteer(shared_data: Path) -> None:
    """The centre shipped for each of the 63 provinces is near the one a gazetteer gives."""
    with (shared_data / "vietnam/provinces_63.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    far = [
        row["address"]
        for row in rows
        for unit in [REGISTRY.resolve(row["address"], on=OLD)]
        if abs((unit.lat or 0) - float(row["latitude"])) > 0.5
        or abs((unit.lon or 0) - float(row["longitude"])) > 0.5
    ]

    assert [] == far


@pytest.mark.parametrize(
    ("said", "scheme", "on", "code"),
    [
        ("da nang", None, OLD, "VNM.P.48"),
        ("Thành phố Đà Nẵng", None, NEW, "VNM.P.48@2025"),
        ("ĐÀ NẴNG  ", None, None, "VNM.P.48@2025"),
        ("Thừa Thiên-Huế", None, OLD, "VNM.P.46"),
        ("48", "gso", OLD, "VNM.P.48"),
        ("48", "gso", None, "VNM.P.48@2025"),
        ("704", "m49", None, "VNM"),
        ("vn", None, None, "VNM"),
        ("VNM", None, None, "VNM"),
        ("Viet  Nam ", None, None, "VNM"),
        ("Cote d'Ivoire", None, None, "CIV"),
        ("Czech Republic", None, None, "CZE"),
        ("Bộ TT&TT", None, dt.date(2022, 1, 1), "VNM.M.MIC"),
    ],
)
def test_a_name_resolves_whatever_its_dress(
    said: str, scheme: str | None, on: dt.date | None, code: str
) -> None:
    """Case, tones, blanks and punctuation do not matter; the day tells namesakes apart."""
    assert code == REGISTRY.resolve(said, scheme, on=on).code


def test_a_bare_number_is_no_name() -> None:
    """A code that is all digits needs its scheme."""
    with pytest.raises(InputError) as caught:
        REGISTRY.resolve("48")

    assert "unit-unknown" == caught.value.code


def test_an_unknown_name_comes_with_its_neighbours() -> None:
    """The error for an unknown name says which known names are near."""
    with pytest.raises(InputError) as caught:
        REGISTRY.resolve("Quảng Nimh")

    assert "Quảng Ninh" in caught.value.message()


@pytest.mark.parametrize(
    ("said", "scheme", "codes"),
    [
        ("Viet Nam", None, ["VNM"]),
        ("Quảng Nimh", None, []),
        ("48", None, []),
        ("48", "gso", ["VNM.P.48@2025"]),
    ],
)
def test_every_unit_that_may_be_meant_is_found(
    said: str, scheme: str | None, codes: list[str]
) -> None:
    """None where no unit bears the name, those that still exist where no day is named."""
    assert codes == [unit.code for unit in REGISTRY.find(said, scheme)]


@given(st.sampled_from(list(REGISTRY)), st.sampled_from(["vi", "en", "fr"]))
def test_every_unit_is_found_by_its_names(unit: units.Unit, lang: str) -> None:
    """Each unit resolves by its code and, at its own time and of its kind, by each name."""
    assert unit == REGISTRY.resolve(unit.code)
    name = f" {unicodedata.normalize('NFD', unit.names[lang])} "
    found = REGISTRY.resolve(name, on=unit.start or unit.end, kind=unit.kind)
    assert unit.code == found.code


def test_asean_grew_with_time() -> None:
    """Membership has dates: Viet Nam joined ASEAN on 28 July 1995."""
    before = REGISTRY.members("G.ASEAN", on=dt.date(1995, 7, 27))
    after = REGISTRY.members("G.ASEAN", on=dt.date(1995, 7, 28))

    assert ["VNM"] == [unit.code for unit in after if unit not in before]
    assert 10 == len(REGISTRY.members("G.ASEAN", on=dt.date(2022, 1, 1)))


def test_every_row_names_its_source_and_speaks_three_languages() -> None:
    """Every shipped unit has a source, three names and a parent that exists."""
    frame = REGISTRY.frame
    for name in ("source", "vi", "en", "fr"):
        assert 0 == frame.filter(pl.col(name) == "").height
    assert [] == [unit.code for unit in REGISTRY if unit.parent and unit.parent not in REGISTRY]
    assert () == REGISTRY.aside
    assert {alias.unit for alias in REGISTRY.aliases} <= {unit.code for unit in REGISTRY}


def test_the_countries_are_those_of_iso() -> None:
    """There are 249 countries, each with its two-letter and its numeric code."""
    countries = {unit.code for unit in REGISTRY.select("country")}

    assert 249 == len(countries)
    for scheme in ("iso2", "m49"):
        assert countries == {alias.unit for alias in REGISTRY.aliases if alias.scheme == scheme}


def test_a_folder_adds_and_replaces_and_sets_bad_rows_aside(tmp_path: Path) -> None:
    """Rows of a workspace are read after the shipped; bad ones are kept with a reason."""
    (tmp_path / "own.csv").write_text(
        "\ufeffcode,kind,parent,vi,en,fr,lat\n"
        "XSA,country,,Xa,Xa,Xa,\n"
        "VNM,country,,Nước,Land,Pays,\n"
        "x y,country,,A,A,A,\n"
        "XSB,country,,B,B,B,95\n"
        "XSC,country,,,,,\n",
        encoding="utf-8",
    )
    own = units.registry(tmp_path)

    assert "Land" == own.unit("VNM").label("en")
    assert len(REGISTRY) + 1 == len(own)
    assert ["unit-code", "unit-number", "unit-name"] == [fault.code for _, _, fault in own.aside]
    assert "own.csv:4" == own.aside[0][0]


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    """A table that lacks a column is an error that names the column."""
    (tmp_path / "aliases.csv").write_text("unit,code\nVNM,x\n", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        units.registry(tmp_path)

    assert ("unit-columns", "scheme") == (caught.value.code, caught.value.facts["missing"])
