"""The planner's guide, walked word by word."""

import re
import shlex
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from saola.cli.main import root

GUIDE = Path(__file__).parents[2] / "docs/guides/connect-plan.md"
WALK = "## Ten minutes, from villages and terrain to a map and a PDF"
STEP = re.compile(r"(?:Write `(?P<file>[^`]+)`:\n\n)?```(?P<kind>\w*)\n(?P<body>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Do all that the guide says, in an empty folder; small efforts, for time."""
    folder = tmp_path_factory.mktemp("walk")
    section = GUIDE.read_text(encoding="utf-8").split(WALK)[1].split("\n## ")[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for step in STEP.finditer(section):
            if step["file"]:
                Path(step["file"]).write_text(step["body"], encoding="utf-8")
            elif step["kind"] == "console":
                for line in step["body"].splitlines():
                    _run(line.removeprefix("$ saola "))
    return folder


def _run(line: str) -> None:
    done = CliRunner().invoke(root, shlex.split(line))
    assert 0 == done.exit_code, f"{line}: {done.output} {done.exception}"


def test_the_guide_leads_from_villages_to_a_map_and_a_pdf(walked: Path) -> None:
    """Every command of the guide works as printed, and every file it names is there."""
    section = GUIDE.read_text(encoding="utf-8").split(WALK)[1].split("\n## ")[0]
    named = {
        name
        for row in section.splitlines() if row.startswith("| `")
        for name in re.findall(r"`([^`]+\.\w+)`", row.split("|")[1])
    }  # fmt: skip
    there = {path.name for path in (walked / "valley/plan").iterdir()}

    assert named - {"set-aside.csv"} == there
    assert b"%PDF" == (walked / "valley/plan/plan.pdf").read_bytes()[:4]


def test_five_dirty_rows_come_back_with_their_reasons(walked: Path) -> None:
    """The guide's dirty table loses nothing: three rows are used, five set aside."""
    used = pl.read_csv(walked / "valley/dirty/settlements.csv")
    aside = pl.read_csv(walked / "valley/dirty/set-aside.csv")

    assert [1250.0, 640.0, 310.0] == used["people"].to_list()
    assert [0.4, 1.0, float("inf")] == used["grid_km"].to_list()
    assert {
        "Ferry": "outside the terrain: are latitude and longitude exchanged?",
        "Abandoned": "no people",
        "Camp": "not degrees: coordinates in another projection?",
        "Island": "outside the terrain",
        "Tax error": "a negative number",
    } == dict(aside.select("name", "reason").iter_rows())
