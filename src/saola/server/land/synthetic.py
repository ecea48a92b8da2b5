"""Invented files of parcels for the land register, with faulty rows among them."""

import numpy as np
import polars as pl

from saola.cadastre import synthetic, wkb
from saola.linkage.synthetic import draw_names

FAULTS = ("no-sheet", "geometry", "land_type", "share", "holder_number", "epsg", "key-twice")


def parcels(
    count: int,
    *,
    seed: int,
    faulty: float = 0.10,
    commune: str = "XSA.C.00001",
    shapes: synthetic.Faults | None = None,
    origin: tuple[float, float] = synthetic.ORIGIN,
) -> pl.DataFrame:
    """Invent a file of parcels of one commune for an intake.

    Args:
        count: How many rows, at least 9; rounded up to a rectangle of parcels.
        seed: The same seed gives the same file.
        faulty: Share of rows with one fault of the row, beside the planted faults of shapes.
        commune: The commune they are in.
        shapes: How many of the planted faults of shapes there are.
        origin: Their south-western corner, in metres of the zone.

    Returns:
        Text columns named as the register's fields, `fault` (of the row) and `shape_fault` (of the
        shape, which an intake lets in and a check finds); both empty for nothing.
    """
    drawn, rows = synthetic.parcels(count, seed=seed, faults=shapes, origin=origin)
    size, random = rows.height, np.random.default_rng([seed, 1])
    women = random.random(size) < 0.5
    pairs = random.random(size) < 0.3
    first, second = draw_names(women, random), draw_names(~women, random)
    number = [[f"{n:012d}" for n in random.integers(10**9, 9 * 10**10, size)] for _ in range(2)]
    serial = [f"AA {n:08d}" for n in random.integers(0, 10**8, size)]
    lone = [pl.Series("a", part, dtype=pl.String) for part in (first, number[0])]
    both = [pl.Series("b", part, dtype=pl.String) for part in (second, number[1])]
    couple = pl.lit(pl.Series(pairs))
    holder, numbers = (
        pl.when(couple).then(pl.lit(one) + ";" + pl.lit(other)).otherwise(pl.lit(one))
        for one, other in zip(lone, both, strict=True)
    )
    frame = rows.with_columns(wkb.write(drawn).bin.encode("hex").str.to_uppercase()).select(
        commune=pl.lit(commune),
        sheet=pl.col("sheet").cast(pl.String),
        number=pl.col("number").cast(pl.String),
        land_type="land_type",
        area=pl.col("area").cast(pl.String),
        epsg=pl.col("epsg").cast(pl.String),
        holder=holder,
        holder_number=numbers,
        share=pl.when(couple).then(pl.lit("1/2;1/2")).otherwise(pl.lit("1")),
        serial=pl.Series(serial),
        issued=pl.lit("2025-06-30"),
        geometry="geometry",
        shape_fault="fault",
    )
    return _spoilt(frame, random, faulty)


def _spoilt(frame: pl.DataFrame, random: np.random.Generator, faulty: float) -> pl.DataFrame:
    size = frame.height
    wrong = np.where(random.random(size) < faulty, random.choice(FAULTS, size), "")
    wrong[0] = ""  # a row before it is what the twice-used key repeats
    fault = pl.col("fault")
    changed = {
        "sheet": ("no-sheet", None),
        "geometry": ("geometry", "POLYGON((1 1"),
        "land_type": ("land_type", "XYZ"),
        "share": ("share", "2/3;2/3"),
        "holder_number": ("holder_number", "12"),
        "epsg": ("epsg", "3857"),
    }
    frame = frame.with_columns(fault=pl.Series(wrong.tolist(), dtype=pl.String)).with_columns(
        pl.when(fault == kind).then(pl.lit(value, pl.String)).otherwise(pl.col(name)).alias(name)
        for name, (kind, value) in changed.items()
    )
    again = fault == "key-twice"
    return frame.with_columns(
        pl.when(again).then(pl.col(name).first()).otherwise(pl.col(name)).alias(name)
        for name in ("sheet", "number")
    )
