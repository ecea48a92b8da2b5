import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyogrio.raw
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

from saola.cadastre import Shapes, codes, zones
from saola.errors import InputError, SaolaError, StateError
from saola.server.land import models, synthetic
from saola.server.land.register import register
from saola.server.registries import aside, intake


@pytest.fixture(autouse=True)
def _empty(home: Path) -> None:  # noqa: ARG001  (its tables are made first)
    room.empty()


def _csv(folder: Path, frame: pl.DataFrame, name: str = "parcels.csv") -> Path:
    frame.write_csv(folder / name)
    return folder / name


def _one(home: Path, tmp_path: Path, **columns: Any) -> set[str]:
    """Take one row in and give its reasons."""
    found = room.take(_csv(tmp_path, room.rows(1, **columns)), home)
    return set(found.reasons)


def test_every_row_is_accepted_or_set_aside(home: Path, tmp_path: Path) -> None:
    """Sound rows are committed in every table; faulty ones are set aside, and counts add up."""
    frame = synthetic.parcels(1_000, seed=3)
    found = room.take(_csv(tmp_path, frame), home)

    good = frame.filter(pl.col("fault") == "")
    assert frame.height == found.read == found.accepted + found.aside + found.review
    assert good.height == found.accepted
    counted = room.counts()
    names = ("Parcel", "Unit", "Version", "Certificate", "Transaction")
    assert {good.height} == {counted[name] for name in names}
    assert good["holder"].str.split(";").list.len().sum() == counted["Right"]


def test_a_parcel_is_kept_with_zone_areas_and_code(home: Path, tmp_path: Path) -> None:
    """Shape in its zone, both areas, box in degrees and a code minted once are kept."""
    room.take(_csv(tmp_path, room.rows(1, area="99,5")), home)

    row = models.Version.objects.using("land").get()
    shape = shapely.from_wkb(bytes(row.geometry))
    assert (5897, 99.5, 100.0) == (row.epsg, row.documented, row.area)
    assert shape.equals(room.square(0))
    assert "XSA.C.00001/1/1" == row.key
    assert str(codes(Shapes.of([shape]), epsg=5897)[0]) == row.parcel.code
    assert row.west < row.east < 106 < row.west + 0.5


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"geometry": "POLYGON((1 1"}, "geometry-unreadable"),
        ({"geometry": "POINT(560000 2310000)"}, "geometry-kind"),
        ({"geometry": "POLYGON EMPTY"}, "geometry-empty"),
        ({"geometry": "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))"}, "geometry-parts"),
        ({"geometry": "POLYGON((5e9 1,6e9 1,6e9 2,5e9 1))"}, "geometry-range"),
        ({"geometry": "POLYGON((nan 1,6 1,6 2,nan 1))"}, "geometry-unreadable"),
        ({"geometry": None}, "geometry-missing"),
        ({"epsg": "3857"}, "epsg-unknown"),
        ({"epsg": "x"}, "epsg-unreadable"),
        ({"land_type": "ONT+XXX"}, "land_type-unknown"),
        ({"area": "-3"}, "area-range"),
        ({"area": "inf"}, "area-unreadable"),
        ({"share": "1/2"}, "share-sum"),
        ({"share": "0/1"}, "share-form"),
        ({"share": "1/2;1/2"}, "share-count"),
        ({"holder": "A;B"}, "holder_number-count"),
        ({"holder": "A;", "holder_number": None}, "holder-empty"),
        ({"holder": None}, "holder-missing"),
        ({"holder_number": "12"}, "holder_number-form"),
        ({"serial": "A!1"}, "serial-form"),
        ({"issued": "2024-01-01"}, "serial-generation"),
        ({"issued": "2031-01-01"}, "issued-range"),
    ],
)
def test_a_fault_has_its_reason(
    home: Path, tmp_path: Path, columns: dict[str, Any], reason: str
) -> None:
    """Each rule names what is wrong with a row."""
    assert reason in _one(home, tmp_path, **columns)


def test_shares_are_exact_and_equal_where_unsaid(home: Path, tmp_path: Path) -> None:
    """Three holders without shares hold a third each; written shares are kept as fractions."""
    numbers = "079085000001;079085000002;079085000003"
    frame = room.rows(2, holder="A;B;C", holder_number=numbers, share=[None, "1/7; 2/7; 4/7"])
    assert 2 == room.take(_csv(tmp_path, frame), home).accepted

    kept = models.Right.objects.using("land").order_by("id").values_list("share_n", "share_d")
    assert [(1, 3)] * 3 + [(1, 7), (2, 7), (4, 7)] == list(kept)
    assert 3 == models.Party.objects.using("land").count()


def test_a_known_party_is_not_made_twice(home: Path, tmp_path: Path) -> None:
    """A number already in the register is that party's; taking in writes a line in their log."""
    first = room.rows(1)
    room.take(_csv(tmp_path, first), home)
    room.take(_csv(tmp_path, room.rows(1, number="9"), "more.csv"), home)

    party = models.Party.objects.using("land").get()
    assert 2 == models.Right.objects.using("land").filter(party=party).count()
    log = models.Access.objects.using("land").filter(first__lte=party.pk, last__gte=party.pk)
    assert ["write", "write"] == [row.kind for row in log]
    assert {"Land Law 31/2024/QH15, Art. 165"} == {row.ground for row in log}


def test_an_older_key_borne_already_goes_to_review(home: Path, tmp_path: Path) -> None:
    """Commune, sheet and number that a parcel has, before or in the file, need a person."""
    room.take(_csv(tmp_path, room.rows(2)), home)
    found = room.take(_csv(tmp_path, room.rows(3, number=["1", "7", "7"]), "more.csv"), home)

    assert {"key-taken": 1, "key-twice": 1} == dict(found.reasons)
    assert (1, 2) == (found.accepted, found.review)


def test_a_batch_is_undone_unless_changed(home: Path, tmp_path: Path) -> None:
    """Undoing leaves nothing of the batch; a unit changed since keeps it."""
    file = _csv(tmp_path, room.rows(4))
    before = room.counts()
    batch = room.take(file, home).batch
    intake.undo(register(), batch, now=room.now)
    assert before == room.counts()

    again = room.take(file, home).batch
    unit = models.Unit.objects.using("land").first()
    models.Transaction.objects.using("land").create(
        unit=unit, kind="transfer", recorded=room.NOW, who="clerk"
    )
    with pytest.raises(StateError) as caught:
        intake.undo(register(), again, now=room.now)
    assert "intake-changed" == caught.value.code


def test_a_rehearsal_counts_and_writes_nothing(home: Path, tmp_path: Path) -> None:
    """A dry run counts as the intake does."""
    file = _csv(tmp_path, synthetic.parcels(200, seed=5))
    rehearsed = intake.rehearse(register(), file, home=home, today=room.DAY)
    assert 0 == sum(room.counts().values())

    taken = room.take(file, home)
    assert [getattr(taken, n) for n in room.COUNTS] == [getattr(rehearsed, n) for n in room.COUNTS]


def test_an_intake_that_stops_goes_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk that fails leaves nothing; going on gives what an undisturbed intake gives."""
    monkeypatch.setitem(intake.ROWS_A_CHUNK, "sqlite", 60)
    frame = synthetic.parcels(400, seed=6)
    file, calls, chosen = _csv(tmp_path, frame), iter(range(9)), register()

    def failing(*args: Any) -> tuple[int, int]:
        made: tuple[int, int] = chosen.write(*args)
        if next(calls) == 3:
            raise KeyboardInterrupt
        return made

    broken = dataclasses.replace(chosen, write=failing)
    with pytest.raises(KeyboardInterrupt):
        intake.run(broken, file, home=home, who="clerk", now=room.now)
    found = room.take(file, home, resume=True)

    assert (frame["fault"] == "").sum() == found.accepted == room.counts()["Parcel"]


@pytest.mark.parametrize(
    ("driver", "suffix"), [("GPKG", "gpkg"), ("ESRI Shapefile", "shp"), ("FlatGeobuf", "fgb")]
)
def test_layers_are_taken_in(home: Path, tmp_path: Path, driver: str, suffix: str) -> None:
    """A layer's own system is the parcels' zone; short heads of a shapefile are known."""
    frame = room.rows(5).select("commune", "sheet", "number", "land_type", "holder", "geometry")
    file = tmp_path / f"parcels.{suffix}"
    room.write_layer(file, frame, layer="parcels", driver=driver, crs="EPSG:5897")

    assert 5 == room.take(file, home).accepted
    assert {5897} == set(models.Version.objects.using("land").values_list("epsg", flat=True))


def test_a_file_of_several_layers_needs_a_name(home: Path, tmp_path: Path) -> None:
    """Each layer is an intake of its own; an absent one is refused with those that are there."""
    file = tmp_path / "sheets.gpkg"
    for layer, number in (("one", "1"), ("two", "2")):
        frame = room.rows(1, number=number)
        room.write_layer(file, frame, layer=layer, driver="GPKG", crs="EPSG:5897")
    for layer in ("", "three"):
        with pytest.raises(InputError) as caught:
            room.take(file, home, layer=layer)
        assert ("layer-absent", "one, two") == (caught.value.code, caught.value.facts["known"])

    assert [1, 1] == [room.take(file, home, layer=name).accepted for name in ("one", "two")]


def test_geojson_is_turned_into_the_nearest_zone(home: Path, tmp_path: Path) -> None:
    """Degrees become metres of the nearest zone by the pinned operation."""
    lon, lat = zones.to_wgs84(*shapely.get_coordinates(room.square(0)).T, epsg=5897)
    round_trip = shapely.Polygon(np.column_stack([lon, lat]))
    file = tmp_path / "parcels.geojson"
    frame = room.rows(1, geometry=round_trip.wkt)
    pyogrio.raw.write(
        file,
        np.array([shapely.to_wkb(round_trip)], dtype=object),
        [
            frame[name].to_numpy().astype(object)
            for name in ("commune", "sheet", "number", "land_type")
        ],
        np.array(["commune", "sheet", "number", "land_type"], dtype=object),
        driver="GeoJSON",
        crs="EPSG:4326",
        geometry_type="Polygon",
        dataset_options={},
        layer_options={"COORDINATE_PRECISION": "15"},
    )

    assert 1 == room.take(file, home).accepted
    row = models.Version.objects.using("land").get()
    assert zones.nearest_zone(float(lon[0])).epsg == row.epsg
    assert 100.0 == pytest.approx(row.area, abs=0.1)


def test_a_drawing_has_its_numbers_from_the_words_inside(home: Path, tmp_path: Path) -> None:
    """Closed lines of a DXF are parcels; the word inside is the number, the rest is given."""
    file = tmp_path / "sheet.dxf"
    shapes = [shapely.LineString(room.square(n).exterior.coords) for n in range(3)]
    points = [room.square(n).centroid for n in range(3)]
    style = [None] * 3 + [f'LABEL(f:"Arial",t:"{n + 11}")' for n in range(3)]
    pyogrio.raw.write(
        file,
        np.array(shapely.to_wkb(shapes + points), dtype=object),
        [np.array(["RANH"] * 3 + ["SO"] * 3, dtype=object), np.array(style, dtype=object)],
        np.array(["Layer", "OGR_STYLE"], dtype=object),
        driver="DXF",
        geometry_type="Unknown",
        crs="EPSG:5897",
    )
    fixed = {"commune": "=XSA.C.00001", "sheet": "=7", "land_type": "=LUC", "epsg": "=5897"}

    found = room.take(file, home, given=fixed)

    assert (3, 3) == (found.read, found.accepted)
    keys = models.Version.objects.using("land").order_by("number").values_list("key", flat=True)
    assert [f"XSA.C.00001/7/{n}" for n in (11, 12, 13)] == list(keys)


@settings(max_examples=int(os.environ.get("SAOLA_FUZZ", "120")))
@given(st.integers(0, 2**32 - 1), st.sampled_from(["csv", "jsonl", "geojson", "gpkg", "dxf"]))
def test_spoilt_files_lose_no_row(home: Path, tmp_path_factory: Any, seed: int, kind: str) -> None:
    """A file with bytes changed, cut or added is refused whole, or accounts for every row."""
    folder = tmp_path_factory.mktemp("spoilt")
    file = folder / f"parcels.{kind}"
    spoil(file, seed)
    try:
        found = intake.rehearse(register(), file, home=home, today=room.DAY)
    except SaolaError:
        return

    assert found.read == found.accepted + found.aside + found.review


def spoil(file: Path, seed: int) -> None:
    """Write a good file of the kind, then change, cut or add bytes."""
    frame = room.rows(8)
    if file.suffix == ".csv":
        frame.write_csv(file)
    elif file.suffix == ".jsonl":
        frame.write_ndjson(file)
    else:
        driver = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".dxf": "DXF"}[file.suffix]
        kept = frame if driver != "DXF" else frame.select(pl.lit("0").alias("Layer"), "geometry")
        room.write_layer(file, kept, layer="parcels", driver=driver, crs="EPSG:4326")
    data, random = bytearray(file.read_bytes()), np.random.default_rng(seed)
    for _ in range(int(random.integers(1, 12))):
        place, kind = int(random.integers(max(len(data), 1))), int(random.integers(3))
        if kind == 0 and data:
            data[place] = int(random.integers(256))
        elif kind == 1:
            del data[place : place + int(random.integers(1, 40))]
        else:
            data[place:place] = random.bytes(int(random.integers(1, 20)))
    file.write_bytes(bytes(data))


def test_undoing_a_corrected_file_lets_its_parcels_wait_again(home: Path, tmp_path: Path) -> None:
    """Rows of a corrected file count once; undone, they wait in the first intake as before."""
    first = room.take(_csv(tmp_path, room.rows(3, land_type=["ONT", "?", "?"])), home)
    rows = pl.read_csv(first.file, infer_schema=False)
    corrected = rows.with_columns(land_type=pl.Series(["ONT", "?"]))
    second = room.take(_csv(tmp_path, corrected, "corrected.csv"), home)
    asides = models.SetAside.objects.using("land").filter(batch=first.batch).order_by("row")
    assert (1, 1) == (second.accepted, second.aside)
    assert ["mended", "sent"] == list(asides.values_list("state", flat=True))
    assert {"XSA.C.00001": 1} == aside.waiting("land", models.Batch, models.SetAside)

    intake.undo(register(home), second.batch, now=room.now)

    assert ["aside", "aside"] == list(asides.values_list("state", flat=True))
    assert {"XSA.C.00001": 2} == aside.waiting("land", models.Batch, models.SetAside)
