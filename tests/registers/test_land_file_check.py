"""`land check` reads what an intake reads; a check of one commune leaves the others alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyogrio.raw
import pytest
import shapely

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

from saola.cadastre import zones
from saola.cli import main
from saola.errors import InputError, InputErrors
from saola.server.land import checks, file_check, models, synthetic
from saola.server.land.register import register
from saola.server.registries import intake

ZONE = 5897
SETTINGS = ("SAOLA_", "DJANGO_")
PAIR = ("rule", "parcel", "other")


def _check(file: Path, home: Path, **said: Any) -> file_check.Checked:
    return file_check.run(file, home=home, epsg=ZONE, today=room.DAY, **said)


def _layer(file: Path, driver: str, frame: pl.DataFrame, crs: str = "EPSG:5897") -> None:
    shapes = shapely.from_wkt(frame["geometry"].to_list())
    pyogrio.raw.write(
        file,
        np.array(shapely.to_wkb(shapes), dtype=object),
        [frame["area"].cast(pl.Float64).to_numpy()],
        np.array(["area"], dtype=object),
        driver=driver,
        crs=crs,
        geometry_type="Polygon",
    )


@pytest.fixture
def parcels() -> pl.DataFrame:
    """Three squares: the second reaches into the first, the third is half as large as its paper."""
    shapes = [room.square(0), shapely.box(room.X + 5, room.Y, room.X + 20, room.Y + 10)]
    wkt = [shape.wkt for shape in (*shapes, room.square(4))]
    return room.rows(3, geometry=wkt, area=["100", "150", "200"])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet", "gpkg", "shp", "fgb"])
def test_a_file_of_any_kind_is_checked(tmp_path: Path, kind: str, parcels: pl.DataFrame) -> None:
    """Whatever kind a file is of, the same parcels give the same findings."""
    file = tmp_path / f"parcels.{kind}"
    drivers = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf"}
    if kind in drivers:
        _layer(file, drivers[kind], parcels)
    else:
        writers = {"csv": "csv", "jsonl": "ndjson", "xlsx": "excel", "parquet": "parquet"}
        getattr(parcels, f"write_{writers[kind]}")(file)
    found = _check(file, tmp_path)

    # FlatGeobuf sorts its features by place: rows there are others.
    assert ["area-document", "overlap"] == sorted(found.findings["rule"])
    if kind != "fgb":
        assert {("overlap", 1, 2), ("area-document", 3, None)} == set(
            found.findings.select(PAIR).rows()
        )
    assert (3, None) == (found.rows, found.supposed)


def test_geojson_in_degrees_is_checked_in_its_zone(tmp_path: Path) -> None:
    """Degrees are turned into the nearest zone, as an intake turns them."""
    degrees = [shapely.box(105.5, 21, 105.5001, 21.0001), shapely.box(105.50005, 21, 105.502, 21.1)]
    frame = pl.DataFrame({"geometry": [shape.wkt for shape in degrees], "area": ["0", "0"]})
    file = tmp_path / "parcels.geojson"
    _layer(file, "GeoJSON", frame, crs="EPSG:4326")
    found = _check(file, tmp_path)

    assert "overlap" in found.findings["rule"].to_list()
    assert {zones.nearest_zone(105.5).epsg} == set(found.findings["epsg"])


def test_a_file_is_judged_as_the_register_is(home: Path, tmp_path: Path) -> None:
    """What a check of the file finds in sound rows, a check of the register finds once it is in."""
    room.empty()
    frame = synthetic.parcels(600, seed=5, faulty=0.0)
    file = tmp_path / "parcels.csv"
    frame.write_csv(file)
    before = _check(file, tmp_path).findings.filter(pl.col("rule").is_in(checks.RULES))
    assert frame.height == room.take(file, home).accepted
    after = checks.run(room.NOW).filter(pl.col("rule") != checks.ABSENT)

    assert before.height > 0
    assert sorted(before["rule"]) == sorted(after["rule"])
    assert sorted(before["value"].drop_nulls()) == sorted(after["value"].drop_nulls())


def test_rows_that_cannot_be_checked_are_findings(tmp_path: Path) -> None:
    """A row without shape, or of an unknown zone, is named with an intake's reason and its key."""
    frame = room.rows(
        4, geometry=["", "POINT (1 1)", *room.rows(4)["geometry"][2:]], epsg=["5897"] * 3 + ["1"]
    )
    file = tmp_path / "parcels.csv"
    frame.write_csv(file)
    found = _check(file, tmp_path).findings

    reasons = {("geometry-missing", 1), ("geometry-kind", 2), ("epsg-unknown", 4)}
    assert reasons == set(found.select("rule", "parcel").rows())
    assert ["1", "2", "4"] == found.sort("parcel")["number"].to_list()


def test_columns_of_a_file_are_said_or_remembered(tmp_path: Path, parcels: pl.DataFrame) -> None:
    """`--column` maps a strange head; without it the geometry is asked for by name."""
    file = tmp_path / "odd.csv"
    parcels.rename({"geometry": "Umring"}).drop("epsg").write_csv(file)
    with pytest.raises(InputError) as caught:
        _check(file, tmp_path)
    found = _check(file, tmp_path, given={"geometry": "Umring"})

    assert ("intake-column", "geometry") == (caught.value.code, caught.value.found)
    assert (ZONE, 2) == (found.supposed, found.findings.height)


def test_a_file_of_no_kind_that_is_read_is_named_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what was found, what is expected and what to do."""
    file = tmp_path / "plan.dwg"
    file.write_bytes(b"AC1032")
    with pytest.raises(SystemExit) as ended:
        main(["land", "check", str(file)])

    said = capsys.readouterr().err
    assert 2 == ended.value.code
    assert all(part in said for part in ("[intake-file]", "plan.dwg", ".csv", ".gpkg", ".dxf"))


def test_a_check_of_a_file_keeps_to_a_commune_and_counts_in_words(
    tmp_path: Path, parcels: pl.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--commune` leaves the file's other rows out, one that no row has is refused."""
    file = tmp_path / "parcels.csv"
    parcels.with_columns(commune=pl.Series(["A", "A", "B"])).write_csv(file)
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["land", "check", str(file), "--commune", "B"])

    written = pl.read_csv(tmp_path / "parcels.findings.csv")
    assert [("area-document", 3)] == written.select("rule", "parcel").rows()
    assert "area-document\t" not in (said := capsys.readouterr().out)
    assert "\t1\n" in said
    with pytest.raises(InputError, match="“C”"):
        _check(file, tmp_path, commune="C")


@pytest.mark.parametrize(
    ("lang", "said", "written"),
    [
        ("en", "Documented area: cannot be read\t1", "1 finding was written"),
        ("fr", "illisible\t1", "1 constat a été écrit"),
    ],
)
def test_reasons_are_words_at_the_terminal_and_codes_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str, written: str
) -> None:
    """Why a row could not be checked is said in words; `--json` keeps the rule's code."""
    file = tmp_path / "parcels.csv"
    room.rows(2, area=["100", "large"]).write_csv(file)
    home = str(tmp_path)
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit, check=lambda end: end.code == 0):
            main(["--home", home, "--lang", lang, "land", "check", str(file), *more])

    told = capsys.readouterr()
    words, _, program = told.out.partition("{")
    assert said in words
    assert "area-unreadable" not in words
    assert {"area-unreadable": 1} == json.loads("{" + program)["rules"]
    assert written in told.err


def test_a_head_that_is_not_there_is_refused(
    home: Path, tmp_path: Path, parcels: pl.DataFrame
) -> None:
    """A mapping to a head that the file lacks names the heads it has, the nearest first."""
    file = tmp_path / "parcels.csv"
    parcels.rename({"land_type": "Loại đất"}).write_csv(file)
    for given in ({"land_type": "loai dat"}, {"landtype": "Loại đất"}):
        with pytest.raises(InputError) as caught:
            intake.rehearse(register(), file, home=home, today=room.DAY, given=given)
        code = "intake-head" if "land_type" in given else "intake-field"
        first = "“Loại đất”" if "land_type" in given else "“land_type”"
        assert code == caught.value.code
        assert caught.value.facts["known"].startswith(first)
    with pytest.raises(InputErrors) as several:
        room.take(file, home, given={"sheet": "A", "area": "B"})
    assert 2 == len(several.value.faults)
    assert not models.Batch.objects.using("land").filter(source=file.name, rows=3).exists()


def test_a_check_of_one_commune_keeps_the_findings_of_others(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The findings file lists the whole register; one commune's check replaces its rows alone."""
    room.empty()
    shapes = [room.square(0), shapely.box(room.X + 5, room.Y, room.X + 20, room.Y + 10)]
    wkt = [shape.wkt for shape in shapes] * 2
    communes = ["XSA.C.00001"] * 2 + ["XSA.C.00002"] * 2
    frame = room.rows(4, commune=communes, geometry=wkt, area=["100", "150"] * 2)
    file = tmp_path / "parcels.csv"
    frame.write_csv(file)
    assert 4 == room.take(file, home).accepted

    def check(*words: str) -> str:
        with pytest.raises(SystemExit, check=lambda end: end.code == 0):
            main(["--home", str(home), "land", "check", *words])
        return capsys.readouterr().err

    check("-o", str(tmp_path / "all.csv"))
    row = pl.read_csv(tmp_path / "all.csv", infer_schema=False).row(0, named=True)
    assert {"1", "2"} == {row["number"], row["other_number"]}
    assert (12, 12) == (len(row["code"]), len(row["other_code"]))
    check()
    every = home / "files" / "land-findings.csv"
    overlaps = pl.read_csv(every).filter(pl.col("rule") == "overlap")
    assert set(communes) == set(overlaps["commune"])

    models.Version.objects.using("land").filter(key="XSA.C.00001/1/2").update(end=room.DAY)
    said = check("--commune", "XSA.C.00001")
    assert "The list of the whole register" in said
    assert ["XSA.C.00002"] == (
        pl.read_csv(every).filter(pl.col("rule") == "overlap")["commune"].to_list()
    )
    check("--commune", "XSA.C.00001", "-o", str(tmp_path / "one.csv"))
    assert {"XSA.C.00002"}.isdisjoint(pl.read_csv(tmp_path / "one.csv")["commune"])
    with pytest.raises(InputError, match=r"XSA\.C\.00009"):
        checks.run(room.NOW, commune="XSA.C.00009")


def test_a_file_is_checked_where_no_server_is_set_up(tmp_path: Path) -> None:
    """The verb runs in a process of its own, without settings, workspace or database."""
    file = tmp_path / "parcels.csv"
    synthetic.parcels(30, seed=3).write_csv(file)
    bare = {name: said for name, said in os.environ.items() if not name.startswith(SETTINGS)}
    line = [sys.executable, "-c", "from saola.cli import main; main()", "land", "check", file.name]
    done = subprocess.run(line, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stderr
    assert "were written to" in done.stdout + done.stderr
    assert not done.returncode
