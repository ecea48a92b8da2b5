"""A search cut short goes on from the last stage it finished, to the same design."""

from pathlib import Path

import numpy as np
import pytest

from saola.connect.plan.problem import Problem
from saola.connect.plan.solve import Effort, Plan, least_cost, most_people
from saola.connect.plan.stages import Stages
from saola.connect.region.build import Region, build
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Settings

EFFORT = Effort(moves=1500, starts=2, rounds=2, neighbourhoods=3, size=12)


class CutError(Exception):
    """The power fails."""


@pytest.fixture(scope="module")
def region() -> Region:
    """Fourteen villages."""
    inputs = invented_region(np.random.default_rng(2), 14, side_deg=0.25)
    return build(inputs, Settings(rain_mm_h=60.0), 0.9)


def _same(one: Plan, other: Plan, problem: Problem) -> None:
    assert one.cost == other.cost
    assert one.bound == other.bound
    assert one.design.served(problem).tolist() == other.design.served(problem).tolist()


@pytest.mark.parametrize("after", [1, 4])
def test_a_search_cut_short_ends_as_one_that_was_not(
    region: Region, tmp_path: Path, after: int
) -> None:
    """Whatever the stage it stopped at, the design, its cost and its bound are the same."""
    whole = least_cost(region.problem, region.position, rng=np.random.default_rng(1), effort=EFFORT)
    stages = Stages(tmp_path / "stages", "same")

    def cut(done: int, _all: int) -> None:
        if done >= after:
            raise CutError

    with pytest.raises(CutError):
        least_cost(
            region.problem, region.position, rng=np.random.default_rng(1), effort=EFFORT,
            stages=stages, progress=cut,
        )  # fmt: skip
    again = least_cost(
        region.problem, region.position, rng=np.random.default_rng(1), effort=EFFORT, stages=stages
    )

    _same(whole, again, region.problem)


def test_a_search_within_a_budget_goes_on_too(region: Region, tmp_path: Path) -> None:
    """Halvings done are not done again."""
    budget = 400_000.0
    stages = Stages(tmp_path / "stages", "same")
    plans = [
        most_people(
            region.problem, region.position, budget, rng=np.random.default_rng(1),
            effort=EFFORT, stages=stages,
        )
        for _ in range(2)
    ]  # fmt: skip

    _same(plans[0], plans[1], region.problem)


def test_stages_of_another_input_are_made_again(tmp_path: Path) -> None:
    """A stage with another mark is not read, and a closed folder is gone."""
    rng = np.random.default_rng(1)
    Stages(tmp_path / "s", "one").once("a", rng, lambda: {"value": np.array([1])})
    found = Stages(tmp_path / "s", "two").once("a", rng, lambda: {"value": np.array([2])})
    Stages(tmp_path / "s", "two").close()

    assert [2] == found["value"].tolist()
    assert not (tmp_path / "s").exists()
