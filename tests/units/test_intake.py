"""Units come in from files of other offices, and nothing is lost."""

import csv
import datetime as dt
import json
import sqlite3
import struct
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from saola import units
from saola.cli.main import root
from saola.errors import DependencyError, InputError
from saola.units import intake, shapes
from saola.workspace import Workspace

REGISTRY = units.registry()
SQUARE = shapely.box(105.0, 20.0, 106.0, 21.0)
BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
PLAN = intake.Plan(prefix="XSA.C", kind="commune", source="test")


def geojson(folder: Path, features: list[dict[str, Any]]) -> Path:
    file = folder / "communes.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def feature(code: object, shape: Any, **more: object) -> dict[str, Any]:
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    properties = {"code": code, "name_vi": "Xã Một", **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geopackage(folder: Path, shape: Any, system: int = 4326) -> Path:
    file = folder / "layer.gpkg"
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)")
        base.execute("INSERT INTO gpkg_geometry_columns VALUES ('a \"b\"', 'geom', ?)", [system])
        base.execute('CREATE TABLE "a ""b""" (code, name_vi, geom)')
        head = b"GP\x00\x03" + struct.pack("<i", system) + struct.pack("<4d", *shape.bounds)
        base.execute('INSERT INTO "a ""b""" VALUES (?, ?, ?)', ["7", "Bảy", head + shape.wkb])
    base.close()
    return file


def test_geojson_gives_names_centres_and_boundaries(tmp_path: Path) -> None:
    """A GeoJSON file gives units with a centre inside their boundary."""
    found = intake.read(geojson(tmp_path, [feature("00004", SQUARE)]), REGISTRY, PLAN)

    assert ["XSA.C.00004"] == [unit.code for unit in found.units]
    assert (20.5, 105.5) == (found.units[0].lat, found.units[0].lon)
    assert SQUARE.equals(shapely.from_wkb(found.boundaries["geometry"][0]))


@pytest.mark.parametrize("system", [4326, 3857])
def test_geopackage_is_read_and_brought_to_wgs84(tmp_path: Path, system: int) -> None:
    """A GeoPackage layer is read in its own reference system and given in WGS 84."""
    import pyproj  # noqa: PLC0415  (an extra)

    turn = pyproj.Transformer.from_crs(4326, system, always_xy=True).transform
    shape = shapely.transform(SQUARE, turn, interleaved=False)

    found = intake.read(geopackage(tmp_path, shape, system), REGISTRY, PLAN)

    assert ["XSA.C.7"] == [unit.code for unit in found.units]
    assert shapely.from_wkb(found.boundaries["geometry"][0]).equals_exact(SQUARE, 1e-9)


@pytest.mark.real
def test_the_communes_come_in_whole(shared_data: Path, tmp_path: Path) -> None:
    """All 3,321 communes come in with their provinces of July 2025 as parents."""
    plan = intake.Plan(
        prefix="VNM.C", kind="commune", parent_scheme="gso", start=dt.date(2025, 7, 1)
    )
    found = intake.read(shared_data / "vietnam/communes.parquet", REGISTRY, plan)
    intake.write(found, tmp_path, "communes")
    own = units.registry(tmp_path)

    assert (3321, 3321, 0) == (found.rows, len(found.units), len(found.aside))
    assert 126 == len(own.children("VNM.P.01", "commune"))
    assert 94 == len(own.children("VNM.P.48@2025", "commune"))
    assert 3321 == shapes.boundaries(tmp_path).height


def test_no_cell_set_aside_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    """A name that is a formula stands behind an apostrophe; a place of ours stays as it is."""
    rows = [feature("a b", SQUARE, name_vi="=cmd|' /C calc'!A0")]
    intake.write(intake.read(geojson(tmp_path, rows), REGISTRY, PLAN), tmp_path / "units", "own")

    with (tmp_path / "units/own.aside.csv").open(encoding="utf-8") as stream:
        (kept,) = csv.DictReader(stream)
    assert "'=cmd|' /C calc'!A0" == kept["name_vi"]


def test_bad_rows_are_set_aside_and_the_counts_add_up(tmp_path: Path) -> None:
    """Each bad row is kept with its reason; rows are units plus rows set aside."""
    rows = [
        feature("1", SQUARE),
        feature("1", SQUARE),
        feature("a b", SQUARE),
        feature("2", shapely.LineString([(0, 0), (1, 1)])),
        feature("3", shapely.box(500_000, 0, 500_100, 10)),
        feature("4", None),
        feature("5", BOWTIE),
        feature("6", SQUARE, parent="Nowhere"),
        feature("7", SQUARE, name_vi=None),
    ]
    found = intake.read(geojson(tmp_path, rows), REGISTRY, PLAN)
    intake.write(found, tmp_path / "units", "own")

    reasons = [fault.code for _, _, fault in found.aside]
    expected = ["unit-twice", "unit-code", "unit-shape", "unit-number", "unit-unknown", "unit-name"]
    assert expected == reasons
    assert found.rows == len(found.units) + len(found.aside)
    assert (1, 2) == (found.mended, found.boundaries.height)
    with (tmp_path / "units/own.aside.csv").open(encoding="utf-8") as stream:
        kept = list(csv.DictReader(stream))
    assert expected == [row["reason"] for row in kept]
    assert 3 == len([unit for unit in units.registry(tmp_path / "units") if unit.kind == "commune"])


def test_a_ring_without_a_surface_is_no_boundary(tmp_path: Path) -> None:
    """Mending a ring that goes there and back leaves a line: the row is set aside."""
    line = shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    found = intake.read(geojson(tmp_path, [feature("1", line)]), REGISTRY, PLAN)

    assert ["unit-shape"] == [fault.code for _, _, fault in found.aside]
    assert (0, 0) == (len(found.units), found.mended)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet", "a.xyz", "absent.csv"])
def test_a_broken_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    """A file that is not what its name says is refused with its reason."""
    if "absent" not in name:
        (tmp_path / name).write_bytes(b"\x00broken\xff")

    with pytest.raises(InputError) as caught:
        intake.read(tmp_path / name, REGISTRY, PLAN)

    assert caught.value.code in ("unit-file", "unit-encoding")


@settings(max_examples=30, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4))
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, odd: object) -> None:
    """Whatever stands in a GeoJSON file, the answer is units or an input error."""
    file = tmp_path_factory.mktemp("odd") / "odd.geojson"
    whole = {"type": "FeatureCollection", "features": [feature("1", SQUARE), odd]}
    file.write_text(json.dumps(whole), encoding="utf-8")
    codes = set()
    try:
        found = intake.read(file, REGISTRY, PLAN)
        codes.add("" if found.rows == len(found.units) + len(found.aside) else "rows lost")
    except InputError as fault:
        codes.add(fault.code)

    assert codes <= {"", "unit-file"}


def test_without_shapely_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where shapely is absent the error says what to install."""
    file = geojson(tmp_path, [feature("1", SQUARE)])
    monkeypatch.setitem(sys.modules, "shapely", None)

    with pytest.raises(DependencyError) as caught:
        intake.read(file, REGISTRY, PLAN)

    assert "saola[connect]" in caught.value.message()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A table without a column of codes is refused before any row is read."""
    file = tmp_path / "own.csv"
    file.write_text("name_vi\nMột\n", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        intake.read(file, REGISTRY, PLAN)

    assert "code" == caught.value.facts["missing"]


def test_the_verb_imports_lists_and_shows(tmp_path: Path) -> None:
    """`saola units import` writes into the workspace; `list` and `show` read it."""
    file = tmp_path / "own.csv"
    file.write_text("ma;\n", encoding="utf-8")
    file.write_text("ma,name_vi,parent\n1,Làng Một,VNM.P.01\n", encoding="utf-8")
    Workspace.create(tmp_path / "home", country="VNM", label={"en": "Test"})
    home = ["--home", str(tmp_path / "home"), "units"]
    run = CliRunner().invoke

    taken = run(root, [*home, "import", str(file), "--kind", "village", "--prefix", "VNM.V",
                       "--column", "code=ma", "--json"])  # fmt: skip
    listed = run(root, [*home, "list", "village", "--json"])
    shown = run(root, [*home, "show", "lang mot", "--json"])

    assert (0, 1) == (taken.exit_code, json.loads(taken.stdout)["units"])
    assert ["VNM.V.1"] == [row["code"] for row in json.loads(listed.stdout)]
    assert "VNM.P.01" == json.loads(shown.stdout)["parent"]
    assert 0 == run(root, [*home, "show", "Da Nang"]).exit_code
    assert "ASEAN" in run(root, [*home, "show", "VNM", "--on", "2020-01-01"]).stdout


def test_boundaries_of_a_workspace_are_geoparquet(tmp_path: Path) -> None:
    """What is written can be read again, by Saola and as GeoParquet."""
    frame = pl.DataFrame({"unit": ["XSA.C.1"], "geometry": [SQUARE.wkb]})
    shapes.write(frame, tmp_path / "own.parquet")

    assert frame.equals(shapes.boundaries(tmp_path))
    assert SQUARE.equals(shapes.read(tmp_path / "own.parquet")[0].geometry)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Blob", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1]]]},
        {"type": "Polygon", "coordinates": "far away"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        [],
    ],
)
def test_a_broken_geometry_is_one_clear_error(tmp_path: Path, geometry: object) -> None:
    """Geometry that is none gives an input error, never a traceback of a part."""
    odd = feature("1", SQUARE) | {"geometry": geometry}
    file = geojson(tmp_path, [feature("2", SQUARE), odd])
    codes = set()
    try:
        found = intake.read(file, REGISTRY, PLAN)
        codes |= {fault.code for _, _, fault in found.aside}
        assert found.rows == len(found.units) + len(found.aside)
    except InputError as fault:
        codes.add(fault.code)

    assert codes <= {"unit-file", "unit-shape"}


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    """A file made to exhaust the reader is refused like any broken one."""
    file = tmp_path / "deep.geojson"
    file.write_text('{"type":"FeatureCollection","features":' + "[" * 200_000, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        intake.read(file, REGISTRY, PLAN)

    assert "unit-file" == caught.value.code


@pytest.mark.parametrize("damage", ["header", "geometry", "system"])
def test_a_damaged_geopackage_is_one_clear_error(tmp_path: Path, damage: str) -> None:
    """Each part of a GeoPackage that may be broken is named, not passed on."""
    file = geopackage(tmp_path, SQUARE, 999_999 if damage == "system" else 4326)
    if damage != "system":
        blob = b"XX" if damage == "header" else b"GP\x00\x01\x00\x00\x00\x00broken"
        with sqlite3.connect(file) as base:
            base.execute('UPDATE "a ""b""" SET geom = ?', [blob])
        base.close()

    with pytest.raises(InputError) as caught:
        intake.read(file, REGISTRY, PLAN)

    assert "unit-file" == caught.value.code


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='code,kind,parent,vi,1.5"\n\r\x00;XSAPC ', max_size=80) | st.binary())
def test_any_csv_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, odd: str | bytes
) -> None:
    """Whatever stands in a table, its rows are kept or set aside, or the file is refused."""
    folder = tmp_path_factory.mktemp("odd")
    raw = odd if isinstance(odd, bytes) else b"code,kind,vi\n" + odd.encode()
    (folder / "own.csv").write_bytes(raw)
    codes = set()
    try:
        found = intake.read(folder / "own.csv", REGISTRY, PLAN)
        codes.add("" if found.rows == len(found.units) + len(found.aside) else "rows lost")
        intake.write(found, folder / "units", "own")
        units.registry(folder)
    except InputError as fault:
        codes.add(fault.code)

    assert codes <= {"", "unit-file", "unit-columns", "unit-encoding"}
