"""An intake that is killed goes on as if nothing had been; on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from saola.linkage import register_file


@pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_a_killed_intake_goes_on(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, command_on: Callable[..., Any]
) -> None:
    """After kill −9 and --resume, the counts are those of the truth."""
    address = request.getfixturevalue("postgres") if engine == "postgresql" else ""
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
