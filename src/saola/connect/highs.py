"""Linear and whole-number programs put to HiGHS, with bounds that tolerances cannot falsify."""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Flags, Floats


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise `cost·x` with `row_lower ≤ table·x ≤ row_upper` and `lower ≤ x ≤ upper`.

    Args:
        cost: Cost of each variable, shape (n,).
        table: The constraints, sparse, shape (m, n).
        row_lower: Lower limits of the rows, −inf for none, shape (m,).
        row_upper: Upper limits of the rows, inf for none.
        lower: Lower limits of the variables, finite.
        upper: Upper limits of the variables, finite.
        whole: Flags the variables that must be whole numbers.
    """

    cost: Floats
    table: Any
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: Flags

    def with_rows(self, table: Any, row_lower: Floats, row_upper: Floats) -> "Program":
        """Add constraints."""
        return replace(
            self,
            table=sp.vstack((self.table, table)).tocsr(),
            row_lower=np.concatenate((self.row_lower, row_lower)),
            row_upper=np.concatenate((self.row_upper, row_upper)),
        )

    def only(self, free: Flags, values: Floats) -> "Program":
        """Hold all variables but some at their values, and leave them out.

        Rows without a free variable go too; the cost of what is held is not counted.
        """
        columns = sp.csc_matrix(self.table)
        rest = columns[:, ~free] @ values[~free]
        table = columns[:, free].tocsr()
        rows = np.diff(table.indptr) > 0
        return Program(
            cost=self.cost[free],
            table=table[rows],
            row_lower=(self.row_lower - rest)[rows],
            row_upper=(self.row_upper - rest)[rows],
            lower=self.lower[free],
            upper=self.upper[free],
            whole=self.whole[free],
        )

    def relaxed(self) -> "Program":
        """Let every variable take fractions."""
        return replace(self, whole=np.zeros(len(self.cost), dtype=bool))


@dataclass(frozen=True, eq=False)
class Solution:
    """What HiGHS found.

    Args:
        values: The variables; empty if none was found.
        bound: A proven lower bound of the program's cost.
        infeasible: Whether the program was proven to have no solution.
    """

    values: Floats
    bound: float
    infeasible: bool = False

    @property
    def found(self) -> bool:
        """Tell whether there is a solution."""
        return len(self.values) > 0


def solve(
    program: Program,
    *,
    nodes: int = 0,
    gap: float = 0.0,
    start: Floats | None = None,
    method: str = "choose",
    seconds: float = 0.0,
) -> Solution:
    """Solve a program; one thread and node limits keep the answer free of the clock.

    Args:
        program: What to minimise.
        nodes: The most branches to visit where variables must be whole.
        gap: The relative gap at which to stop.
        start: A feasible answer to begin with.
        method: `choose`, `simplex`, or `ipm` (without crossover) for a linear program.
        seconds: A safety limit on the time; 0 for none.
    """
    solver = opened(program, nodes=nodes, gap=gap, method=method)
    if seconds:
        solver.setOptionValue("time_limit", seconds)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    solver.run()
    return read(solver, program)


def read(solver: Any, program: Program) -> Solution:
    """Take the solution and the bound out of a solver that has run."""
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Solution(np.zeros(0), np.inf, infeasible=True)
    found = solver.getSolution()
    if program.whole.any():
        feasible = info.primal_solution_status == 2
        values = np.array(found.col_value) if feasible else np.zeros(0)
        return Solution(values, float(info.mip_dual_bound))
    return Solution(np.array(found.col_value), safe_bound(program, np.array(found.row_dual)))


def safe_bound(program: Program, dual: Floats) -> float:
    """Turn any row prices into a valid lower bound of a program whose variables are bounded.

    Prices whose sign does not fit a one-sided row are set to 0; then weak duality holds exactly:

        Σ price·limit + Σ min(reduced cost · lower, reduced cost · upper)

    Source: Neumaier and Shcherbina (2004), safe bounds in linear and mixed-integer programming.
    """
    price = np.where(np.isinf(program.row_lower), np.minimum(dual, 0.0), dual)
    price = np.where(np.isinf(program.row_upper), np.maximum(price, 0.0), price)
    limit = np.where(price > 0, program.row_lower, program.row_upper)
    used = price != 0
    reduced = program.cost - program.table.T @ price
    rest = np.minimum(reduced * program.lower, reduced * program.upper)
    return float((price[used] * limit[used]).sum() + rest.sum())


def opened(program: Program, *, nodes: int = 0, gap: float = 0.0, method: str = "choose") -> Any:
    """Load a program into a new solver."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # ships no types
    options: dict[str, Any] = {"output_flag": False, "threads": 1, "random_seed": 0}
    options |= {"mip_rel_gap": gap, "mip_abs_gap": 1e-6, "solver": method}
    if nodes:
        options["mip_max_nodes"] = nodes
    if method == "ipm":
        options["run_crossover"] = "off"
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    return solver


def _model(program: Program) -> Any:
    columns = sp.csc_matrix(program.table)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = columns.shape
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = columns.indptr
    model.a_matrix_.index_ = columns.indices
    model.a_matrix_.value_ = columns.data
    if program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in program.whole]
    return model
