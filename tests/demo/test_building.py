"""The demo workspace: synthetic runs of an invented country beside quoted facts."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from saola import demo, observations
from saola.cli.main import root
from saola.errors import StateError
from saola.frameworks import runs
from saola.units.shapes import boundaries
from saola.workspace import Workspace

NOW = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
QUARTERS = demo.QUARTERS[-3:]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "home"
    demo.build(folder, when=NOW, communes=60, provinces=6, quarters=QUARTERS)
    return folder


def test_every_level_has_a_run_of_every_quarter(home: Path) -> None:
    """Provinces, ministries, communes and the country are scored, and marked synthetic."""
    workspace = Workspace.open(home)
    for code in demo.editions():
        assert list(QUARTERS) == runs.periods(workspace, code)
        run = runs.current(workspace, code, QUARTERS[-1])
        assert run is not None
        assert run.synthetic
        assert runs.scores(workspace, run).filter(node="OA", field="_T")["score"].count() > 0


def test_agencies_are_ranked_within_their_groups(home: Path) -> None:
    """One run holds country, provinces and ministries; each group has a first of its own."""
    workspace = Workspace.open(home)
    run = runs.current(workspace, "online-activity", QUARTERS[0])
    assert run is not None
    top = runs.scores(workspace, run).filter(node="OA", field="_T")
    kinds = {unit.code: unit.kind for unit in workspace.units}

    assert {"country", "province", "ministry"} == {kinds[code] for code in top["unit"]}
    groups = {"XSA.G.PROVINCES", "XSA.G.SERVICES", "XSA.G.NO-SERVICES", None}
    assert groups == set(top["group"])
    assert groups == set(top.filter(rank=1)["group"])


def test_quoted_facts_stand_beside_and_are_not_synthetic(home: Path) -> None:
    """DTI and EGDI have runs of real units from quoted figures only."""
    workspace = Workspace.open(home)
    for code, period, node in (
        ("vn-dti-province-2020", "2020", "DTI"),
        ("vn-dti-province-2022", "2022", "DTI"),
        ("vn-dti-ministry-2022", "2021", "DTI"),
        ("un-egdi-2022", "2022", "EGDI"),
    ):
        run = runs.current(workspace, code, period)
        assert run is not None, code
        assert not run.synthetic
        found = runs.scores(workspace, run).filter(node=node)
        assert found["published_score"].count() + found["published_rank"].count() > 0


def test_no_real_unit_has_a_synthetic_number(home: Path) -> None:
    """Synthetic observations belong to XSA alone, and XSA has no other."""
    rows = observations.current(Workspace.open(home))
    own = pl.col("unit").str.starts_with("XSA")

    assert 0 == rows.filter((pl.col("check") == "synthetic") & ~own).height
    assert 0 == rows.filter((pl.col("check") != "synthetic") & own).height


def test_late_reports_take_the_place_of_the_first(home: Path) -> None:
    """The current value of a corrected key is the corrected one."""
    workspace = Workspace.open(home)
    *_, first, late = observations.batches(workspace)
    rows = observations.current(workspace)

    assert first.rows > late.rows > 0
    assert {"A"} == set(rows["status"].unique()) - {"E"}


def test_units_bring_boundaries_groups_and_tiles(home: Path) -> None:
    """The workspace knows its places, their outlines and the ministries' groups."""
    workspace = Workspace.open(home)

    assert 6 == workspace.units.tiles("XSA.P").height
    assert 66 == boundaries(home / "units").height
    assert 17 == len(workspace.units.members("XSA.G.SERVICES"))
    assert "Saolia (demo)" == workspace.label["en"]


def test_the_same_seed_gives_the_same_scores(home: Path, tmp_path: Path) -> None:
    """A demo made again has the same scores to the last digit."""
    again = demo.build(tmp_path / "b", when=NOW, communes=60, provinces=6, quarters=QUARTERS)
    marks = [
        {(run.framework, run.period): run.scores for run in runs.runs(workspace)}
        for workspace in (Workspace.open(home), again)
    ]

    assert marks[0] == marks[1]


def test_a_workspace_is_never_overwritten(home: Path) -> None:
    """Where a workspace stands already nothing is built."""
    with pytest.raises(StateError) as caught:
        demo.build(home, when=NOW)

    assert "workspace-present" == caught.value.code


def test_a_broken_build_leaves_nothing(tmp_path: Path) -> None:
    """A demo is made whole or not at all."""

    def broken(*_: object, **__: object) -> list[runs.Run]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.build(
            tmp_path / "home", when=NOW, communes=40, provinces=3, quarters=QUARTERS[:1],
            score=broken,
        )  # fmt: skip

    assert [] == list(tmp_path.iterdir())


def test_the_verb_leaves_a_ready_demo_and_minds_another(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`saola demo` makes a demo once; another seed needs another folder or --again."""
    small = demo.build

    def build(folder: Path, **options: object) -> Workspace:
        size = {"communes": 40, "provinces": 3, "quarters": QUARTERS[:1]}
        return small(folder, **options | size)  # type: ignore[arg-type]

    monkeypatch.setattr(demo, "build", build)
    run = CliRunner().invoke

    new = ["--home", str(tmp_path / "new"), "demo", "--no-registers"]

    ready = run(root, ["--home", str(home), "demo"])
    other = run(root, ["--home", str(home), "demo", "--seed", "8"])
    made = run(root, [*new, "--json"])
    anew = run(root, [*new, "--seed", "8", "--again"])

    assert (0, 0, 0) == (ready.exit_code, made.exit_code, anew.exit_code)
    assert isinstance(other.exception, StateError)
    assert 7 == json.loads(made.stdout)["seed"]
    assert 8 == demo.made(tmp_path / "new")["seed"]
    run_ = runs.runs(Workspace.open(tmp_path / "new"), "online-activity")[0]
    scores = runs.scores(Workspace.open(tmp_path / "new"), run_)
    assert scores.filter(node="OA", field="_T")["rank_high"].count() > 0
