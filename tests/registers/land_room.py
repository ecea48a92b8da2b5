"""What the tests of the land register share."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyogrio.raw
import shapely

from saola.server.land import models
from saola.server.land.register import register
from saola.server.registries import intake

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DAY = NOW.date()
COUNTS = ("read", "accepted", "aside", "review")
TABLES = (
    "Finding", "Lineage", "Transaction", "Certificate", "Right", "Version", "Parcel", "Unit",
    "Party", "SetAside", "Access", "Batch", "Counter", "Scan", "Mark",
)  # fmt: skip
X, Y = 560_000, 2_310_000


def now() -> dt.datetime:
    """The moment of the tests."""
    return NOW


def empty() -> None:
    """Empty the register."""
    for name in TABLES:
        getattr(models, name).objects.using("land").all().delete()


def counts() -> dict[str, int]:
    """Count the rows of each table of records."""
    return {name: getattr(models, name).objects.using("land").count() for name in TABLES[:9]}


def take(file: Path, home: Path, *, layer: str = "", **more: Any) -> Any:
    """Take a file in."""
    chosen = register(home, layer=layer)
    return intake.run(chosen, file, home=home, who="clerk", now=now, **more)


def square(column: int, line: int = 0, side: float = 10) -> Any:
    """A square of a grid, in zone 5897."""
    left, low = X + column * side, Y + line * side
    return shapely.box(left, low, left + side, low + side)


def rows(count: int, **columns: Any) -> pl.DataFrame:
    """Rows of squares beside one another, one holder each."""
    facts: dict[str, Any] = {
        "commune": "XSA.C.00001",
        "sheet": "1",
        "number": [str(place + 1) for place in range(count)],
        "land_type": "ONT",
        "epsg": "5897",
        "area": "100",
        "holder": [f"Nguyễn Thị {place}" for place in range(count)],
        "holder_number": [f"{79_085_000_000 + place:012d}" for place in range(count)],
        "serial": [f"AA {place:08d}" for place in range(count)],
        "issued": "2025-06-30",
        "geometry": [square(place).wkt for place in range(count)],
    }
    facts |= columns
    return pl.select(
        pl.Series(name, value if isinstance(value, list) else [value] * count, dtype=pl.String)
        for name, value in facts.items()
    )


def write_layer(file: Path, frame: pl.DataFrame, *, layer: str, driver: str, crs: str) -> None:
    """Write a layer of polygons; the geometry is the frame's column of WKT."""
    shapes = shapely.from_wkt(frame["geometry"].to_list())
    data = frame.drop("geometry", "epsg", strict=False)
    pyogrio.raw.write(
        file,
        np.array(shapely.to_wkb(shapes), dtype=object),
        [data[name].to_numpy().astype(object) for name in data.columns],
        np.array(data.columns, dtype=object),
        layer=layer,
        driver=driver,
        crs=crs,
        geometry_type="Polygon",
        append=file.exists(),
    )
