"""The command as its user runs it: another process, its own folder."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def saola(tmp_path: Path) -> Run:
    """Run `saola` in a folder of its own; the exit code expected is 0 unless said otherwise."""

    def run(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [Path(sys.executable).with_name("saola"), *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert code == done.returncode, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run
