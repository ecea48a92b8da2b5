"""The profile of a unit: where it stands, why, where it moves, who is near."""

from typing import Any

import polars as pl

from saola import charts, language
from saola.errors import InputError
from saola.language import text
from saola.reports import headline
from saola.reports.page import Drawing, Head, Listing, Page, Part, typeset
from saola.reports.run_pages import data_notes
from saola.reports.standing import in_order, standing
from saola.reports.subject import TOTAL, Subject, kind_name
from saola.reports.words import named

NEAR = 4


def unit_pdf(subject: Subject, unit: str, lang: str, *, style: str = "plain") -> bytes:
    """Write the profile of a unit as a tagged PDF.

    Args:
        subject: The run and its frames.
        unit: Code of a unit that the run assesses.
        lang: The language of everything in it.
        style: `plain`, or `decree-30` for papers of Vietnamese offices.

    Raises:
        InputError: `report-unit-absent` or `report-style-unknown`.
    """
    with language.use(lang):
        return typeset(page(subject, unit), subject, style)


def page(subject: Subject, unit: str) -> Page:
    """Compose the profile in the language in use."""
    own = subject.totals.filter(pl.col("unit") == unit)
    if own.is_empty():
        raise InputError("report-unit-absent", found=unit, run=subject.run.id)
    kind = str(own["kind"][0])
    peers = in_order(subject.ranking(kind))
    row = peers.filter(pl.col("unit") == unit).row(0, named=True)
    series = _series(subject, row)
    return Page(
        head=row["label"],
        under=_under(subject, unit, kind),
        cards=headline.cards(subject, row, peers, series),
        summary=[headline.summary(subject, row, peers)],
        parts=[
            *_pillars(subject, own, kind),
            *_lost(subject, own),
            *_trend(subject, series),
            _near(subject, peers, unit),
            *_indicators(subject, own),
            *_fields(subject, unit),
            *data_notes(subject),
        ],
    )


def _under(subject: Subject, unit: str, kind: str) -> str:
    found = [kind_name(kind), unit]
    if unit in subject.units:
        parent = subject.units.unit(unit).parent
        found.insert(1, subject.name(parent)) if parent else None
    return " · ".join([*found, subject.title])


def _pillars(subject: Subject, own: pl.DataFrame, kind: str) -> list[Part]:
    items = subject.framework.children(subject.framework.root.id)
    rows = subject.totals.filter(pl.col("kind") == kind)
    medians = rows.group_by("node").agg(median=pl.col("score").median())
    values = own.join(medians, on="node", how="left").select("node", "score", "median")
    found = {row["node"]: row for row in values.iter_rows(named=True)}
    frame = pl.DataFrame(
        [
            {"label": subject.label(item.id), "score": found[item.id]["score"],
             "median": found[item.id]["median"]}
            for item in items if item.id in found
        ],
        schema={"label": pl.String, "score": pl.Float64, "median": pl.Float64},
    )  # fmt: skip
    title = text("Scores by pillar")
    chart = charts.pillars(frame, language.current(), title=title, scale=subject.scale)
    drawing = Drawing.of(chart)
    known = frame["score"].null_count() < frame.height
    return [Part(title, chart=drawing)] if drawing and known else []


def _leaves(subject: Subject, own: pl.DataFrame) -> pl.DataFrame:
    """Give one row an indicator in the order of the tree, with its label."""
    order = {
        item.id: place
        for place, item in enumerate(subject.shown)
        if item.id in subject.framework.indicator_of
    }
    labels = {code: subject.label(code) for code in order}
    return (
        own.filter(pl.col("node").is_in(list(order)))
        .with_columns(
            label=pl.col("node").replace_strict(labels, return_dtype=pl.String),
            _order=pl.col("node").replace_strict(order, return_dtype=pl.Int64),
        )
        .sort("_order")
        .drop("_order")
    )


def _lost(subject: Subject, own: pl.DataFrame) -> list[Part]:
    title = text("Points lost")
    scored = [each.id for each in subject.framework.indicators if each.scored]
    frame = _leaves(subject, own).filter(pl.col("node").is_in(scored))
    if frame["points"].null_count() == frame.height:
        return []
    chart = charts.lost(frame, language.current(), title=title)
    drawing = Drawing.of(chart)
    return [Part(title, chart=drawing, sentences=[] if drawing else [chart.finding])]


def _series(subject: Subject, row: dict[str, Any]) -> pl.DataFrame:
    """Give the score of the unit in every period up to the run's."""
    columns = ["period", "score", "low", "high"]
    now = pl.DataFrame([{name: row[name] for name in columns}], schema=_SERIES)
    before = subject.history.filter(pl.col("unit") == row["unit"]).select(columns)
    return pl.concat([before, now]).select(pl.lit(row["label"]).alias("series"), *columns)


_SERIES = {"period": pl.String, "score": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def _trend(subject: Subject, series: pl.DataFrame) -> list[Part]:
    if series.filter(pl.col("score").is_not_null()).height < 2:
        return []
    title = text("Over time")
    chart = charts.trend(series, language.current(), title=title, scale=subject.scale)
    return [Part(title, chart=Drawing.of(chart))]


def _near(subject: Subject, peers: pl.DataFrame, unit: str) -> Part:
    """List the units just above and below."""
    place = peers["unit"].to_list().index(unit)
    first = max(0, min(place - NEAR, peers.height - 2 * NEAR - 1))
    shown = peers.slice(first, 2 * NEAR + 1)
    return Part(text("Units near it"), table=standing(subject, shown, mark=unit))


def _fields(subject: Subject, unit: str) -> list[Part]:
    """List the scores that are counted for one field of life alone, the best first."""
    apart = (pl.col("field") != TOTAL) & (pl.col("node") == subject.framework.root.id)
    rows = subject.scores.filter(apart, pl.col("unit") == unit).drop_nulls("score")
    if rows.is_empty():
        return []
    lang = language.current()
    names = named(rows["field"], of="field")
    columns = [Head(text("Field of life"), share=1), Head(text("Score"), right=True)]
    cells = [
        [names[row["field"]], subject.scale.write(row["score"], lang)]
        for row in rows.sort("score", descending=True).iter_rows(named=True)
    ]
    return [Part(text("By field of life"), table=Listing(columns, cells))]


def _indicators(subject: Subject, own: pl.DataFrame) -> list[Part]:
    leaves = _leaves(subject, own)
    if leaves["score"].null_count() == leaves.height:
        return []
    columns = [
        Head(text("Indicator"), share=1),
        Head(text("Pillar"), share=0.7),
        Head(text("Rate"), right=True),
        Head(text("Points"), right=True),
        Head(text("Most points"), right=True),
        Head(text("Points lost"), right=True),
    ]
    rows = []
    for row in leaves.iter_rows(named=True):
        indicator = subject.framework.indicator_of[row["node"]]
        most = row["max_points"] if indicator.scored else None
        points = row["points"] if indicator.scored else None
        lost = None if points is None or most is None else most - points
        rows.append([
            row["label"],
            ", ".join(subject.label(parent) for parent in indicator.parents),
            language.percent(row["score"]),
            language.number(points, decimals=2),
            language.number(None if most is None else round(most, 2)),
            language.number(lost, decimals=2),
        ])  # fmt: skip
    return [Part(text("All indicators"), table=Listing(columns, rows))]
