"""Shrink a set covering problem without changing its optimum."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Flags, Ints
from saola.connect.siting.cover import Cover


@dataclass(frozen=True)
class Core:
    """What is left of a set covering problem when everything forced has been decided.

    Args:
        cover: The remaining sites × places.
        sites: For each remaining site its place among the original candidates.
        forced: Original sites that every answer may as well contain.
    """

    cover: Cover
    sites: Ints
    forced: Ints


def reduce(cover: Cover) -> Core:
    """Drop dominated sites and implied places, and take sites that are some place's only one.

    Source: Toregas and ReVelle (1972), the reductions of the location set covering problem.
    """
    table = cover.table.copy()
    sites = np.arange(cover.sites, dtype=np.int64)
    forced: list[int] = []
    while True:
        before = table.shape
        table, sites, taken = _force(table, sites)
        forced.extend(taken.tolist())
        kept = ~_contained(table)
        table, sites = table[kept], sites[kept]
        table = table[:, ~_implied(table)].tocsr()
        if table.shape == before:
            table.sort_indices()
            return Core(Cover(table), sites, np.array(sorted(forced), dtype=np.int64))


def _force(table: Any, sites: Ints) -> tuple[Any, Ints, Ints]:
    """Take the sites that alone serve some place, and forget all places they serve."""
    turned = table.tocsc()
    single = np.flatnonzero(np.diff(turned.indptr) == 1)
    taken = np.unique(turned.indices[turned.indptr[single]])
    open_places = np.asarray(table[taken].sum(axis=0)).ravel() == 0
    left = np.ones(len(sites), dtype=bool)
    left[taken] = False
    table = table[left][:, open_places].tocsr()
    useful = np.diff(table.indptr) > 0
    return table[useful], sites[left][useful], sites[taken]


def _overlaps(table: Any) -> tuple[Ints, Ints, Ints, Ints]:
    """Give all pairs of rows that share entries: both places, the entries shared, row sizes."""
    shared = (table @ table.T).tocoo()
    apart = shared.row != shared.col
    size = np.diff(table.indptr)
    return shared.row[apart], shared.col[apart], shared.data[apart], size


def _contained(table: Any) -> Flags:
    """Flag sites whose places another site serves too; of equals all but the first."""
    row, other, shared, size = _overlaps(table)
    worse = (shared == size[row]) & ((size[other] > size[row]) | (other < row))
    flags = np.zeros(table.shape[0], dtype=bool)
    flags[row[worse]] = True
    return flags


def _implied(table: Any) -> Flags:
    """Flag places that are served whenever another place is; of equals all but the first."""
    turned = sp.csr_matrix(table.T)
    row, other, shared, size = _overlaps(turned)
    freed = (shared == size[other]) & ((size[row] > size[other]) | (other < row))
    flags = np.zeros(turned.shape[0], dtype=bool)
    flags[row[freed]] = True
    return flags
