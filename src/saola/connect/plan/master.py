"""The bound's linear program over whole stations: columns and rows come in as they are needed."""

from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Floats, Ints
from saola.connect.highs import Program, opened
from saola.connect.plan.fitouts import Grades, Offers, Priced
from saola.connect.plan.model import binding, columns, program
from saola.connect.plan.problem import Design, Problem, parents


class Master:
    """Hops, terminals and fit-outs; rows over the plan's variables, and the grades of hops.

    A fit-out stands for its station and links: its entries in a row are the sum of theirs.
    """

    def __init__(
        self, problem: Problem, grades: Grades, designs: list[Design], budget: float | None
    ) -> None:
        """Begin with the fit-outs of some valid designs.

        Args:
            problem: The region.
            grades: What hops into sites can carry.
            designs: At least one, so that the program has an answer.
            budget: As in `program`.
        """
        self.problem, self.grades = problem, grades
        self.at = columns(problem)
        self.width = self.at.flow.start
        whole = program(problem, budget)
        self.cost, self.upper = whole.cost[: self.width], whole.upper[: self.width]
        rows = list(binding(problem, budget))
        self.table = sp.vstack([table for table, _, _ in rows]).tocsr()[:, : self.width]
        self.lower = np.concatenate([low for _, low, _ in rows])
        self.row_upper = np.concatenate([high for _, _, high in rows])
        self.base = self.table.shape[0]
        self.idle = np.zeros(0, dtype=np.int64)
        self.members = sp.csc_matrix((self.width, 0))
        self.grade = np.zeros(0, dtype=np.int64)
        self.own = np.concatenate((_span(self.at.direct), _span(self.at.hop)))
        self.solver = self._opened()
        self.begin(designs)

    def _opened(self) -> Any:
        """Load rows with hops and terminals; grades follow the rows at hand from the start."""
        count = len(self.grades.site)
        hop = sp.csr_matrix(
            (
                np.full(len(self.grades.hop), -1.0),
                (self.grades.hop, np.arange(len(self.grades.hop))),
            ),
            shape=(count, len(self.grades.hop)),
        )
        left = sp.csr_matrix((count, self.problem.places))
        table = sp.vstack((self.table[:, self.own], sp.hstack((left, hop)))).tocsr()
        return opened(
            Program(
                cost=self.cost[self.own],
                table=table,
                row_lower=np.concatenate((self.lower, np.full(count, -np.inf))),
                row_upper=np.concatenate((self.row_upper, np.zeros(count))),
                lower=np.zeros(len(self.own)),
                upper=self.upper[self.own],
                whole=np.zeros(len(self.own), dtype=bool),
            ),
            method="simplex",
        )

    def begin(self, designs: list[Design]) -> None:
        """Add every fit-out of some designs."""
        for design in designs:
            hop = parents(self.problem, design)
            built = np.flatnonzero(design.station)
            parts = [np.flatnonzero(design.link & (self.problem.link_station == s)) for s in built]
            sky = self.problem.station_sky[built] > 0
            into = hop[self.problem.station_site[built]]
            self.add(built, np.where(sky, -1, self.grades.hop[into]), parts)

    def add(self, station: Ints, grade: Ints, links: list[Ints]) -> None:
        """Add fit-outs: a station, a grade and the links used, each."""
        if not len(station):
            return
        sizes = np.array([1 + len(one) for one in links])
        row = np.concatenate(
            [
                np.concatenate(([self.at.station.start + s], self.at.link.start + one))
                for s, one in zip(station, links, strict=True)
            ]
        ).astype(np.int64)
        ends = np.concatenate(([0], np.cumsum(sizes)))
        new = sp.csc_matrix((np.ones(len(row)), row, ends), shape=(self.width, len(station)))
        self.members = sp.hstack((self.members, new)).tocsc()
        self.grade = np.concatenate((self.grade, grade))
        entries = self._ordered(self.table @ new, grade).tocsc()
        count = len(station)
        self.solver.addCols(
            count, new.T @ self.cost, np.zeros(count), np.full(count, highspy.kHighsInf),
            entries.nnz, entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip

    def _ordered(self, entries: Any, grade: Ints) -> Any:
        """Put the entries of columns in the solver's order: first rows, grades, cuts."""
        ground = np.flatnonzero(grade >= 0)
        shape = (len(self.grades.site), len(grade))
        held = sp.csc_matrix((np.ones(len(ground)), (grade[ground], ground)), shape=shape)
        return sp.vstack((entries[: self.base], held, entries[self.base :]))

    def cut(self, rows: Any) -> None:
        """Add rows over the plan's variables that are at least 0."""
        count = rows.shape[0]
        self.idle = np.concatenate((self.idle, np.zeros(count, dtype=np.int64)))
        self.table = sp.vstack((self.table, rows)).tocsr()
        self.lower = np.concatenate((self.lower, np.zeros(count)))
        self.row_upper = np.concatenate((self.row_upper, np.full(count, np.inf)))
        entries = sp.hstack((rows[:, self.own], rows @ self.members)).tocsr()
        self.solver.addRows(
            count, np.zeros(count), np.full(count, highspy.kHighsInf),
            entries.nnz, entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip

    def drop(self, dual: Floats, slack_for: int) -> None:
        """Take out the cuts that have paid nothing at so many calls in a row."""
        first = self.base + len(self.grades.site)
        self.idle = np.where(dual[first:] <= 0, self.idle + 1, 0)
        gone = np.flatnonzero(self.idle >= slack_for)
        if not len(gone):
            return
        basis = self.solver.getBasis()
        column, row = list(basis.col_status), list(basis.row_status)
        kept = np.ones(len(row), dtype=bool)
        kept[first + gone] = False
        self.solver.deleteRows(len(gone), (first + gone).astype(np.int32))
        basis = highspy.HighsBasis()
        basis.col_status = column
        basis.row_status = [status for status, stays in zip(row, kept, strict=True) if stays]
        basis.valid = True
        self.solver.setBasis(basis)
        left = np.ones(self.table.shape[0], dtype=bool)
        left[self.base + gone] = False
        self.table, self.lower = self.table[left], self.lower[left]
        self.row_upper, self.idle = self.row_upper[left], self.idle[self.idle < slack_for]

    @property
    def cuts(self) -> Any:
        """Give the cuts at hand, rows over the plan's variables."""
        return self.table[self.base :]

    def solve(self) -> tuple[Floats, Floats, float]:
        """Solve it: the plan's variables, the rows' duals in the solver's order, the optimum."""
        self.solver.run()
        found = self.solver.getSolution()
        value = np.array(found.col_value)
        plan = np.zeros(self.width)
        plan[self.own] = value[: len(self.own)]
        plan += self.members @ value[len(self.own) :]
        return plan, np.array(found.row_dual), float(self.solver.getInfo().objective_function_value)

    def prices(self, dual: Floats) -> tuple[Floats, Floats, float]:
        """Turn duals into prices: of the plan's variables, of grades, and what limits pay.

        Signs that do not fit a row are set to 0, so that any duals give a valid bound.
        """
        grades = len(self.grades.site)
        rest = np.concatenate((dual[: self.base], dual[self.base + grades :]))
        rest = np.where(np.isinf(self.lower), np.minimum(rest, 0.0), rest)
        rest = np.where(np.isinf(self.row_upper), np.maximum(rest, 0.0), rest)
        limit = np.where(rest > 0, self.lower, self.row_upper)
        used = rest != 0
        price = self.cost - self.table.T @ rest
        grade = np.minimum(dual[self.base : self.base + grades], 0.0)
        price[self.at.hop] += grade[self.grades.hop]
        return price, -grade, float((rest[used] * limit[used]).sum())


def least(master: Master, offers: Offers, found: Priced, price: Floats, paid: float) -> float:
    """Give the cost that no design can beat, by weak duality over whole stations.

    Each site holds one fit-out at most, each hop and each place's terminals once at most.
    """
    own = price[master.own]
    site = master.problem.station_site[offers.station]
    best = np.zeros(master.problem.sites)
    np.minimum.at(best, site, found.least)
    return float(paid + (np.minimum(own, 0.0) * master.upper[master.own]).sum() + best.sum())


def _span(part: slice) -> Ints:
    return np.arange(part.start, part.stop)
