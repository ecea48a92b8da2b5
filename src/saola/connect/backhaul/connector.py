"""The shortest fibre that joins every point to the existing network."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError, cKDTree

from saola.connect.distances import Floats, Ints, haversine, unit_vectors

COINCIDENT = 1e-6  # metres that stand for no distance: a sparse graph drops zeros


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree of new fibre, hung on the existing network.

    Args:
        parent: For each point the point it is reached from, −1 for the existing fibre.
        length: Metres of the edge to the parent.
        entry: Place, in the points of the existing fibre, of the nearest one to each point.
    """

    parent: Ints
    length: Floats
    entry: Ints

    @property
    def total(self) -> float:
        """Measure the whole tree, in metres."""
        return float(self.length.sum())


def candidate_edges(lat: Floats, lon: Floats) -> tuple[Ints, Ints, Floats]:
    """List the edges of the Delaunay triangulation, which hold the plane's minimum tree.

    Args:
        lat: Latitudes in degrees, shape (points,).
        lon: Longitudes in degrees.

    Returns:
        First ends, second ends, lengths in metres. Coincident points form a chain of length 0.

    Source: Shamos and Hoey (1975), the Euclidean minimum spanning tree lies in the Delaunay
    triangulation; here on the plane carrée scaled at the middle latitude.
    """
    flat = np.column_stack((lon * np.cos(np.radians(lat.mean())), lat))
    distinct, first, same = np.unique(flat, axis=0, return_index=True, return_inverse=True)
    ends = _triangulated(distinct)
    order = np.argsort(same, kind="stable")
    chain = np.flatnonzero(np.diff(same[order]) == 0)
    a = np.concatenate((first[ends[:, 0]], order[chain]))
    b = np.concatenate((first[ends[:, 1]], order[chain + 1]))
    return a, b, haversine(lat[a], lon[a], lat[b], lon[b])


def _triangulated(points: Floats) -> Ints:
    """Give the distinct edges of a triangulation; of few or aligned points, their sequence."""
    try:
        corners = Delaunay(points).simplices if len(points) > 2 else np.zeros((0, 3), np.int64)
    except QhullError:
        corners = np.zeros((0, 3), np.int64)
    if not len(corners):
        order = np.lexsort(points.T)
        return np.column_stack((order[:-1], order[1:]))
    pairs = np.sort(np.concatenate((corners[:, :2], corners[:, 1:], corners[:, ::2])), axis=1)
    return np.unique(pairs, axis=0).astype(np.int64)


def nearest(lat: Floats, lon: Floats, fibre: Floats) -> tuple[Ints, Floats]:
    """Find for each point the nearest point of the existing fibre and its distance in metres."""
    tree = cKDTree(unit_vectors(fibre[:, 1], fibre[:, 0]))
    _, entry = tree.query(unit_vectors(lat, lon))
    return entry.astype(np.int64), haversine(lat, lon, fibre[entry, 1], fibre[entry, 0])


def connect(lat: Floats, lon: Floats, fibre: Floats) -> Tree:
    """Join every point to the existing fibre with the least length.

    The candidate graph has the Delaunay edges between the points and, for each point, one edge
    to the nearest fibre; on this graph the tree is a minimum spanning tree.

    Args:
        lat: Latitudes in degrees, shape (points,).
        lon: Longitudes in degrees.
        fibre: Points of the existing fibre, (longitude, latitude), shape (f, 2), f ≥ 1.
    """
    count = len(lat)
    entry, access = nearest(lat, lon, fibre)
    a, b, metres = candidate_edges(lat, lon) if count > 1 else (entry[:0], entry[:0], access[:0])
    graph: Any = sp.csr_matrix(
        (
            np.maximum(np.concatenate((metres, access)), COINCIDENT),
            (
                np.concatenate((a, np.arange(count))),
                np.concatenate((b, np.full(count, count))),
            ),
        ),
        shape=(count + 1, count + 1),
    )
    spanning = minimum_spanning_tree(graph)
    _, parent = breadth_first_order(spanning, count, directed=False)
    parent = parent[:count].astype(np.int64)
    root = parent == count
    length = haversine(lat, lon, lat[parent % count], lon[parent % count])
    return Tree(np.where(root, -1, parent), np.where(root, access, length), entry)
