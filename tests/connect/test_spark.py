"""Regions on a real Spark, of threads of this machine; `make test-spark` runs it, it needs Java."""

import filecmp
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from saola import language
from saola.cli.main import root
from saola.connect.country.run import plan_country
from saola.connect.country.sources import sources
from saola.connect.region.files import read_plan
from saola.errors import DependencyError, InputError
from saola.executors import Spark


def planned(land: Path, out: Path, *options: str) -> str:
    with language.use("en"):
        told = ["connect", "country", str(land / "plan.toml"), "-o", str(out), *options]
        run = CliRunner().invoke(root, told)
    assert 0 == run.exit_code, f"{run.output} {run.exception}"
    return run.output


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_a_country_on_spark_is_that_of_one_machine(land: Path) -> None:
    """Every table is byte for byte the same, and what Spark kept is not planned again."""
    planned(land, land / "here", "--workers", "1")
    planned(land, land / "there", "--spark", "local[2]")
    again = planned(land, land / "there", "--spark", "local[2]")

    tables = sorted(each.name for each in (land / "here").glob("*.csv"))
    assert {"communes.csv", "stations.csv", "regions.csv"} <= set(tables)
    assert (tables, [], []) == filecmp.cmpfiles(land / "here", land / "there", tables, False)
    assert 3 <= again.count("kept from a run before")
    assert ": planned" not in again
    told = [json.loads((land / each / "plan.json").read_text()) for each in ("here", "there")]
    assert told[0]["cost"] == told[1]["cost"]


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_a_fault_of_a_region_comes_back_from_the_cluster(land: Path) -> None:
    """What a worker raises of the input is told as here: with its region and place."""
    table = pl.read_csv(land / "villages.csv", infer_schema=False)
    none = pl.when(pl.col("province") == "Province 3").then(pl.lit("0")).otherwise("people")
    table.with_columns(people=none).write_csv(land / "villages-none.csv")
    said = (land / "plan.toml").read_text(encoding="utf-8").replace("villages", "villages-none")
    (land / "none.toml").write_text(said, encoding="utf-8")
    told = read_plan(land / "none.toml")

    with Spark("local[2]") as pool, pytest.raises(InputError) as caught:
        plan_country(told, sources(told)[0], land / "none", pool=pool)

    assert "Province 3" in str(caught.value.where)


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_a_master_that_is_none_is_named() -> None:
    """An address that Spark cannot read is an error of ours, with what Spark says."""
    with pytest.raises(DependencyError) as caught:
        Spark("nowhere")

    assert ("spark-unreachable", "nowhere") == (caught.value.code, caught.value.where)
