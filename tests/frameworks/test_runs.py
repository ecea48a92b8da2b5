import datetime as dt
from pathlib import Path

import pytest

from saola import frameworks, observations
from saola.errors import InputError
from saola.frameworks import runs
from saola.workspace import Workspace

NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)


def keep(home: Workspace, value: float, *, second: int = 0) -> runs.Run:
    inputs = observations.frame(
        {"indicator": f"un-{part}", "unit": "VNM", "period": "2022", "value": value}
        for part in ("osi", "hci", "tii")
    )
    edition = frameworks.framework("un-egdi-2022")
    scores = frameworks.score(edition, inputs)
    when = NOW + dt.timedelta(seconds=second)
    return runs.save(
        home, scores, framework=edition.id, period="2022", when=when, inputs=inputs, definition=b"x"
    )


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "home", country="VNM", label={"en": "Test"})


def test_the_newest_run_is_current_and_older_ones_stay(home: Workspace) -> None:
    """Pages show the current run, and a pinned one never changes."""
    first, second = keep(home, 0.5), keep(home, 0.6, second=1)

    assert second == runs.current(home, "un-egdi-2022", "2022")
    assert [second, first] == runs.runs(home)
    assert 0.5 == pytest.approx(runs.scores(home, runs.run(home, first.id))["score"][0])
    assert ["2022"] == runs.periods(home, "un-egdi-2022")


def test_the_same_inputs_have_the_same_digests(home: Workspace) -> None:
    """Recomputing a run gives the same stored values, told by their digests."""
    first, again = keep(home, 0.5), keep(home, 0.5, second=1)

    assert (first.inputs, first.scores) == (again.inputs, again.scores)


@pytest.mark.parametrize("code", ["nothing", "../../x", "*", ""])
def test_an_unknown_run_is_refused(home: Workspace, code: str) -> None:
    """A code never leads out of the results folder or to a run by a pattern."""
    keep(home, 0.5)

    with pytest.raises(InputError):
        runs.run(home, code)
