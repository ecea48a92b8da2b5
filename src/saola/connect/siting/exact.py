"""The covering problems put to HiGHS: linear bounds, and optima where the problem is small."""

from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Floats, Ints
from saola.connect.siting.cover import Cover


def solve(
    cost: Floats,
    table: Any,
    row_lower: Floats,
    row_upper: Floats,
    *,
    whole: int = 0,
    nodes: int = 0,
    start: Floats | None = None,
) -> tuple[Floats, Floats, float]:
    """Minimise `cost·x` with `row_lower ≤ table·x ≤ row_upper` and 0 ≤ x ≤ 1.

    Args:
        cost: Cost of each variable, shape (n,).
        table: The constraints, sparse, shape (m, n).
        row_lower: Lower limits, shape (m,).
        row_upper: Upper limits, shape (m,).
        whole: How many of the first variables must be whole numbers; none gives the linear
            problem, by the interior point method without crossover.
        nodes: The most branches to visit (the limit that does not depend on the clock).
        start: An answer to begin with.

    Returns:
        The variables, the rows' duals (of a linear problem), and the proven lower bound (of a
        problem with whole numbers).
    """
    solver = _solver(whole, nodes)
    solver.passModel(_model(cost, table, row_lower, row_upper, whole))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    solver.run()
    found = solver.getSolution()
    bound = solver.getInfo().mip_dual_bound if whole else solver.getObjectiveValue()
    return np.array(found.col_value), np.array(found.row_dual), float(bound)


def _solver(whole: int, nodes: int) -> Any:
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # ships no types
    options: dict[str, Any] = {"output_flag": False, "threads": 1, "random_seed": 0}
    if whole:
        options |= {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-6, "mip_max_nodes": nodes}
    else:
        options |= {"solver": "ipm", "run_crossover": "off"}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _model(cost: Floats, table: Any, row_lower: Floats, row_upper: Floats, whole: int) -> Any:
    columns = sp.csc_matrix(table)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = columns.shape
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(len(cost))
    model.col_upper_ = np.ones(len(cost))
    model.row_lower_, model.row_upper_ = row_lower, row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = columns.indptr
    model.a_matrix_.index_ = columns.indices
    model.a_matrix_.value_ = columns.data
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * whole
        model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(cost) - whole)
    return model


def maximal(
    cover: Cover, weight: Floats, limit: int, start: Ints, nodes: int
) -> tuple[Ints, float]:
    """Solve maximal covering by branch and bound: the chosen sites and the proven bound.

    Source: Church and ReVelle (1974), the maximal covering location problem.
    """
    sites, places = cover.sites, cover.places
    one_site = sp.csr_matrix(np.concatenate((np.ones(sites), np.zeros(places))))
    table = sp.vstack((sp.hstack((cover.table.T, -sp.identity(places))), one_site))
    cost = np.concatenate((np.zeros(sites), -weight))
    lower = np.concatenate((np.zeros(places), [0.0]))
    upper = np.concatenate((np.full(places, np.inf), [float(limit)]))
    first = np.zeros(sites + places)
    first[start] = 1.0
    first[sites:] = cover.served(start) > 0
    found, _, bound = solve(cost, table, lower, upper, whole=sites, nodes=nodes, start=first)
    return np.flatnonzero(found[:sites] > 0.5), -bound


def covering(cover: Cover, start: Ints, nodes: int) -> tuple[Ints, float]:
    """Solve set covering by branch and bound: the chosen sites and the proven bound.

    Source: Toregas et al. (1971), the location set covering problem.
    """
    ones, upper = np.ones(cover.places), np.full(cover.places, np.inf)
    first = np.zeros(cover.sites)
    first[start] = 1.0
    found, _, bound = solve(
        np.ones(cover.sites),
        cover.table.T,
        ones,
        upper,
        whole=cover.sites,
        nodes=nodes,
        start=first,
    )
    return np.flatnonzero(found > 0.5), bound


def covering_bound(cover: Cover) -> float:
    """Bound from below the number of sites that serve every place.

    The duals u ≥ 0 of the linear problem are put into Σu + Σ min(0, 1 − Σ_{places of a site} u),
    which is a valid bound for any u: the solver's tolerance cannot make it false.
    """
    ones, upper = np.ones(cover.places), np.full(cover.places, np.inf)
    _, dual, _ = solve(np.ones(cover.sites), cover.table.T, ones, upper)
    price = np.maximum(dual, 0.0)
    slack = 1.0 - np.asarray(cover.table @ price).ravel()
    return float(price.sum() + np.minimum(slack, 0.0).sum())
