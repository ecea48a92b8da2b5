"""Values that can hardly be right: they are kept and counted as given, but somebody should look."""

from collections.abc import Iterable, Iterator

import polars as pl

from saola.frameworks.model import Framework
from saola.frameworks.rules.base import Rule
from saola.frameworks.rules.kinds import Gap, Measured, Parts, Ratio

_AT = ("unit", "period", "field", "breakdown")
DOUBTS = pl.Schema(
    {name: pl.String() for name in ("kind", *_AT, "code", "beside")}
    | {"found": pl.Float64(), "other": pl.Float64()}
)
LEAST = 1 / 3  # of the points; communes, which do a part of what provinces do, have over half
# Published values have four places: a sum of rounded parts may differ by one of the last.
_PLACES = 1e-4 + 1e-9


def implausible(rows: pl.DataFrame, editions: Iterable[Framework]) -> pl.DataFrame:
    """Find values that no correct report holds, by what the rules of editions say of their inputs.

    Args:
        rows: Observations.
        editions: The frameworks that may read them.

    Returns:
        Frame of schema `DOUBTS`, one row a doubt. `kind` is `negative` (a count below zero),
        `outside` (a rate on the scale 0..1 that is not on it) or `part` (`code`, a part of
        `beside`, is larger than it).
    """
    known = list(editions)
    rates = {code for each in known for code in _rates(each)}
    counts = {code for each in known for code in each.input_of} - rates
    pairs = sorted({pair for each in known for pair in _parts(each)})
    value, code = pl.col("value"), pl.col("indicator")
    negative = rows.filter(code.is_in(sorted(counts - _signed(known))) & (value < 0))
    outside = rows.filter(code.is_in(sorted(rates)) & ~value.is_between(0, 1))
    found = [_laid("negative", negative), _laid("outside", outside), _larger(rows, pairs)]
    return pl.concat(found).sort("kind", *_AT, "code", "beside")


def misprints(scores: pl.DataFrame) -> pl.DataFrame:
    """Find published values that their own published parts do not give.

    Args:
        scores: Schema `saola.frameworks.SCORES`. A published zero stands for no value, as in the
            United Nations' tables.

    Returns:
        Frame of schema `DOUBTS` of the kind `published`: `found` as published, `other` as computed.
    """
    published, computed = pl.col("published_score"), pl.col("score")
    off = scores.filter((published > 0) & ((published - computed).abs() > _PLACES))
    named = off.select(
        *("unit", "period", "field", "node"), found="published_score", other="score"
    ).rename({"node": "code"})
    return _laid("published", named).sort(*_AT, "code")


def thin(scores: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """Find the scores that rest on few figures, where what is missing is left out of a score.

    Args:
        scores: Schema `saola.frameworks.SCORES`.
        framework: The edition.

    Returns:
        `unit, period, share`: the share of the points that have a figure, where it is below
        `LEAST` and not zero; nothing of an edition in which a missing indicator costs its points.
    """
    counted = [item.id for item in framework.indicators if item.scored and item.points]
    of = pl.col("node").is_in(counted) & (pl.col("field") == "_T")
    if framework.missing != "skip":
        of = pl.lit(value=False)
    known = pl.col("max_points").filter(pl.col("score").is_not_null()).sum()
    shares = scores.filter(of).group_by("unit", "period", maintain_order=True).agg(
        share=known / pl.col("max_points").sum()
    )  # fmt: skip
    return shares.filter((pl.col("share") > 0) & (pl.col("share") < LEAST))


def _laid(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Lay rows out as doubts of a kind."""
    names = {"indicator": "code", "value": "found"}
    rows = rows.rename({old: new for old, new in names.items() if old in rows.columns})
    absent = {"breakdown": pl.lit("_T"), "beside": pl.lit(""), "other": pl.lit(None, pl.Float64)}
    added = [each.alias(name) for name, each in absent.items() if name not in rows.columns]
    return rows.with_columns(pl.lit(kind).alias("kind"), *added).select(DOUBTS.names()).cast(DOUBTS)


def _larger(rows: pl.DataFrame, pairs: list[tuple[str, str]]) -> pl.DataFrame:
    """Hold each part against its whole, of the same unit, period, field and group of people."""
    schema = {"indicator": pl.String, "beside": pl.String}
    table = pl.DataFrame(pairs, schema=schema, orient="row")
    values = rows.select("indicator", *_AT, "value").drop_nulls("value")
    whole = values.rename({"indicator": "beside", "value": "other"})
    both = values.join(table, on="indicator").join(whole, on=["beside", *_AT])
    return _laid("part", both.filter(pl.col("value") > pl.col("other")))


def _rules(edition: Framework) -> Iterator[Rule]:
    for indicator in edition.indicators:
        inner = indicator.rule
        yield from (rule for _, rule in inner.parts) if isinstance(inner, Parts) else (inner,)


def _rates(edition: Framework) -> Iterator[str]:
    """Name the inputs that are rates from 0 to 1."""
    for rule in _rules(edition):
        if isinstance(rule, Measured) and (rule.low, rule.high) == (0.0, 1.0):
            yield rule.value.code


def _signed(editions: Iterable[Framework]) -> set[str]:
    """Name the inputs that may be below zero: measured between goalposts of their own."""
    rules = (rule for each in editions for rule in _rules(each))
    return {rule.value.code for rule in rules if isinstance(rule, Measured)}


def _parts(edition: Framework) -> Iterator[tuple[str, str]]:
    """Pair the inputs of which one is a part of the other: shares of one thing, of 1 at most."""
    for rule in _rules(edition):
        if not isinstance(rule, Ratio | Gap) or getattr(rule, "target", 1.0) > 1:
            continue
        part, whole = (edition.input_of[each.code] for each in (rule.a, rule.b))
        if part.unit == whole.unit and rule.a.breakdown == rule.b.breakdown:
            yield part.id, whole.id
