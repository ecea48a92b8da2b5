"""The command as its user runs it, in a folder of its own."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from saola import language
from saola.cli import main

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def saola(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run `saola`; the exit code expected is 0 unless said otherwise."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path, code: int = 0) -> CompletedProcess[str]:
        args = [str(word) for word in words]
        with language.use("en"), pytest.raises(SystemExit) as ended:
            main(args)
        said = capsys.readouterr()
        assert code == (ended.value.code or 0), said.err
        return CompletedProcess(args, code, said.out, said.err)

    return run
