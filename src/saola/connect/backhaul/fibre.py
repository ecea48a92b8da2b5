"""Existing fibre as read from GeoJSON or the Open Fibre Data Standard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from saola.connect.distances import EARTH_RADIUS, Floats, Ints, haversine, unit_vectors
from saola.connect.intake.columns import placed, table
from saola.errors import InputError

LIT = {"", "operational", "live", "lit", "active", "in service", "none"}
GEOGRAPHIC = ("CRS84", "4326", "4979")
TABLES = {".csv", ".xlsx", ".parquet"}
MEDIUM = "transmission_medium"
SPACING = 100.0  # metres between the points that stand for a line


@dataclass(frozen=True, eq=False)
class Fibre:
    """Lines of fibre in operation and its nodes.

    Args:
        lines: One array of (longitude, latitude) in degrees for each line, shape (points, 2).
        nodes: Access points, (longitude, latitude), shape (nodes, 2).
        left_out: Lines and nodes that are planned, under construction or dead.
    """

    lines: tuple[Floats, ...]
    nodes: Floats
    left_out: int = 0

    def length(self) -> float:
        """Measure all lines together, in metres."""
        return float(sum(_steps(line).sum() for line in self.lines))

    def points(self, spacing: float = SPACING) -> Floats:
        """Place points along the lines at most `spacing` metres apart, and at the nodes.

        Returns:
            (longitude, latitude) in degrees, shape (points, 2).
        """
        parts = [densified(line, spacing) for line in self.lines]
        return np.concatenate([*parts, self.nodes]) if parts or len(self.nodes) else self.nodes

    def pieces(self, tolerance: float = 500.0) -> Ints:
        """Number the pieces of the network: lines whose ends or nodes meet within a tolerance.

        A country's map is often in pieces because links were not drawn. Every piece counts as
        lit; the number of pieces is shown so that a planner can see what was assumed.

        Args:
            tolerance: Metres within which two lines meet.

        Returns:
            The piece of each line, shape (lines,).
        """
        if not self.lines:
            return np.zeros(0, dtype=np.int64)
        owner = np.repeat(np.arange(len(self.lines)), [len(line) for line in self.lines])
        every = np.concatenate(self.lines)
        tree = cKDTree(unit_vectors(every[:, 1], every[:, 0]))
        met = tree.query_pairs(tolerance / EARTH_RADIUS, output_type="ndarray")
        links = sp.coo_matrix(
            (np.ones(len(met)), (owner[met[:, 0]], owner[met[:, 1]])),
            shape=(len(self.lines), len(self.lines)),
        )
        _, label = connected_components(links, directed=False)
        return np.asarray(label, dtype=np.int64)


def _steps(line: Floats) -> Floats:
    return haversine(line[:-1, 1], line[:-1, 0], line[1:, 1], line[1:, 0])


def densified(line: Floats, spacing: float) -> Floats:
    """Put points on a line, evenly inside each of its segments.

    Args:
        line: (longitude, latitude), shape (points, 2).
        spacing: The most metres between two points.
    """
    parts = np.maximum(1, np.ceil(_steps(line) / spacing)).astype(np.int64)
    first = np.repeat(np.arange(len(parts)), parts)
    share = np.concatenate([np.arange(count) / count for count in parts])[:, None]
    along: Floats = line[first] * (1 - share) + line[first + 1] * share
    return np.concatenate((along, line[-1:]))


def read(path: Path) -> Fibre:
    """Read fibre: GeoJSON, a network package of the Open Fibre Data Standard, or a table of nodes.

    A table has `lat, lon` as ITU's platform has its transmission nodes; where it says
    `transmission_medium`, only nodes of fibre count. Lines and nodes with a status other than
    operational are left out and counted.

    Raises:
        InputError: If the file is not JSON of either form, holds no line and no node, or its
            coordinates are not longitude and latitude in degrees (WGS 84).

    Source: RFC 7946 (GeoJSON); Open Fibre Data Standard 0.3, network package.
    """
    if path.suffix.lower() in TABLES:
        return _nodes(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError("connect-not-json", where=path.name, found=error) from error
    lines: list[Floats] = []
    nodes: list[tuple[float, float]] = []
    left_out = 0
    for geometry, status in _features(content, path.name):
        if status.strip().lower() not in LIT:
            left_out += 1
            continue
        _collect(geometry, lines, nodes)
    fibre = Fibre(tuple(lines), np.array(nodes, dtype=np.float64).reshape(-1, 2), left_out)
    _check(fibre, path.name)
    return fibre


def _nodes(path: Path) -> Fibre:
    """Read access points from a table."""
    found = table(path)
    if MEDIUM in found.columns:
        said = pl.col(MEDIUM).str.to_lowercase()
        found = found.with_columns(lit=said.str.contains("fib") | said.is_in(sorted(LIT)))
    else:
        found = found.with_columns(lit=pl.lit(value=True))
    lat, lon = placed(found, path.name)
    lit = found["lit"].fill_null(value=True).to_numpy() & np.isfinite(lat) & np.isfinite(lon)
    fibre = Fibre((), np.column_stack((lon, lat))[lit], int((~lit).sum()))
    _check(fibre, path.name)
    return fibre


def _features(content: Any, where: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Give every geometry with its status, whatever the form of the file."""
    if not isinstance(content, dict) or not ({"features", "networks"} & content.keys()):
        raise InputError("connect-not-fibre", where=where, found=type(content).__name__)
    name = str(content.get("crs", {}).get("properties", {}).get("name", "CRS84"))
    if not name.endswith(GEOGRAPHIC):
        raise InputError("connect-projection", where=where, found=name)
    for feature in content.get("features", []):
        told = feature.get("properties") or {}
        yield feature.get("geometry") or {}, str(told.get("status") or told.get("node_status"))
    for network in content.get("networks", []):
        for node in network.get("nodes", []):
            yield node.get("location") or {}, str(node.get("status") or "")
        for span in network.get("spans", []):
            if "fibre" in (span.get("transmissionMedium") or ["fibre"]):
                yield span.get("route") or {}, str(span.get("status") or "")


def _collect(
    geometry: dict[str, Any], lines: list[Floats], nodes: list[tuple[float, float]]
) -> None:
    kind, points = geometry.get("type"), geometry.get("coordinates") or []
    parts = {"LineString": [points], "MultiLineString": points}.get(str(kind), [])
    lines.extend(
        np.array([point[:2] for point in part], dtype=np.float64) for part in parts if len(part) > 1
    )
    if kind == "Point" and len(points) >= 2:
        nodes.append((float(points[0]), float(points[1])))


def _check(fibre: Fibre, where: str) -> None:
    every = [*fibre.lines, fibre.nodes]
    if not any(len(part) for part in every):
        raise InputError("connect-not-fibre", where=where, found=0)
    all_points = np.concatenate(every)
    wrong = ~(np.abs(all_points) <= np.array([180.0, 90.0])).all(axis=1)
    if wrong.any():
        raise InputError("connect-projection", where=where, found=all_points[wrong][0].tolist())
