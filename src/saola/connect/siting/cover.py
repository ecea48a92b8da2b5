"""Who is covered from where: a sparse table of sites against the places that need service."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Floats, Ints, pairs_within
from saola.errors import InputError


@dataclass(frozen=True, eq=False)
class Cover:
    """Which places each candidate site serves, in compressed rows both ways.

    Args:
        table: A matrix of sites × places; a stored entry means "serves".
    """

    table: Any

    @classmethod
    def from_pairs(cls, site: Ints, place: Ints, shape: tuple[int, int]) -> "Cover":
        """Build the table from pairs (site, place); a repeated pair counts once."""
        table = sp.csr_matrix((np.ones(len(site)), (site, place)), shape=shape)
        table.data[:] = 1.0
        table.sort_indices()
        return cls(table)

    @classmethod
    def within(cls, lat: Floats, lon: Floats, radius: float) -> "Cover":
        """Let every place be a candidate that serves all places within a radius in metres.

        Raises:
            InputError: If the radius is not a positive number.
        """
        if not radius > 0:
            raise InputError("connect-radius", found=radius)
        site, place, _ = pairs_within(lat, lon, lat, lon, radius)
        return cls.from_pairs(site, place, (len(lat), len(lat)))

    @property
    def sites(self) -> int:
        """Count the candidate sites."""
        return int(self.table.shape[0])

    @property
    def places(self) -> int:
        """Count the places to be served."""
        return int(self.table.shape[1])

    @cached_property
    def by_site(self) -> tuple[Ints, Ints]:
        """Give the starts and the places of each site's row."""
        return self.table.indptr.astype(np.int64), self.table.indices.astype(np.int64)

    @cached_property
    def by_place(self) -> tuple[Ints, Ints]:
        """Give the starts and the sites of each place's row."""
        turned = self.table.T.tocsr()
        turned.sort_indices()
        return turned.indptr.astype(np.int64), turned.indices.astype(np.int64)

    def served(self, chosen: Ints) -> Ints:
        """Count for each place the chosen sites that serve it."""
        counts: Ints = np.asarray(self.table[chosen].sum(axis=0)).ravel().astype(np.int64)
        return counts


@dataclass(frozen=True)
class Siting:
    """A choice of sites with the proof of how far from the best it can be.

    Args:
        chosen: Places of the chosen sites in the list of candidates, ascending.
        value: What the choice reaches: weight covered, or number of sites.
        bound: What no choice can pass: above `value` when maximising, below when minimising.
        gap: |bound − value| over the larger of both, for whole counts with the bound rounded up.
    """

    chosen: Ints
    value: float
    bound: float
    gap: float
