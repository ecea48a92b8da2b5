import contextlib
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from saola.cli import main
from saola.errors import StateError
from saola.linkage import model, partitions, synthetic
from saola.linkage.partitions import work


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


def test_between_two_files_a_second_partner_needs_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two records that fit one of the other file, the better is its partner."""
    people = synthetic.people(6_000, seed=2)
    first = people.unique("person", keep="first", maintain_order=True)
    people.write_csv(tmp_path / "doubled.csv")
    first.write_csv(tmp_path / "once.csv")
    files = [str(tmp_path / name) for name in ("doubled.csv", "once.csv")]
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["link", *files, "-o", str(tmp_path / "pairs.csv"), "--json"])

    said = json.loads(capsys.readouterr().out)
    pairs = pl.read_csv(tmp_path / "pairs.csv")
    accepted = pairs.filter(pl.col("verdict").is_in(["merge", "link"]))
    assert not accepted["right"].is_duplicated().any()
    assert not accepted["left"].is_duplicated().any()
    assert said["review"] >= 500
    assert said["apart"] == pairs.filter(pl.col("verdict") == "apart").height
    assert pairs.filter((pl.col("verdict") == "apart") & (pl.col("probability") >= 0.05)).is_empty()


def test_an_absent_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there gives a message and exit code 2."""
    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["link", str(tmp_path / "absent.csv"), "-o", str(tmp_path / "x.csv")])

    said = capsys.readouterr().err
    assert "[file-absent]" in said
    assert str(tmp_path / "absent.csv") in said


def test_a_third_file_is_refused_for_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three files are too many, whatever they hold."""
    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["link", "a.csv", "b.csv", "c.csv", "-o", str(tmp_path / "x.csv")])

    assert "[link-files]" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_full_disk_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs for which no place is left give a message about the disk, and exit code 3."""
    people = tmp_path / "people.csv"
    synthetic.people(800, seed=2).write_csv(people)
    full = contextlib.nullcontext(Path("/dev/full"))  # the device on which no byte has a place
    monkeypatch.setattr("saola.cli.link.whole", lambda _out: full)
    with pytest.raises(SystemExit, check=lambda end: end.code == 3):
        main(["link", str(people), "-o", str(tmp_path / f"pairs.{ending}")])

    assert "[disk-full]" in capsys.readouterr().err


def test_a_full_disk_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a partition's copy of the file finds no place, the disk is blamed, not the file."""
    people = tmp_path / "people.csv"
    synthetic.people(800, seed=2).write_csv(people)
    full, write = contextlib.nullcontext(Path("/dev/full")), work.private

    def private(place: Path) -> contextlib.AbstractContextManager[Path]:
        return full if place.suffix == ".parquet" else write(place)

    monkeypatch.setattr(work, "private", private)
    chosen = model.load("person")
    with pytest.raises(StateError) as caught:
        partitions.link_files([people], tmp_path / "parts", model=chosen, seed=1, parts=2)

    assert "disk-full" == caught.value.code


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


@pytest.mark.parametrize("parts", ["1", "2"])
@pytest.mark.parametrize(
    ("confirm", "options", "code"),
    [
        ("name_l = = 2", [], "link-model-confirm"),
        ("smell_l = smell_r", [], "link-model-confirm"),
        ("TRUE", ["--column-of-bytes"], "link-column-kind"),
        ("TRUE", ["--lacking"], "link-column-missing"),
    ],
)
def test_what_cannot_be_linked_is_said_in_words(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    parts: str,
    confirm: str,
    options: list[str],
    code: str,
) -> None:
    """Conditions that are none and columns that are no text are refused; one file has no side."""
    own, file = tmp_path / "own.toml", tmp_path / "people.parquet"
    own.write_text(
        'id = "own"\n[columns]\nname = "text"\n[[block]]\non = ["name"]\n'
        f'[[key]]\non = ["name"]\nconfirm = "{confirm}"\n',
        encoding="utf-8",
    )
    cells: list[object] = [b"\xff"] * 3 if options == ["--column-of-bytes"] else ["a", "b", "a"]
    pl.DataFrame({"said" if options == ["--lacking"] else "name": cells}).write_parquet(file)

    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["link", str(file), "-o", str(tmp_path / "x.csv"), "--model", str(own),
              "--partitions", parts])  # fmt: skip

    said = capsys.readouterr().err
    assert f"[{code}]" in said
    assert "left" not in said
    assert options != ["--lacking"] or str(file) in said


def test_too_little_memory_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB's own message about memory becomes what to do: more of it, or more partitions."""

    def full(*_: object, **__: object) -> None:
        with duckdb.connect(config={"memory_limit": "1MB", "temp_directory": ""}) as connection:
            connection.execute("CREATE TABLE t AS SELECT range r, repeat('x', 99) FROM range(9999)")

    monkeypatch.setattr("saola.linkage.engine.link", full)
    file = tmp_path / "people.csv"
    synthetic.people(100, seed=2).write_csv(file)
    with pytest.raises(SystemExit, check=lambda end: end.code == 3):
        main(["link", str(file), "-o", str(tmp_path / "x.csv")])

    assert "[link-memory]" in capsys.readouterr().err
