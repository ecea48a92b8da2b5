"""The guide to the index engine, word by word: its commands and Python are run as they stand."""

import re
import shlex
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from saola.cli.main import root

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "index-engine.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.real


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """The commands, from blocks of a shell and from the prompts of a console."""
    lines = [line for block in blocks("sh") for line in block.replace("\\\n", " ").splitlines()]
    prompts = re.findall(r"^\$ (.*)$", "\n".join(blocks("console")), re.MULTILINE)
    return [shlex.split(line) for line in (*lines, *prompts) if line.strip()]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> dict[str, Path]:
    """Run each command of the guide from a folder that looks like a checkout."""
    home = tmp_path_factory.mktemp("walk")
    (home / "checkout" / "docs").mkdir(parents=True)
    (home / "shared").symlink_to(shared_data.parent)
    (home / "checkout" / "docs" / "guides").symlink_to(ROOT / "docs" / "guides")
    outs: dict[str, Path] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home / "checkout")
        for name, *words in commands():
            assert "saola" == name
            out = home / words[1]
            told = [str(out) if word == "out" else word for word in words]
            answer = CliRunner().invoke(root, told, catch_exceptions=False)
            assert 0 == answer.exit_code, words
            outs[words[1]] = out
        names: dict[str, object] = {}
        for block in blocks("python"):
            exec(compile(block, "guide", "exec"), names)  # noqa: S102  (the guide's own code)
    return outs


def test_the_guide_shows_every_verb(walked: dict[str, Path]) -> None:
    """Building, auditing, comparing editions and back-casting each have a command that runs."""
    assert {"build", "audit", "panel", "backcast"} == set(walked)


def test_what_the_guide_says_of_asem_is_so(walked: dict[str, Path]) -> None:
    """Switzerland leads with 68.38, and the workbook has every table on the way."""
    scores = pl.read_csv(walked["build"] / "scores.csv")
    first = scores.filter(node="Index", rank=1).row(0, named=True)

    assert ("CHE", "68.38") == (first["unit"], f"{first['score']:.2f}")
    assert "68.38" in GUIDE
    sheets = CalamineWorkbook.from_path(str(walked["build"] / "index.xlsx")).sheet_names
    assert {"Scores", "Framework", "Treatment", "Data normalise"} <= set(sheets)


def test_the_audit_writes_every_file_of_the_table(walked: dict[str, Path]) -> None:
    """Each file that the guide names is there, the report a PDF and the tables one workbook."""
    named = set(re.findall(r"`([a-z0-9_]+\.(?:csv|json|pdf|xlsx))`", GUIDE.split("| file |")[1]))
    named = {name for name in named if not name.startswith("tool")}
    there = {file.name for file in walked["audit"].iterdir()}

    assert there <= named | {"scores.csv"}
    assert "audit.xlsx" in there
    sheets = CalamineWorkbook.from_path(str(walked["audit"] / "audit.xlsx")).sheet_names
    assert {"intervals", "sobol", "classes"} <= set(sheets)
    assert len(PdfReader(BytesIO((walked["audit"] / "audit.pdf").read_bytes())).pages) > 3


def test_the_figures_of_the_backcast_are_those_shown(walked: dict[str, Path]) -> None:
    """The table in the guide is what the command says."""
    agreed = pl.read_csv(walked["backcast"] / "agreement.csv")

    assert ["0.9999", "0.9999"] == [f"{value:.4f}" for value in agreed["spearman"]]
    assert ["0.33", "0.27"] == [f"{value:.2f}" for value in agreed["mean_rank_change"]]
