"""Figures quoted from publications, shipped with their sources."""

from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from saola.observations.table import SCHEMA, frame


@cache
def names() -> tuple[str, ...]:
    """Name the tables of quoted figures."""
    return tuple(sorted(file.stem for file in _folder().glob("*.csv")))


def facts(name: str) -> pl.DataFrame:
    """Read a table of quoted figures as observations; each row names its publication.

    Args:
        name: One of `names()`, such as `vnm-dti` or `asean-egdi`.
    """
    path = _folder() / f"{name}.csv"
    return frame(pl.read_csv(path, schema_overrides={key: SCHEMA[key] for key in _READ}))


_READ = ("indicator", "unit", "period", "field", "breakdown", "value", "status", "check", "source")


def _folder() -> Path:
    return Path(str(resources.files("saola") / "data" / "facts"))
