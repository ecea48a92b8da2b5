"""An edition on older data: what it would have said, where its inputs existed then."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.frameworks import Framework, rates, score
from saola.frameworks.cube import inputs_of
from saola.frameworks.ranking import rank
from saola.index.compare import agreement
from saola.index.table import Flags, Floats
from saola.periods import Period

BACKCAST = {
    "period": pl.String, "unit": pl.String, "known": pl.Float64, "score": pl.Float64,
    "rank": pl.Int64, "edition": pl.String, "score_then": pl.Float64, "rank_then": pl.Int64,
}  # fmt: skip
ABSENT = {"period": pl.String, "indicator": pl.String, "share": pl.Float64}
LEAST = 2 / 3


@dataclass(frozen=True)
class Backcast:
    """What an edition says of older data.

    Args:
        scores: One row a period and unit, in the schema `BACKCAST`: the share of the edition's
            points that could be scored, score and rank under the edition, and those under the
            edition of that time.
        absent: The indicators that no unit has in a period, with their share of the points, in the
            schema `ABSENT`.
    """

    scores: pl.DataFrame
    absent: pl.DataFrame

    def agreement(self) -> pl.DataFrame:
        """Say for each period how far the ranks agree with those of its own edition.

        Returns:
            `period`, then the schema `saola.index.compare.AGREEMENT`.
        """
        frames = []
        for (period,), rows in self.scores.group_by("period", maintain_order=True):
            told = rows.select("unit", **{"rank:backcast": "rank", "rank:then": "rank_then"})
            if told.drop_nulls().height > 1:
                frames.append(
                    agreement(told).select(pl.lit(period).alias("period"), pl.all())
                )  # fmt: skip
        return pl.concat(frames) if frames else pl.DataFrame(schema={"period": pl.String})


def backcast(
    edition: Framework,
    observations: pl.DataFrame,
    editions: Iterable[Framework] = (),
    least: float = LEAST,
) -> Backcast:
    """Score older data by an edition, with the indicators whose inputs existed then.

    An indicator that no unit has in a period is left out of that period, for all alike; one that a
    single unit lacks is treated as the edition says. A unit whose known indicators carry less than
    `least` of the points has no score.

    Args:
        edition: The edition.
        observations: Current values of any periods, one row a key.
        editions: Editions to compare with; of the same index, each for the periods it is valid in.
        least: The least share of the points, in (0, 1].

    Raises:
        InputError: If `least` is no share, or none of the edition's inputs is in the observations.
    """
    if not 0 < least <= 1:
        raise InputError("index-share", where="backcast", found=least)
    rows = observations.filter(pl.col("indicator").is_in(inputs_of(edition)))
    if rows.is_empty():
        raise InputError("index-nothing-left", where="backcast", found=edition.id)
    others = [each for each in editions if each.index == edition.index and each.id != edition.id]
    scores, absent = [], []
    for period in sorted(rows["period"].unique().to_list()):
        told, gone = _of_period(edition, rows.filter(pl.col("period") == period), period, least)
        then = _then(others, observations.filter(pl.col("period") == period), period)
        joined = told.join(then, on="unit", how="left", maintain_order="left")
        scores.append(joined.select(*BACKCAST).cast(dict(BACKCAST)))  # type: ignore[arg-type]  # a schema by name
        absent.append(gone)
    return Backcast(pl.concat(scores), pl.concat(absent))


def _of_period(
    edition: Framework, rows: pl.DataFrame, period: str, least: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = rates(edition, rows)
    leaves = found.leaves[:, 0, 0]
    points = found.points[edition.nodes.index(edition.root)]
    share = points / points.sum()
    gone = np.asarray(np.isnan(leaves).all(axis=1))
    known = share @ (~np.isnan(leaves))
    column = _scored(edition, leaves, share, gone)
    column[known < least - 1e-12] = np.nan
    ranked = rank(column, tie="dense" if edition.tie == "dense" else "competition")
    units = found.cube.units
    told = pl.DataFrame(
        {"period": period, "unit": units, "known": known, "score": column, "rank": ranked}
    ).with_columns(pl.col("score", "rank").fill_nan(None))
    codes = [each.id for each, is_gone in zip(edition.indicators, gone, strict=True) if is_gone]
    columns = {"period": [period] * len(codes), "indicator": codes, "share": share[gone]}
    return told.sort("rank", "unit", nulls_last=True), pl.DataFrame(columns, schema=ABSENT)


def _scored(edition: Framework, leaves: Floats, share: Floats, gone: Flags) -> Floats:
    """Give the mean of what is left, weighted as the edition weighs it."""
    kept = share * ~gone
    missing = np.isnan(leaves)
    earned = kept @ np.nan_to_num(leaves)
    counted = kept @ ~missing if edition.missing == "skip" else np.full(len(earned), kept.sum())
    column = np.divide(earned, counted, out=np.full(len(earned), np.nan), where=counted > 0)
    void = (missing & (kept > 0)[:, None]).any(axis=0)
    if edition.missing == "null":
        column[void] = np.nan
    column[missing.all(axis=0)] = np.nan
    found: Floats = column
    return found


def _then(editions: list[Framework], rows: pl.DataFrame, period: str) -> pl.DataFrame:
    """Give the scores by the edition that was valid then; nothing where none was."""
    schema = {"unit": pl.String, "edition": pl.String, "score_then": pl.Float64,
              "rank_then": pl.Int64}  # fmt: skip
    for edition in editions:
        if not edition.covers(Period.parse(period)):
            continue
        top = (pl.col("node") == edition.root.id) & (pl.col("field") == pl.col("field").first())
        told = score(edition, rows).filter(top)
        return told.select(
            "unit",
            edition=pl.lit(edition.id),
            score_then="score",
            rank_then=pl.col("rank").cast(pl.Int64),
        )
    return pl.DataFrame(schema=schema)
