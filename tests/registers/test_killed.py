"""An intake that is killed goes on as if nothing had been; on SQLite and on PostgreSQL."""

import contextlib
import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from saola.linkage import register_file
from saola.server.land import synthetic

INDEXES = {"name_folded", "name_tokens"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest) -> str:
    """The address of each engine's databases; empty for SQLite's files."""
    return str(request.getfixturevalue("empty_postgres")) if request.param == "postgresql" else ""


def _indexes(address: str, home: Path) -> set[str]:
    """List the indexes of the population register."""
    if address:
        with psycopg.connect(address) as connection:
            query = "SELECT indexname FROM pg_indexes WHERE schemaname = 'population'"
            return {name for (name,) in connection.execute(query)}
    file = sqlite3.connect(home / "db" / "population.sqlite3")
    query = "SELECT name FROM sqlite_master WHERE type = 'index'"
    with contextlib.closing(file) as connection:
        return {name for (name,) in connection.execute(query)}


def test_a_killed_intake_goes_on(
    address: str, tmp_path: Path, command_on: Callable[..., Any]
) -> None:
    """After kill −9 and --resume, the counts are those of the truth, and no index is missing."""
    command = command_on(tmp_path / "home", address)
    frame = register_file.people(40_000, seed=9)
    file = tmp_path / "people.csv"
    frame.write_csv(file)
    command.killed(0.8, "population", "import", str(file))
    code, out, err = command.run("population", "import", str(file), "--resume", "--json")

    if code == 3:
        assert "intake-done" in err  # it was faster than the killer
    else:
        assert 0 == code, err
        said = json.loads(out)
        assert (frame["fault"] == "").sum() == said["accepted"]
        assert 40_000 == said["read"] == said["accepted"] + said["aside"] + said["review"]
    assert INDEXES <= _indexes(address, tmp_path / "home")


def test_a_killed_intake_of_parcels_goes_on(
    address: str, tmp_path: Path, command_on: Callable[..., Any]
) -> None:
    """After kill −9 and --resume no parcel is lost or twice; shapes are as they were written."""
    home = tmp_path / "home"
    command = command_on(home, address)
    frame = synthetic.parcels(6_000, seed=9)
    file = tmp_path / "parcels.csv"
    frame.write_csv(file)
    command.killed(1.5, "land", "import", str(file))
    code, out, err = command.run("land", "import", str(file), "--resume", "--json")
    checked, _, complaint = command.run("land", "check")

    if code == 3:
        assert "intake-done" in err  # it was faster than the killer
    else:
        assert 0 == code, err
        said = json.loads(out)
        assert frame.height == said["read"] == sum(said[n] for n in ("accepted", "aside", "review"))
        assert (frame["fault"] == "").sum() == said["accepted"]
    assert 0 == checked, complaint
    with (home / "files" / "land-findings.csv").open(encoding="utf-8") as stream:
        crossed = sum(row["rule"] == "ring-invalid" for row in csv.DictReader(stream))
    sound = frame.filter(frame["fault"] == "")
    assert (sound["shape_fault"] == "crossed").sum() == crossed
