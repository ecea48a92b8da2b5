"""The joins between regions planned apart: one begins its hops where its neighbour's fibre ends."""

from dataclasses import dataclass

import numpy as np

from saola.connect.backhaul.connector import nearest
from saola.connect.distances import Floats
from saola.connect.plan.problem import Design, Medium, flows, parents, totals
from saola.connect.region.build import Region


@dataclass(frozen=True, eq=False)
class Lent:
    """Sites on fibre, of a plan that stands, from which a neighbour may begin.

    Attributes:
        points: Longitude and latitude, shape (n, 2).
        room: Mbit/s left on the way to the core, shape (n,).
    """

    points: Floats
    room: Floats


@dataclass(frozen=True, eq=False)
class Part:
    """What a planned region shows its neighbours.

    Attributes:
        points: Longitude and latitude of its sites with a hop, shape (sites, 2).
        metres: From each to the region's own fibre.
        lent: What it can lend.
    """

    points: Floats
    metres: Floats
    lent: Lent


def part_of(region: Region, design: Design) -> Part:
    """Show a planned region to its neighbours.

    Args:
        region: The region.
        design: What is built.
    """
    lat, lon = region.position
    built = np.flatnonzero(parents(region.problem, design) >= 0)
    _, metres = nearest(lat[built], lon[built], region.fibre)
    return Part(np.column_stack((lon, lat))[built], metres, lent(region, design))


def lent(region: Region, design: Design) -> Lent:
    """Find the sites that reach the core by fibre alone, with the room left on the way."""
    problem = region.problem
    hop, flow = parents(problem, design), flows(problem, design)
    fibre = problem.hop_medium == int(Medium.FIBRE)
    left = np.where(fibre, problem.hop_capacity - flow, 0.0)
    room = np.zeros(problem.sites)
    for site in np.flatnonzero(hop >= 0):
        at, least = int(site), np.inf
        while at >= 0:
            least = min(least, float(left[hop[at]]))
            at = int(problem.hop_from[hop[at]])
        room[site] = least
    lat, lon = region.position
    able = room > 0
    return Lent(np.column_stack((lon, lat))[able], room[able])


def pairs(parts: list[Part]) -> list[tuple[int, int]]:
    """Choose which region borrows from which, the most metres of fibre saved first.

    A region borrows once, and who lends does not borrow, so that what was lent stays; nobody
    lends to two, so that the room is not given away twice.

    Args:
        parts: The regions, planned.

    Returns:
        Pairs of borrower and lender.
    """
    found: list[tuple[float, int, int]] = []
    for one, taker in enumerate(parts):
        for other, giver in enumerate(parts):
            if one == other or not len(giver.lent.points) or not len(taker.points):
                continue
            _, metres = nearest(taker.points[:, 1], taker.points[:, 0], giver.lent.points)
            saved = float(np.maximum(taker.metres - metres, 0.0).sum())
            if saved > 0:
                found.append((-saved, one, other))
    busy: set[int] = set()
    chosen = []
    for _, one, other in sorted(found):
        if not busy & {one, other}:
            busy |= {one, other}
            chosen.append((one, other))
    return chosen


def keeps_room(region: Region, design: Design, lender: Lent) -> bool:
    """Tell whether a plan takes no more from its neighbour than there is room for.

    Sites of the lender may share their way to the core, so all that is taken together must fit
    on the narrowest way used.

    Args:
        region: The borrower, built with the lent points behind its own fibre.
        design: Its plan.
        lender: What was lent.
    """
    problem, points = region.problem, len(region.fibre)
    own = points - len(lender.points)
    core = np.flatnonzero(design.hop & (problem.hop_from < 0))
    taken = totals(region.hops.entry[core], flows(problem, design)[core], points)[own:]
    used = taken > 0
    return not used.any() or bool(taken.sum() <= lender.room[used].min() + 1e-6)
