import contextvars
import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from saola import observations, reports
from saola.cli import main
from saola.frameworks import runs
from saola.index.publish import publish
from saola.workspace import Workspace

Run = Callable[..., Any]
NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def saola(
    home: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `saola` on the invented workspace in a folder of its own, in a language of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, code: int = 0) -> Any:
        with pytest.raises(SystemExit) as ended:
            contextvars.copy_context().run(main, ["--home", str(home.home), *words])
        assert code == ended.value.code
        return capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("run.pdf", b"%PDF-1.7"),
        ("run.xlsx", b"PK"),
        ("run.sdmx.csv", b"STRUCTURE,STRUCTURE_ID"),
        ("run.structure.xml", b"<?xml"),
    ],
)
def test_the_name_of_the_file_says_its_form(
    name: str, begins: bytes, saola: Run, tmp_path: Path
) -> None:
    """The newest run is written as PDF, workbook or SDMX by the ending of the name."""
    told = saola("report", "run", "-o", name, "--json").out

    raw = (tmp_path / name).read_bytes()
    assert raw.startswith(begins)
    assert len(raw) == json.loads(told)["bytes"]


def test_a_unit_is_named_by_code_or_by_name(saola: Run, tmp_path: Path) -> None:
    """Both give the same profile, in the language asked for."""
    saola("--lang", "vi", "report", "unit", "XSA.P.08", "-p", "2025", "-o", "a.pdf")
    saola("--lang", "vi", "report", "unit", "Mỹ Trạch", "-p", "2025", "-o", "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["run", "-o", "run.docx"], "report-kind-unknown"),
        (["run", "-p", "1999", "-o", "run.pdf"], "report-run-absent"),
        (["run", "-r", "none", "-o", "run.pdf"], "run-unknown"),
        (["unit", "VNM", "-o", "unit.pdf"], "report-unit-absent"),
        (["unit", "XSA.P.08", "-o", "unit.xlsx"], "report-kind-unknown"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_message(
    words: list[str], error: str, saola: Run, tmp_path: Path
) -> None:
    """An unknown ending, period, run or unit ends with its code, and no file is left."""
    assert f"[{error}]" in saola("report", *words, code=2).err
    assert [] == list(tmp_path.iterdir())


def test_the_workspaces_own_edition_is_written_by_default(home: Workspace, tmp_path: Path) -> None:
    """A newer run of an edition of other units does not stand before the country's own."""
    other = Workspace.open(shutil.copytree(home.home, tmp_path / "home"))
    rows = [{"unit": "LAO", "period": "2022", "indicator": "un-osi", "value": 0.3}]
    observations.append(
        other, observations.frame(rows), source="UN", who="test", when=NOW + dt.timedelta(days=1)
    )
    publish(other, "un-egdi-2022", when=NOW + dt.timedelta(days=1))

    assert "un-egdi-2022" == runs.runs(other)[0].framework
    assert "invented-2025" == reports.subject(other).framework.id
