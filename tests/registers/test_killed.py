"""An intake that is killed goes on as if nothing had been; on SQLite and on PostgreSQL."""

import contextlib
import csv
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
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


def _standing(address: str, home: Path) -> dict[str, int]:
    """Count the rows set aside by batch and state, the persons, and the numbers there are twice."""
    questions = {
        "aside": "SELECT batch_id || ' ' || state, count(*) FROM {}setaside GROUP BY 1",
        "persons": "SELECT 'persons', count(*) FROM {}person",
        "doubled": "SELECT 'doubled', count(*) - count(DISTINCT value) FROM {}number"
        " WHERE kind = 'personal'",
    }
    found: dict[str, int] = {}
    if address:
        with psycopg.connect(address) as connection:
            for said in questions.values():
                found |= dict(connection.execute(said.format("population.population_")).fetchall())
        return found
    with contextlib.closing(sqlite3.connect(home / "db" / "population.sqlite3")) as connection:
        for said in questions.values():
            found |= dict(connection.execute(said.format("population_")).fetchall())
    return found


def test_a_killed_intake_of_a_corrected_file_goes_on(
    address: str, tmp_path: Path, command_on: Callable[..., Any]
) -> None:
    """A row that came back is a record or waits anew, once, however often its intake was killed."""
    home = tmp_path / "home"
    command = command_on(home, address)
    file, corrected = tmp_path / "people.csv", tmp_path / "corrected.csv"
    register_file.people(6_000, seed=9, faulty=0.9).write_csv(file)
    assert 0 == command.run("population", "import", str(file))[0]
    aside = pl.read_csv(tmp_path / "people.aside.csv", infer_schema=False)
    true = register_file.people(6_000, seed=9, faulty=0.0).cast(pl.String)
    fresh = true[(aside["row"].cast(pl.Int64) - 1).to_list()]
    mended = (
        aside.select("batch", "row", "state", "reasons")
        .hstack(fresh)
        .select(name for name in aside.columns if name != "reasons_in_words")
    )
    halves = [mended.gather_every(2), aside.gather_every(2, offset=1).select(mended.columns)]
    pl.concat(halves).write_csv(corrected)
    before = _standing(address, home)
    command.killed(0.2, "population", "import", str(corrected))
    code, _, err = command.run("population", "import", str(corrected), "--resume")

    assert code == 0 or "intake-done" in err
    after = _standing(address, home)
    good, bad = (half.height for half in halves)
    assert before["persons"] + good == after["persons"]
    assert 0 == after["doubled"]
    assert good == after["1 mended"]
    assert bad == after["1 sent"] == sum(n for name, n in after.items() if name[:2] == "2 ")


def test_killed_scans_go_on(tmp_path: Path, command_on: Callable[..., Any]) -> None:
    """A folder of scans cut short by a kill is attached whole by the same command, none twice."""
    command = command_on(tmp_path / "home")
    frame = register_file.people(900, seed=9, faulty=0.0)
    frame.write_csv(tmp_path / "people.csv")
    assert 0 == command.run("population", "import", str(tmp_path / "people.csv"))[0]
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in frame["number"]:
        (folder / f"{number}.pdf").write_bytes(b"%PDF-1.7 " + number.encode())
    process = command.start("population", "scans", str(folder))
    kept = tmp_path / "home" / "files" / "scans"
    while process.poll() is None and len(list(kept.glob("*/*/*"))) < 300:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    code, out, err = command.run("population", "scans", str(folder), "--json")

    assert 0 == code, err
    said = json.loads(out)
    assert (900, 900, 0) == (said["read"], said["attached"] + said["already"], said["aside"])
    with contextlib.closing(sqlite3.connect(tmp_path / "home/db/population.sqlite3")) as base:
        query = "SELECT count(*), count(DISTINCT record) FROM population_scan"
        assert (900, 900) == base.execute(query).fetchone()
