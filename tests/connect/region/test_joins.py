from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from saola.connect.distances import Floats
from saola.connect.plan.improve import Effort
from saola.connect.plan.solve import Plan, least_cost
from saola.connect.region.build import Inputs, Region, build
from saola.connect.region.invented import invented_region
from saola.connect.region.joins import Lent, Part, keeps_room, lent, pairs, part_of
from saola.connect.region.settings import Settings

EFFORT = Effort(moves=1000, starts=2, rounds=2, nodes=1, neighbourhoods=0)
SETTINGS = Settings(rain_mm_h=60.0, backhaul=("fibre",), terminals=False)


@pytest.fixture(scope="module")
def halves() -> list[Inputs]:
    """One invented region, parted in two; the eastern half keeps fibre far away only."""
    whole = invented_region(np.random.default_rng(2), 32, side_deg=0.4)
    middle = float(whole.settlements["lon"].median() or 0.0)
    west = whole.settlements.filter(pl.col("lon") <= middle)
    east = whole.settlements.filter(pl.col("lon") > middle)
    far = whole.fibre[[int(whole.fibre[:, 0].argmax())]] + [0.0, 0.3]
    return [replace(whole, settlements=west), replace(whole, settlements=east, fibre=far)]


def planned(inputs: Inputs) -> tuple[Region, Plan]:
    region = build(inputs, SETTINGS, 0.9)
    rng = np.random.default_rng(1)
    return region, least_cost(region.problem, region.position, rng=rng, effort=EFFORT)


def test_a_region_that_may_use_its_neighbours_fibre_pays_less(halves: list[Inputs]) -> None:
    """The half without fibre borrows from the other, takes no more than there is, and pays less."""
    (west, plan), (east, alone) = planned(halves[0]), planned(halves[1])
    parts = [part_of(west, plan.design), part_of(east, alone.design)]
    fibre = np.concatenate((halves[1].fibre, parts[0].lent.points))
    region, again = planned(replace(halves[1], fibre=fibre))

    assert (1, 0) in pairs(parts)
    assert again.cost < alone.cost
    assert keeps_room(region, again.design, parts[0].lent)
    assert not keeps_room(region, again.design, replace(parts[0].lent, room=0 * parts[0].lent.room))


def test_what_is_lent_has_room_left_on_all_of_its_way(halves: list[Inputs]) -> None:
    """Every lent site has between nothing and all of a fibre's rate left."""
    region, plan = planned(halves[0])
    found = lent(region, plan.design)

    assert len(found.points) == plan.design.hop.sum()
    assert (found.room > 0).all()
    assert (found.room < region.problem.hop_capacity.max()).all()


def test_who_lends_does_not_borrow() -> None:
    """Of three regions in a row each takes part in one pair at most."""

    def part(lon: float, metres: float) -> Part:
        points: Floats = np.array([[lon, 10.0]])
        return Part(points, np.array([metres]), Lent(points, np.array([100.0])))

    assert [(2, 1)] == pairs([part(105.0, 50e3), part(105.2, 30e3), part(105.4, 90e3)])
