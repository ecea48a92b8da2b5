"""Points in the unit cube: random, Latin hypercube and Sobol sequences, and Saltelli's blocks."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Kind = Literal["sobol", "latin", "random"]
Floats = NDArray[np.float64]


def points(draws: int, columns: int, rng: np.random.Generator, kind: Kind = "sobol") -> Floats:
    """Draw points in the unit cube.

    Args:
        draws: How many points.
        columns: How many dimensions.
        rng: Where the randomness comes from.
        kind: `sobol` (scrambled, quasi-random), `latin` (hypercube) or `random`.

    Returns:
        Draws by columns, each in [0, 1).
    """
    if columns == 0:
        return np.empty((draws, 0))
    if kind == "random":
        return rng.random((draws, columns))
    if kind == "latin":
        return np.asarray(qmc.LatinHypercube(columns, rng=rng).random(draws))
    # A Sobol sequence is balanced over powers of two; the surplus is left unused.
    power = max(int(np.ceil(np.log2(max(draws, 1)))), 0)
    found: Floats = qmc.Sobol(columns, scramble=True, rng=rng).random_base2(power)[:draws]
    # Scrambled points may fall on 1 once rounded; inverse distributions want less.
    return np.minimum(found, np.nextafter(1.0, 0.0))


@dataclass(frozen=True, eq=False)
class Saltelli:
    """The design of a variance-based sensitivity analysis: blocks A, B and one AB a factor.

    Args:
        first: Block A, draws by columns.
        second: Block B, as large.
        groups: For each factor its columns.
    """

    first: Floats
    second: Floats
    groups: tuple[tuple[int, ...], ...]

    def mixed(self, factor: int) -> Floats:
        """Give block A with the columns of one factor taken from B."""
        block = self.first.copy()
        block[:, list(self.groups[factor])] = self.second[:, list(self.groups[factor])]
        return block

    def stacked(self) -> Floats:
        """Give A, B, then the mixed block of each factor, one below the other."""
        mixed = [self.mixed(factor) for factor in range(len(self.groups))]
        return np.vstack([self.first, self.second, *mixed])


def saltelli(
    draws: int, groups: Sequence[int], rng: np.random.Generator, kind: Kind = "sobol"
) -> Saltelli:
    """Make the design of a sensitivity analysis whose factors may have several columns each.

    Args:
        draws: The rows of each block; draws x (factors + 2) runs in all.
        groups: How many columns each factor has.
        rng: Where the randomness comes from.
        kind: How A and B are drawn, from one sequence of twice the dimensions.

    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259-270; groups as in
        Sobol' and Kucherenko (2005).
    """
    ends = np.cumsum([0, *groups])
    both = points(draws, 2 * int(ends[-1]), rng, kind)
    columns = tuple(tuple(range(int(start), int(end))) for start, end in itertools.pairwise(ends))
    return Saltelli(both[:, : ends[-1]].copy(), both[:, ends[-1] :].copy(), columns)
