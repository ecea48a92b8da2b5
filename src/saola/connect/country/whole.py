"""The regions of a country put together: its tables, one row a region, totals and the gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from saola import language
from saola.connect.country.run import Done
from saola.connect.outcome import TABLES, Outcome
from saola.language import text

SITES = ("site", "origin", "to")


@dataclass(frozen=True, eq=False)
class Whole:
    """A country, planned.

    Attributes:
        tables: Those of a plan, each with a column `region`; sites carry the region's name. Each
            commune has its region's `gap`.
        regions: One row a region: people, cost, bound, gap, from whom it borrows and what it saves.
        sentences: `region, unit, vi, en, fr`.
        fibre: Points of the fibre of today: `lat, lon`.
        phases: `region, site, year`.
        aside: Rows that cannot be used, with the reason.
        notes: What was assumed, each naming the region.
        slugs: The regions' names in names of files, by region.
    """

    tables: Outcome
    regions: pl.DataFrame
    sentences: pl.DataFrame
    fibre: pl.DataFrame
    phases: pl.DataFrame
    aside: pl.DataFrame
    notes: tuple[str, ...]
    slugs: dict[str, str]


def whole(found: Sequence[Done], aside: pl.DataFrame | None = None) -> Whole:
    """Put the regions of a country together.

    Args:
        found: The regions.
        aside: Rows of the settlements that belong to no region.
    """
    tables = {
        name: _joined(found, [getattr(one.planned.tables, name) for one in found])
        for name in TABLES
    }
    regions = pl.DataFrame([_row(one) for one in found], infer_schema_length=None)
    said = _joined(found, [one.planned.sentences for one in found])
    now = said.select("region", "unit", sentence=language.current())  # kept ones may be in another
    tables["communes"] = (
        tables["communes"].drop("sentence")
        .join(regions.select("region", "gap"), on="region", maintain_order="left")
        .join(now, on=("region", "unit"), maintain_order="left")
    )  # fmt: skip
    left = [one for one in (aside, *(done.aside for done in found)) if one is not None]
    return Whole(
        Outcome(**tables, totals=_totals(found, regions)),
        regions,
        said,
        pl.concat([one.planned.fibre for one in found]).unique(maintain_order=True),
        _joined(found, [one.planned.phases for one in found]),
        pl.concat(left, how="diagonal_relaxed") if left else pl.DataFrame(),
        tuple(
            text("{region}: {note}", region=one.name, note=note)
            for one in found
            for note in one.notes
        ),
        {one.name: one.slug for one in found},
    )


def _joined(found: Sequence[Done], frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put frames of regions under each other, with the region and its name on every site."""
    parts = [
        _named(frame, one.slug).insert_column(0, pl.lit(one.name).alias("region"))
        for one, frame in zip(found, frames, strict=True)
        if frame.width
    ]
    return pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()


def _named(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Put a region's name before its sites, of which every region has an S0001."""
    sites = [one for one in SITES if one in frame.columns]
    own = pl.col(sites).str.starts_with("S")
    return frame.with_columns(
        pl.when(own).then(pl.lit(f"{name}-") + pl.col(sites)).otherwise(pl.col(sites)).name.keep()
    ) if sites else frame  # fmt: skip


def _row(one: Done) -> dict[str, Any]:
    totals = one.planned.tables.totals
    kept = ("people", "before", "connected", "cost", "cost_a_person", "bound", "gap", "subsidy")
    return {
        "region": one.name,
        "communes": one.planned.tables.communes.height,
        **{name: totals[name] for name in kept},
        "borrows_from": one.lender,
        "saved": one.saved,
    }


def _totals(found: Sequence[Done], regions: pl.DataFrame) -> dict[str, Any]:
    """Sum the totals of the regions as those of one plan."""
    summed = ("people", "before", "connected", "cost", "bound", "subsidy", "saved")
    total = {name: float(regions[name].sum()) for name in summed}
    cost, new = total["cost"], total["connected"] - total["before"]
    each = [one.planned.tables.totals for one in found]
    rules = {
        name: None if any(one["rules"].get(name, 0.0) is None for one in each) else float(
            sum(one["rules"].get(name, 0.0) for one in each)
        )
        for name in {name: None for one in each for name in one["rules"]}
    }  # fmt: skip
    return total | {
        "gap": (cost - total["bound"]) / cost if cost else 0.0,
        "cost_a_person": cost / max(new, 1.0),
        "rules": rules,
        "saving": {
            name: (value - cost) / value if value else None for name, value in rules.items()
        },
        "price_year": each[0]["price_year"],
        "regions": len(found),
        "communes": int(regions["communes"].sum()),
        "joins": int((regions["borrows_from"] != "").sum()),
    }
