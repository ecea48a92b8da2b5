from pathlib import Path

import polars as pl
import pytest

from saola.cli import main


def test_invented_parcels_are_checked(tmp_path: Path) -> None:
    """`land generate` writes a file that `land check` reads; it finds the planted overlaps."""
    parcels, findings = tmp_path / "parcels.parquet", tmp_path / "findings.csv"
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["land", "generate", "3000", "--seed", "2", "-o", str(parcels)])
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["land", "check", str(parcels), "-o", str(findings)])

    planted = (pl.read_parquet(parcels)["fault"] == "overlap").sum()
    found = pl.read_csv(findings)
    assert planted == (found["rule"] == "overlap").sum()
    sound = found.filter(pl.col("rule") != "ring-invalid")
    assert {12} == set(sound["code"].str.len_chars())


def test_no_parcels_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named with its place; the exit code is 2."""
    with pytest.raises(SystemExit, check=lambda end: end.code == 2):
        main(["land", "check", str(tmp_path / "absent.parquet"), "-o", str(tmp_path / "x.csv")])

    said = capsys.readouterr().err
    assert "[file-absent]" in said
    assert str(tmp_path / "absent.parquet") in said
