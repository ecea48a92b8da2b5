"""The covering problems put to HiGHS: linear bounds, and optima where the problem is small."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Floats, Ints
from saola.connect.highs import Program, solve
from saola.connect.siting.cover import Cover


def maximal(
    cover: Cover, weight: Floats, limit: int, start: Ints, nodes: int
) -> tuple[Ints, float]:
    """Solve maximal covering by branch and bound: the chosen sites and the proven bound.

    Source: Church and ReVelle (1974), the maximal covering location problem.
    """
    sites, places = cover.sites, cover.places
    one_site = sp.csr_matrix(np.concatenate((np.ones(sites), np.zeros(places))))
    first = np.zeros(sites + places)
    first[start] = 1.0
    first[sites:] = cover.served(start) > 0
    program = _program(
        np.concatenate((np.zeros(sites), -weight)),
        sp.vstack((sp.hstack((cover.table.T, -sp.identity(places))), one_site)),
        np.zeros(places + 1),
        np.concatenate((np.full(places, np.inf), [float(limit)])),
        sites,
    )
    found = solve(program, nodes=nodes, start=first)
    return np.flatnonzero(found.values[:sites] > 0.5), -found.bound


def covering(cover: Cover, start: Ints, nodes: int) -> tuple[Ints, float]:
    """Solve set covering by branch and bound: the chosen sites and the proven bound.

    Source: Toregas et al. (1971), the location set covering problem.
    """
    first = np.zeros(cover.sites)
    first[start] = 1.0
    found = solve(_covering(cover), nodes=nodes, start=first)
    return np.flatnonzero(found.values > 0.5), found.bound


def covering_bound(cover: Cover) -> float:
    """Bound from below the number of sites that serve every place, by the linear program."""
    return solve(_covering(cover).relaxed(), method="ipm").bound


def _covering(cover: Cover) -> Program:
    ones, upper = np.ones(cover.places), np.full(cover.places, np.inf)
    return _program(np.ones(cover.sites), cover.table.T, ones, upper, cover.sites)


def _program(cost: Floats, table: Any, lower: Floats, upper: Floats, whole: int) -> Program:
    """Set up a program whose variables lie in 0..1, the first `whole` of them whole."""
    zeros, ones = np.zeros(len(cost)), np.ones(len(cost))
    flags = np.arange(len(cost)) < whole
    return Program(cost, table, lower, upper, zeros, ones, flags)
