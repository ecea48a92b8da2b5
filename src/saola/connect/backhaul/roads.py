"""Roads as the ways along which fibre is laid: a graph, and trenches over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from saola.connect.backhaul.fibre import densified
from saola.connect.distances import Floats, Ints, haversine, pairs_within, unit_vectors
from saola.errors import InputError
from saola.units import shapes

SPACING = 250.0  # metres between the points at which a road may be left
DIGITS = 5  # of degrees, about a metre, within which two roads meet
NEARBY = 1e-3  # metres that stand for no distance: a sparse graph drops zeros
LEAVE_M = 5000.0  # how far a point may lie from where its trench leaves the road
AT_ONCE = 64  # sources of one search


@dataclass(frozen=True, eq=False)
class Roads:
    """A network of roads.

    Attributes:
        point: (longitude, latitude) of its vertices, shape (n, 2).
        graph: Metres between neighbours, symmetric, shape (n, n).
    """

    point: Floats
    graph: Any

    def nearest(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        """Give the vertex nearest to each point and the metres to it."""
        tree = cKDTree(unit_vectors(self.point[:, 1], self.point[:, 0]))
        _, at = tree.query(unit_vectors(lat, lon))
        metres = haversine(lat, lon, self.point[at, 1], self.point[at, 0])
        return at.astype(np.int64), np.maximum(metres, NEARBY)

    def joined(self, lat: Floats, lon: Floats, open_: float) -> Any:
        """Join points to the roads: to every vertex within 5 km, and to the nearest.

        Args:
            lat: Latitudes, degrees, shape (points,).
            lon: Longitudes.
            open_: What a metre beside the roads counts for, in metres of road.

        Returns:
            The graph with every point twice behind the n vertices, first as an end, then as a
            beginning, so that no way leads through a third point.
        """
        near, metres = self.nearest(lat, lon)
        point, at, spur = pairs_within(lat, lon, self.point[:, 1], self.point[:, 0], LEAVE_M)
        point, at = np.concatenate((point, np.arange(len(lat)))), np.concatenate((at, near))
        spur = np.maximum(np.concatenate((spur, metres)), NEARBY)
        ends = np.unique(np.column_stack((point, at)), axis=0, return_index=True)[1]
        spurs = sp.csr_matrix(
            (open_ * spur[ends], (point[ends], at[ends])), shape=(len(lat), len(self.point))
        )
        none = sp.csr_matrix((len(lat), len(lat)))
        parts = [[self.graph, spurs.T, None], [None, none, none], [spurs, None, none]]
        return sp.bmat(parts).tocsr()

    def to_fibre(
        self, lat: Floats, lon: Floats, fibre: Floats, open_: float
    ) -> tuple[Ints, Floats]:
        """Find the cheapest way along roads from points to the existing fibre.

        Args:
            lat: Latitudes, degrees.
            lon: Longitudes.
            fibre: Points of the existing fibre, (longitude, latitude), shape (f, 2).
            open_: What a metre beside the roads counts for, in metres of road.

        Returns:
            The point of the fibre each begins at, and the metres of road it counts for; inf
            where no road leads to fibre.
        """
        graph = self.joined(lat, lon, open_)
        count, f = graph.shape[0], len(fibre)
        at, spur = self.nearest(fibre[:, 1], fibre[:, 0])
        ends = sp.csr_matrix((open_ * spur, (np.arange(f), at)), shape=(f, count))
        whole = sp.bmat([[graph, None], [ends, sp.csr_matrix((f, f))]]).tocsr()
        far, _, source = dijkstra(
            whole, indices=np.arange(count, count + f), min_only=True, return_predecessors=True
        )
        own = slice(len(self.point), len(self.point) + len(lat))
        return np.maximum(source[own] - count, 0).astype(np.int64), far[own]

    def between(
        self, place: tuple[Floats, Floats], pairs: tuple[Ints, Ints], open_: float, most: float
    ) -> Floats:
        """Measure the cheapest way along roads between pairs of points.

        Args:
            place: Latitudes and longitudes of the points, shape (points,) each.
            pairs: The points each pair begins and ends at, shape (pairs,) each.
            open_: What a metre beside the roads counts for.
            most: Beyond so many metres no way is sought.

        Returns:
            Metres of road each counts for, inf where none is found.
        """
        graph, end = self.joined(*place, open_), len(self.point)
        start = end + len(place[0])
        found = np.full(len(pairs[0]), np.inf)
        sources, row = np.unique(pairs[0], return_inverse=True)
        for begin in range(0, len(sources), AT_ONCE):
            table = dijkstra(graph, indices=start + sources[begin : begin + AT_ONCE], limit=most)
            mine = np.flatnonzero((row >= begin) & (row < begin + AT_ONCE))
            found[mine] = table[row[mine] - begin, end + pairs[1][mine]]
        return found

    def way(self, start: Floats, end: Floats, open_: float) -> Floats:
        """Trace the cheapest way between two points, along roads or straight across.

        Args:
            start: (longitude, latitude).
            end: The same.
            open_: What a metre beside the roads counts for.

        Returns:
            (longitude, latitude) along it, both ends included, shape (points, 2).
        """
        both, count = np.array([start, end]), len(self.point)
        straight = open_ * float(haversine(both[:1, 1], both[:1, 0], both[1:, 1], both[1:, 0])[0])
        graph = self.joined(both[:, 1], both[:, 0], open_)
        first, last = count + 2, count + 1
        far, back = dijkstra(graph, indices=first, limit=straight, return_predecessors=True)
        if far[last] >= straight:
            return both
        path = [last]
        while path[-1] != first:
            path.append(int(back[path[-1]]))
        along: Floats = np.concatenate((self.point, both, both))[path[::-1]]
        return along


def read_roads(path: Path, bounds: tuple[float, float, float, float]) -> Roads:
    """Read roads from lines; roads that share a point meet there.

    Args:
        path: GeoJSON or GeoPackage, WGS 84.
        bounds: West, south, east, north; what lies beyond is left out.

    Raises:
        InputError: If the file holds no line, its coordinates are not degrees, or no road lies
            within the bounds.
    """
    lines = list(_lines(path))
    if not lines:
        raise InputError("connect-no-road", where=path.name, found=0)
    every = np.concatenate(lines)
    wrong = ~(np.abs(every) <= np.array([180.0, 90.0])).all(axis=1)
    if wrong.any():
        raise InputError("connect-projection", where=path.name, found=every[wrong][0].tolist())
    west, south, east, north = bounds
    near = [
        densified(line, SPACING)
        for line in lines
        if ((line >= [west, south]) & (line <= [east, north])).all(axis=1).any()
    ]
    if not near:
        raise InputError("connect-no-road", where=path.name, found=len(lines))
    return _joined(near)


def _lines(path: Path) -> Iterator[Floats]:
    for one in shapes.read(path):
        shape = one.geometry
        for part in getattr(shape, "geoms", [shape] if shape is not None else []):
            if part.geom_type == "LineString" and len(part.coords) > 1:
                yield np.array([point[:2] for point in part.coords], dtype=np.float64)


def _joined(lines: list[Floats]) -> Roads:
    """Make one graph of lines; ends of different lines at the same place are one vertex."""
    point, place = np.unique(np.concatenate(lines).round(DIGITS), axis=0, return_inverse=True)
    last = np.cumsum([len(line) for line in lines])
    inner = np.ones(last[-1], dtype=bool)
    inner[last - 1] = False
    a, b = place[np.flatnonzero(inner)], place[np.flatnonzero(inner) + 1]
    pair = np.unique(np.sort(np.column_stack((a, b)), axis=1), axis=0)
    pair = pair[pair[:, 0] != pair[:, 1]]
    a, b = pair[:, 0], pair[:, 1]
    metres = np.maximum(haversine(point[a, 1], point[a, 0], point[b, 1], point[b, 0]), NEARBY)
    shape = (len(point), len(point))
    graph = sp.csr_matrix(
        (np.tile(metres, 2), (np.concatenate((a, b)), np.concatenate((b, a)))), shape=shape
    )
    return Roads(point, graph)
