"""Maxima over a profile: horizons seen from both ends, the worst edge, the greatest obstruction.

All angles come as slopes. Over an Earth of effective radius a (km) a point at distance x (km) of a
path of length D stands `500/a · x·(D − x)` metres above the chord, so the slope from an end is a
height difference over a distance plus a term linear in distance, and one number serves the horizon
angle (Attachment 1) and Bullington's edge (section 4.3.1): they differ by the constant 500·D/a.

One walk over the profile takes every maximum, with one division a point: 1/x and 1/(D − x) are
both multiples of 1/(x·(D − x)). It goes in blocks, so that the place of a maximum is looked for in
one block only.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled, compiled_loop, larger

Line = NDArray[np.float64]
LOWEST = -1e30
BLOCK = 64


class Chord(NamedTuple):
    """The straight line between the antennas, and the two Earths it is seen over.

    Attributes:
        d: Its length, km.
        hts: Transmitter, m above sea level.
        hrs: Receiver, m above sea level.
        b50: 500/a at the median Earth radius, m/km².
        bb: 500/a at the β0 Earth radius, m/km².
    """

    d: float
    hts: float
    hrs: float
    b50: float
    bb: float


class Scan(NamedTuple):
    """The steepest slopes of a profile between its ends, m/km, and two more.

    Attributes:
        bare_t: Over terrain, from the transmitter, median Earth.
        bare_r: Over terrain, from the receiver, median Earth.
        flat_t: Over terrain, from the transmitter, flat Earth.
        flat_r: Over terrain, from the receiver, flat Earth.
        above: Greatest height of terrain above the chord, m.
        cover_t: With clutter, from the transmitter, median Earth.
        cover_r: With clutter, from the receiver, median Earth.
        cover_tb: With clutter, from the transmitter, β0 Earth.
        cover_rb: With clutter, from the receiver, β0 Earth.
        block_t: First point of the block that holds `bare_t`.
        block_r: First point of the block that holds `bare_r`.
    """

    bare_t: float
    bare_r: float
    flat_t: float
    flat_r: float
    above: float
    cover_t: float
    cover_r: float
    cover_tb: float
    cover_rb: float
    block_t: int
    block_r: int


@compiled_loop
def _scan_block(x: Line, h: Line, g: Line, c: Chord, block: tuple[int, int]) -> Scan:
    bare_t = bare_r = flat_t = flat_r = above = LOWEST
    cover_t = cover_r = cover_tb = cover_rb = LOWEST
    line = (c.hrs - c.hts) / c.d
    for i in range(block[0], block[1]):
        rest = c.d - x[i]
        inverse = 1.0 / (x[i] * rest)
        from_t, from_r = rest * inverse, x[i] * inverse
        low, high = h[i] - c.hts, g[i] - c.hts
        slope_t, slope_r = low * from_t, (h[i] - c.hrs) * from_r
        flat_t, flat_r = larger(flat_t, slope_t), larger(flat_r, slope_r)
        bare_t = larger(bare_t, slope_t + c.b50 * rest)
        bare_r = larger(bare_r, slope_r + c.b50 * x[i])
        above = larger(above, low - line * x[i])
        slope_t, slope_r = high * from_t, (g[i] - c.hrs) * from_r
        cover_t = larger(cover_t, slope_t + c.b50 * rest)
        cover_r = larger(cover_r, slope_r + c.b50 * x[i])
        cover_tb = larger(cover_tb, slope_t + c.bb * rest)
        cover_rb = larger(cover_rb, slope_r + c.bb * x[i])
    return Scan(
        bare_t, bare_r, flat_t, flat_r, above,
        cover_t, cover_r, cover_tb, cover_rb, block[0], block[0],
    )  # fmt: skip


@compiled
def scan(x: Line, h: Line, g: Line, c: Chord) -> Scan:
    """Take all maxima of a profile's slopes; the ends are left out.

    Args:
        x: Distance from the transmitter, km, (n,).
        h: Terrain, m above sea level, (n,).
        g: Terrain with clutter, m, (n,).
        c: The line between the antennas.
    """
    last = x.size - 1
    a = _scan_block(x, h, g, c, (1, min(BLOCK, last)))
    for start in range(BLOCK, last, BLOCK):
        b = _scan_block(x, h, g, c, (start, min(start + BLOCK, last)))
        a = Scan(
            max(a.bare_t, b.bare_t), max(a.bare_r, b.bare_r),
            max(a.flat_t, b.flat_t), max(a.flat_r, b.flat_r), max(a.above, b.above),
            max(a.cover_t, b.cover_t), max(a.cover_r, b.cover_r),
            max(a.cover_tb, b.cover_tb), max(a.cover_rb, b.cover_rb),
            b.block_t if b.bare_t > a.bare_t else a.block_t,
            b.block_r if b.bare_r > a.bare_r else a.block_r,
        )  # fmt: skip
    return a


@compiled
def steepest_from_transmitter(x: Line, h: Line, c: Chord, start: int) -> int:
    """Give the index of the first steepest point in the block that begins at `start`."""
    best, where = LOWEST, start
    for i in range(start, min(start - start % BLOCK + BLOCK, x.size - 1)):
        slope = (h[i] - c.hts) / x[i] + c.b50 * (c.d - x[i])
        if slope > best:
            best, where = slope, i
    return where


@compiled
def steepest_from_receiver(x: Line, h: Line, c: Chord, start: int) -> int:
    """Give the index of the first point steepest from the receiver, as the one above does."""
    best, where = LOWEST, start
    for i in range(start, min(start - start % BLOCK + BLOCK, x.size - 1)):
        slope = (h[i] - c.hrs) / (c.d - x[i]) + c.b50 * x[i]
        if slope > best:
            best, where = slope, i
    return where


@compiled_loop
def _edge_block(x: Line, g: Line, c: Chord, bulge: float, block: tuple[int, int]) -> float:
    """Give the greatest ν² with the sign of ν, times λ/(0.002·D): no root a point is needed."""
    line = (c.hrs - c.hts) / c.d
    best = LOWEST
    for i in range(block[0], block[1]):
        across = x[i] * (c.d - x[i])
        over = g[i] + bulge * across - c.hts - line * x[i]
        best = larger(best, over * abs(over) / across)
    return best


@compiled
def worst_edge(x: Line, g: Line, c: Chord, bulge: float) -> float:
    """Give the greatest ν·√(λ/0.002) of a line-of-sight path, Eq (16).

    Args:
        x: Distance from the transmitter, km, (n,).
        g: Terrain with clutter, m, (n,).
        c: The line between the antennas.
        bulge: 500/a, m/km².
    """
    found = _edge_block(x, g, c, bulge, (1, x.size - 1))
    root = sqrt(abs(found) * c.d)
    return root if found > 0.0 else -root


@compiled
def where_worst_edge(x: Line, h: Line, c: Chord) -> int:
    """Give the index of the first point with the greatest ν over terrain, median Earth."""
    last = x.size - 1
    best, start = LOWEST, 1
    for first in range(0, last, BLOCK):
        begin = max(first, 1)
        edge = _edge_block(x, h, c, c.b50, (begin, min(first + BLOCK, last)))
        if edge > best:
            best, start = edge, begin
    best, where = LOWEST, start
    for i in range(start, min(start - start % BLOCK + BLOCK, last)):
        edge = _edge_block(x, h, c, c.b50, (i, i + 1))
        if edge > best:
            best, where = edge, i
    return where


@compiled_loop
def highest_above_line(x: Line, h: Line, level: float, slope: float) -> float:
    """Give the greatest height of terrain above a sloping line, m, Eq (93)."""
    best = LOWEST
    for i in range(x.size):
        best = larger(best, h[i] - level - slope * x[i])
    return best


@compiled_loop
def fitted_ends(x: Line, h: Line) -> tuple[float, float]:
    """Fit a straight line to the terrain by least squares; give its heights at both ends, m.

    Source: ITU-R P.1812-8, Attachment 1, Eqs (83) to (86).
    """
    v1 = v2 = 0.0
    for i in range(1, x.size):
        step = x[i] - x[i - 1]
        v1 += step * (h[i] + h[i - 1])
        v2 += step * (h[i] * (2.0 * x[i] + x[i - 1]) + h[i - 1] * (x[i] + 2.0 * x[i - 1]))
    d = x[x.size - 1]
    return (2.0 * v1 * d - v2) / d**2, (v2 - v1 * d) / d**2
