"""`saola link` in partitions, killed with signal 9 wherever it stands."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from saola.cli import main
from saola.linkage import synthetic

START = "from saola.cli import main; main()"


def _kill_when(kept: Path, sign: str, command: list[str]) -> None:
    """Start a run and kill it as soon as it has left a sign of how far it is."""
    with subprocess.Popen([sys.executable, "-c", START, *command]) as run:
        try:
            while not list(kept.glob(sign)):
                assert run.poll() is None
                time.sleep(0.005)
        finally:
            run.kill()


def test_a_killed_run_leaves_no_half_file_and_goes_on(tmp_path: Path) -> None:
    """Killed while keys meet, and again while pairs are scored, it ends with the same pairs."""
    people, whole, out = (tmp_path / name for name in ("people.csv", "whole.csv", "pairs.csv"))
    synthetic.people(150, seed=8).write_csv(people)
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(["link", str(people), "-o", str(whole)])
    kept, command = tmp_path / ".pairs.csv.parts", ["link", str(people), "-o", str(out)]
    command += ["--partitions", "2"]

    for sign in ("caught/*.json", "scored/*.parquet"):
        _kill_when(kept, sign, command)
        assert not out.exists()
        assert kept.is_dir()
    with pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(command)

    assert whole.read_bytes() == out.read_bytes()
    assert not kept.exists()
