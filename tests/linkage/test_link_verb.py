import json
from pathlib import Path

import polars as pl
import pytest

from saola.cli import main
from saola.linkage import synthetic


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


def test_partitions_write_the_same_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In partitions the file of pairs is that of one piece, and nothing stays beside it."""
    people, one, many = (tmp_path / name for name in ("people.csv", "one.csv", "many.csv"))
    synthetic.people(6_000, seed=2).write_csv(people)
    for out, options in ((one, []), (many, ["--partitions", "3"])):
        with pytest.raises(SystemExit, check=lambda end: end.code == 0):
            main(["link", str(people), "-o", str(out), "--json", *options])

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [1, 3] == [each.pop("partitions") for each in said]
    assert said[0] == said[1]
    assert one.read_bytes() == many.read_bytes()
    assert {"people.csv", "one.csv", "many.csv"} == {file.name for file in tmp_path.iterdir()}


@pytest.mark.parametrize("said", ["0", "1001", "many", "-3"])
def test_a_number_of_partitions_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    """Partitions are auto or a number from 1 to 1,000."""
    people = tmp_path / "people.csv"
    synthetic.people(10, seed=2).write_csv(people)
    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["link", str(people), "-o", str(tmp_path / "x.csv"), f"--partitions={said}"])

    assert "link-partitions" in capsys.readouterr().err
