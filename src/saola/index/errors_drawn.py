"""Scores under errors of the values: every value is drawn anew in every draw."""

from dataclasses import dataclass

import numpy as np

from saola.index.aggregate import aggregate
from saola.index.means import bend, unbend
from saola.index.normalise import normalise
from saola.index.steps import Aggregate, Normalise
from saola.index.table import Floats, Rows, Table
from saola.index.tree import Tree
from saola.sampling.normals import normals


def moved(table: Table, seed: int, stream: int) -> Table:
    """Give the table with the errors of one draw added."""
    if table.stderr is None:
        return table
    shape = (len(table.indicators), len(table.units))
    noise = normals(seed, stream, shape).T
    return table.changed(table.values + np.nan_to_num(table.stderr) * noise)


@dataclass(frozen=True, eq=False)
class Mover:
    """What is the same for all draws of one group: values, errors, normalising.

    Args:
        table: Values before normalising.
        tree: The framework.
        normalise: How they are normalised.
        seed: The seed of the errors.
    """

    table: Table
    tree: Tree
    normalise: Normalise
    seed: int

    @property
    def fast(self) -> bool:
        """Whether the draws need no care for gaps, single indicators or periods."""
        plain = self.normalise.method in _SCALES and not self.normalise.by_indicator
        return plain and not np.isnan(self.table.values).any()

    def flat(self, streams: Rows, shares: Floats, exponent: float) -> Floats:
        """Score draws whose aggregates are all the same kind of mean.

        Args:
            streams: The stream of each draw.
            shares: Effective weights, indicators by draws.
            exponent: The exponent of the mean.

        Returns:
            Draws by units; NaN where a value cannot be taken by the mean.
        """
        values = np.ascontiguousarray(self.table.values.T) * self.tree.directions[:, None]
        stderr = np.zeros_like(values)
        if self.table.stderr is not None:
            stderr = np.ascontiguousarray(np.nan_to_num(self.table.stderr).T)
        scale = _SCALES[self.normalise.method]
        out = np.empty((len(streams), values.shape[1]))
        # Turned indicators take the error turned, so that `moved` draws the same values.
        stderr *= self.tree.directions[:, None]
        for draw, stream in enumerate(streams):
            drawn = normals(self.seed, int(stream), values.shape)
            drawn *= stderr
            drawn += values
            slope, offset = scale(drawn, self.normalise)
            out[draw] = _mean(drawn, slope, offset, shares[:, draw], exponent)
        return out

    def slow(self, streams: Rows, weights: Floats, how: Aggregate, node: str) -> Floats:
        """Score draws by every step as the nominal index takes it; any method and gap."""
        columns = []
        for draw, stream in enumerate(streams):
            table = normalise(moved(self.table, self.seed, int(stream)), self.tree, self.normalise)
            found = aggregate(table.values, self.tree, weights[:, [draw]], how, node)
            columns.append(found[node][:, 0])
        return np.asarray(np.vstack(columns), dtype=np.float64)


def _minmax(drawn: Floats, step: Normalise) -> tuple[Floats, Floats]:
    """Give slope and offset of each indicator in this draw."""
    low = drawn.min(axis=1)
    start, end = step.range or (0.0, 100.0)
    slope = (end - start) / (drawn.max(axis=1) - low)
    return slope, start - low * slope


def _zscore(drawn: Floats, step: Normalise) -> tuple[Floats, Floats]:
    """Give slope and offset of each indicator in this draw."""
    mean = drawn.mean(axis=1)
    drawn -= mean[:, None]
    square = np.einsum("mn,mn->m", drawn, drawn)
    slope = step.sd / np.sqrt(square / (drawn.shape[1] - 1))
    return slope, np.full(len(drawn), step.mean)


def _as_is(drawn: Floats, _: Normalise) -> tuple[Floats, Floats]:
    """Give slope and offset of indicators that share a scale already."""
    return np.ones(len(drawn)), np.zeros(len(drawn))


_SCALES = {"minmax": _minmax, "zscore": _zscore, "none": _as_is}


def _mean(drawn: Floats, slope: Floats, offset: Floats, shares: Floats, exponent: float) -> Floats:
    """Scale and join the indicators of one draw; `drawn` is used up."""
    # einsum sums in one fixed order; a matrix product's depends on the threads of BLAS.
    if exponent == 1.0:
        found: Floats = np.einsum("m,mn->n", shares * slope, drawn)
        return found + float(np.sum(shares * offset))
    drawn *= slope[:, None]
    drawn += offset[:, None]
    if drawn.min() <= 0:
        bad = (drawn < 0 if exponent > 0 else drawn <= 0).any(axis=0)
        np.copyto(drawn, np.nan, where=bad)
    if exponent == 0.0:
        np.log(drawn, out=drawn)
    else:
        drawn = bend(drawn, exponent)
    return unbend(np.einsum("m,mn->n", shares, drawn), exponent)
