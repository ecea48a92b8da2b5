"""A country as regions: kept as they are done, joined at their borders, the same however run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from saola import language
from saola.cli.main import root
from saola.connect.country.run import Done, plan_country
from saola.connect.country.sources import slug, sources
from saola.connect.country.task import Answer
from saola.connect.country.whole import whole
from saola.connect.published.kept import Kept
from saola.connect.region.files import load, read_plan
from saola.connect.terrain import extent, read_terrain
from saola.errors import DependencyError, InputError

REGIONS = ["province-1", "province-2", "province-3"]


@pytest.fixture(scope="module")
def planned(land: Path) -> Path:
    """Plan the country by the command, undisturbed."""
    return command(land, land / "whole", "--workers", "1")


def command(land: Path, out: Path, *options: str) -> Path:
    told = ["connect", "country", str(land / "plan.toml"), "-o", str(out), *options]
    run = CliRunner().invoke(root, told)
    assert 0 == run.exit_code, f"{run.output} {run.exception}"
    return out


def refused(land: Path, change: str) -> InputError:
    """Give the error of a plan in which one text is changed."""
    file = land / "changed.toml"
    said = (land / "plan.toml").read_text(encoding="utf-8")
    old, new = change.split("→")
    assert old in said
    said = said.replace(old, new)
    file.write_text(said, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        sources(read_plan(file))
    return caught.value


def test_a_country_has_tables_a_map_and_a_summary(planned: Path) -> None:
    """The folder holds the whole country and each region, and publishing takes it for a plan."""
    kept, regions = Kept.open(planned), pl.read_csv(planned / "regions.csv")
    communes = pl.read_csv(planned / "communes.csv")

    assert [f"Province {n}" for n in (1, 2, 3)] == sorted(regions["region"])
    assert regions["cost"].sum() == pytest.approx(kept.summary["cost"])
    assert kept.summary["gap"] == pytest.approx(1 - regions["bound"].sum() / regions["cost"].sum())
    assert communes["cost"].sum() == pytest.approx(kept.summary["cost"])
    assert {"region", "unit", "people", "cost", "gap", "sentence"} <= set(communes.columns)
    assert communes["sentence"].str.len_chars().min() > 0
    assert {"map.svg", "plan.pdf", "plan.xlsx", "plan.gpkg"} <= set(kept.files)
    for name in REGIONS:
        rows = pl.read_csv(planned / "regions" / name / "stations.csv")
        assert rows["site"].str.starts_with(f"{name}-S").all()
    assert kept.stations["site"].is_unique().all()


def test_a_killed_run_goes_on_to_the_same_result(land: Path, planned: Path) -> None:
    """Killed with signal 9 after one region, and gone on in two processes: the same to the byte."""
    out = land / "killed"
    told = (
        f"['connect', 'country', {str(land / 'plan.toml')!r}, '-o', {str(out)!r}, '--workers', '1']"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", f"from saola.cli.main import root; root({told})"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while run.poll() is None and not list(out.glob(".regions/*/result.json")):
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    done = {file: file.stat().st_mtime_ns for file in out.glob(".regions/*/result.json")}

    assert 0 < len(done) < len(REGIONS)
    command(land, out, "--workers", "2")
    assert done == {file: file.stat().st_mtime_ns for file in done}
    for name in ("regions", "communes", "settlements", "stations", "hops", "sentences"):
        assert (planned / f"{name}.csv").read_bytes() == (out / f"{name}.csv").read_bytes()


def test_only_a_region_whose_input_changed_is_planned_again(land: Path, planned: Path) -> None:
    """More people in one province leave the plans of the others as they are."""
    told = read_plan(land / "plan.toml")
    found, _ = sources(told)
    rows = found[1].rows.with_columns(people=pl.lit("77"))
    changed = [found[0], type(found[1])(found[1].name, 1.0, rows, found[1].window), found[2]]
    heard: dict[str, bool] = {}

    def note(name: str, answer: Answer) -> None:
        if not answer.joined:
            heard[name] = answer.fresh

    again = plan_country(told, changed, planned / ".regions", workers=1, heard=note)
    assert {one.name: one.name == found[1].name for one in found} == heard
    assert isinstance(again[0], Done)


def test_kept_sentences_are_said_in_the_language_in_use(land: Path, planned: Path) -> None:
    """A region kept from a run in English has its sentence in Vietnamese and French."""
    told = read_plan(land / "plan.toml")
    said = {}
    for lang in language.LANGUAGES:
        with language.use(lang):
            found = plan_country(told, sources(told)[0], planned / ".regions", workers=1)
            said[lang] = whole(found).tables.communes["sentence"][0]

    assert 3 == len(set(said.values()))


def test_a_region_whose_people_all_have_service_costs_nothing(land: Path) -> None:
    """It is told as served, and the others are planned."""
    table = pl.read_csv(land / "villages.csv", infer_schema=False)
    served = pl.when(pl.col("province") == "Province 1").then(pl.lit("yes")).otherwise(pl.lit("no"))
    (land / "served").mkdir()
    for file in ("dem.tif", "fibre.geojson", "cells.csv", "border.geojson", "plan.toml"):
        (land / "served" / file).write_bytes((land / file).read_bytes())
    table.with_columns(served=served).write_csv(land / "served" / "villages.csv")
    told = read_plan(land / "served" / "plan.toml")
    found = whole(plan_country(told, sources(told)[0], land / "served" / ".regions", workers=1))
    row = found.regions.filter(pl.col("region") == "Province 1").row(0, named=True)

    assert ("Province 1", 0.0, 0.0) == (row["region"], row["cost"], row["gap"])
    own = found.tables.communes.filter(pl.col("region") == "Province 1")
    assert own["sentence"].str.contains("have service today").all()


def test_rows_without_a_region_or_with_an_id_again_are_set_aside(land: Path) -> None:
    """They come back with the reason, and the counts add up."""
    table = pl.read_csv(land / "villages.csv", infer_schema=False)
    extra = table.head(2).with_columns(province=pl.Series(["", "Province 3"]))
    pl.concat([table, extra]).write_csv(land / "villages-odd.csv")
    file = land / "odd.toml"
    said = (land / "plan.toml").read_text(encoding="utf-8").replace("villages", "villages-odd")
    file.write_text(said, encoding="utf-8")
    found, aside = sources(read_plan(file))

    assert ["no region", "its id came before"] == aside["reason"].to_list()
    assert table.height == sum(one.rows.height for one in found)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("connect-no-country", 'region = "province"→'),
        ("connect-columns", 'region = "province"→region = "state"'),
        ("connect-region-unknown", 'region = "province"→region = "province"\nonly = ["Atlantis"]'),
        ("connect-country-whole", "target = 0.95→budget = 5"),
        ("connect-country-whole", "[inputs]→[inputs]\nmust_serve = 'schools.csv'"),
        ("profile-file-missing", 'terrain = "dem.tif"→terrain = "{region}.tif"'),
    ],
)
def test_a_country_that_cannot_be_divided_is_refused(land: Path, code: str, change: str) -> None:
    """Unknown column or region, what serves one region only, a missing file: each has its name."""
    fault = refused(land, change)
    listed = getattr(fault, "faults", (fault,))

    assert {code} == {one.code for one in listed}
    assert 3 == len({fault.message(lang) for lang in language.LANGUAGES})


def test_a_region_without_terrain_is_named(land: Path) -> None:
    """All regions that no terrain covers are listed before anything is planned."""
    table = pl.read_csv(land / "villages.csv", infer_schema=False)
    far = pl.when(pl.col("province") == "Province 2").then(pl.lit("60.5")).otherwise("lat")
    table.with_columns(lat=far).write_csv(land / "villages-far.csv")
    fault = refused(land, '"villages.csv"→"villages-far.csv"')

    assert ("connect-region-terrain", "Province 2") == (fault.code, fault.found)
    assert 3 == len({fault.message(lang) for lang in language.LANGUAGES})


def test_without_pyspark_the_option_says_what_to_install(
    land: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--spark` where the extra is absent is an error with its remedy, and nothing is written."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    told = ["connect", "country", str(land / "plan.toml"), "-o", str(tmp_path / "x")]
    run = CliRunner().invoke(root, [*told, "--spark", "local[1]"])

    assert isinstance(run.exception, DependencyError)
    assert "spark-missing" == run.exception.code
    assert not (tmp_path / "x").exists()


def test_a_run_that_is_stopped_says_that_it_can_go_on(
    land: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with the exit code of shells and with what to do next."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("saola.cli.connect_country.plan_country", stopped)
    run = CliRunner().invoke(
        root, ["connect", "country", str(land / "plan.toml"), "-o", str(tmp_path / "x")]
    )

    assert 130 == run.exit_code
    assert "the same command goes on" in run.output


def test_a_region_that_cannot_be_planned_keeps_the_others(land: Path, tmp_path: Path) -> None:
    """A province whose people are all zero is an error with its name; the others are kept."""
    table = pl.read_csv(land / "villages.csv", infer_schema=False)
    none = pl.when(pl.col("province") == "Province 3").then(pl.lit("0")).otherwise("people")
    table.with_columns(people=none).write_csv(land / "villages-none.csv")
    said = (land / "plan.toml").read_text(encoding="utf-8")
    (land / "none.toml").write_text(said.replace("villages", "villages-none"), encoding="utf-8")
    told = read_plan(land / "none.toml")
    with pytest.raises(InputError) as caught:
        plan_country(told, sources(told)[0], tmp_path, workers=1)

    assert "connect-no-settlement" == caught.value.code
    assert caught.value.where.startswith("Province 3: ")
    assert {"province-1", "province-2"} <= {path.name for path in tmp_path.iterdir()}


def test_a_window_of_terrain_is_that_part_of_it(land: Path) -> None:
    """Reading a window gives the heights that reading all gives there."""
    file = land / "dem.tif"
    all_, (west, south, east, north) = read_terrain([file]), extent(file)
    part = read_terrain([file], (west + 0.05, south + 0.04, east - 0.06, north - 0.03))
    row = round((all_.north - part.north) / all_.step_lat)
    column = round((part.west - all_.west) / all_.step_lon)
    rows, columns = part.heights_m.shape

    assert part.heights_m.size < 0.7 * all_.heights_m.size
    np.testing.assert_array_equal(
        part.heights_m, all_.heights_m[row : row + rows, column : column + columns]
    )
    with pytest.raises(InputError, match="terrain"):
        read_terrain([file], (0.0, 0.0, 1.0, 1.0))


def test_a_region_reads_no_more_land_than_it_needs(land: Path) -> None:
    """A region's terrain ends near its outermost settlement."""
    told = read_plan(land / "plan.toml")
    found, _ = sources(told)
    whole_, one = load(told), found[0].load(told, np.random.default_rng(1))

    assert one.inputs.settlements.height == found[0].rows.height
    assert one.inputs.ground.terrain.bounds[2] <= whole_.inputs.ground.terrain.bounds[2]


def test_names_of_regions_become_plain_names_of_files() -> None:
    """Marks, tones and signs go; a name of signs alone is still a name."""
    assert ["dak-lak", "tp-ho-chi-minh", "region"] == [
        slug(name) for name in ("Đắk Lắk", "TP. Hồ Chí Minh", "../..")
    ]


def test_the_summary_is_json(land: Path, planned: Path) -> None:
    """`--json` prints the totals that plan.json keeps."""
    told = ["connect", "country", str(land / "plan.toml"), "-o", str(planned), "--workers", "1"]
    run = CliRunner().invoke(root, [*told, "--json"])
    kept = json.loads((planned / "plan.json").read_text(encoding="utf-8"))

    assert kept["cost"] == json.loads(run.stdout)["cost"]
    assert 3 == kept["regions"]
