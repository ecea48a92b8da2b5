import json
from pathlib import Path

import polars as pl
import pytest

from saola.cli import main


def test_people_are_generated_and_linked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`population generate` writes a file that `link` reads; every pair has a verdict."""
    people, pairs = tmp_path / "people.csv", tmp_path / "pairs.csv"
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["population", "generate", "6000", "--seed", "2", "-o", str(people)])
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["link", str(people), "-o", str(pairs), "--json"])

    said = json.loads(capsys.readouterr().out)
    verdicts = dict(pl.read_csv(pairs).group_by("verdict").len().iter_rows())
    assert {name: said[name] for name in verdicts} == verdicts
    assert 6_600 == said["rows"]


def test_an_absent_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there gives a message and exit code 2."""
    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["link", str(tmp_path / "absent.csv"), "-o", str(tmp_path / "x.csv")])

    assert "link-file-unreadable" in capsys.readouterr().err
