"""The report of a run: who stands where, in what, by what method, from what data."""

import polars as pl

from saola import charts, language
from saola.frameworks import Indicator
from saola.frameworks.tree import depth_of
from saola.language import text
from saola.reports import facts, method
from saola.reports.formula import formula
from saola.reports.page import Card, Drawing, Head, Listing, Page, Part, typeset
from saola.reports.standing import in_order, shown_of, standing
from saola.reports.subject import Subject, kind_name
from saola.reports.words import named

DRAWN = 40
LISTED = 250
ROOM = 18
"""Units of a kind that a chart and a table take (the workbook has all), and that leave room for
another table or chart on the page."""


def run_pdf(subject: Subject, lang: str, *, style: str = "plain") -> bytes:
    """Write a run as a tagged PDF: rankings, pillars, method, data.

    Args:
        subject: The run and its frames.
        lang: The language of everything in it.
        style: `plain`, or `decree-30` for papers of Vietnamese offices.

    Raises:
        InputError: `report-style-unknown`.
    """
    with language.use(lang):
        return typeset(page(subject), subject, style)


def page(subject: Subject) -> Page:
    """Compose the report in the language in use."""
    parts = [part for kind in subject.kinds for part in _kind(subject, kind)]
    return Page(
        head=subject.title,
        under=language.pick(subject.framework.description),
        cards=_cards(subject),
        summary=[method.synthetic()] if subject.run.synthetic else [],
        parts=[*parts, *_method(subject), *data_notes(subject)],
    )


def _cards(subject: Subject) -> list[Card]:
    if not subject.kinds:
        return []
    kind = subject.kinds[0]
    rows = subject.ranking(kind)
    known, published = shown_of(rows)
    of = text("of {count} {kind}", count=rows.height, kind=kind_name(kind).lower())
    label = text("Units with a published score") if published else text("Units with a score")
    found = [Card(label, language.number(known.height), note=of)]
    if known.height:
        found += _middle(subject, known)
    return found


def _middle(subject: Subject, known: pl.DataFrame) -> list[Card]:
    """Say where half of the units lie, and which is first."""

    def written(value: object) -> str:
        rate = value if isinstance(value, float) else None
        return subject.scale.write(rate, language.current())

    scores = known["score"]
    ends = {"low": written(scores.quantile(0.25)), "high": written(scores.quantile(0.75))}
    spread = text("half of the units between {low} and {high}", **ends)
    best = known.row(0, named=True)
    return [
        Card(text("Median"), written(scores.median()), note=spread),
        Card(text("First"), written(best["score"]), note=best["label"]),
    ]


def _kind(subject: Subject, kind: str) -> list[Part]:
    rows = in_order(subject.ranking(kind))
    known, published = shown_of(rows)
    several = len(subject.kinds) > 1
    title = text("Ranking: {kind}", kind=kind_name(kind)) if several else text("Ranking")
    if published:
        title = text("{title}, as published", title=title)
    chart = charts.ranking(known, language.current(), scale=subject.scale, most=DRAWN)
    drawing = Drawing.of(chart, room=470)
    drawn = [Part(title, chart=drawing)] if drawing else []
    listing = Part(
        text("Table: {title}", title=title) if drawn else title,
        sentences=_more(rows.height),
        table=standing(subject, rows.head(LISTED)),
        fresh=bool(drawn) and rows.height > ROOM,
    )
    return [*drawn, listing, *_pillars(subject, kind)]


def _more(height: int) -> list[str]:
    if height <= LISTED:
        return []
    return [
        text(
            "The first {shown} of {all} units; the workbook of this run has all of them.",
            shown=LISTED,
            all=language.number(height),
        )
    ]


def _pillars(subject: Subject, kind: str) -> list[Part]:
    """Draw each unit's rate in each part right below the index."""
    items = subject.framework.children(subject.framework.root.id)
    rows = subject.ranking(kind).filter(pl.col("score").is_not_null()).head(DRAWN)
    if len(items) < 2 or rows.height < 2:
        return []
    labels = {item.id: subject.label(item.id) for item in items}
    cells = (
        subject.totals.filter(pl.col("node").is_in(list(labels)))
        .join(rows.select("unit", row="label"), on="unit")
        .with_columns(column=pl.col("node").replace_strict(labels, return_dtype=pl.String))
        .select("row", "column", "score")
    )
    title = text("Scores by pillar and unit")
    chart = charts.heat(cells, language.current(), title=title, column="Pillar")
    return [Part(title, level=3, chart=Drawing.of(chart), fresh=rows.height > ROOM)]


def _method(subject: Subject) -> list[Part]:
    """Say how the index is computed, from its framework."""
    whole = subject.points[subject.framework.root.id] or 1.0
    rows, indents, marked = [], [], []
    for place, item in enumerate(subject.shown):
        points = subject.points[item.id]
        leaf = isinstance(item, Indicator)
        rows.append([
            subject.label(item.id),
            formula(subject.framework, item) if isinstance(item, Indicator) else "",
            language.number(round(points, 2)),
            language.percent(points / whole) if item.scored else text("not scored"),
        ])  # fmt: skip
        indents.append(depth_of(subject.framework, item.id))
        if not leaf:
            marked.append(place)
    columns = [
        Head(text("Pillar or indicator"), share=1.1),
        Head(text("Rule"), share=1.3),
        Head(text("Most points"), right=True),
        Head(text("Share of the index"), right=True),
    ]
    return [
        Part(text("Method"), sentences=method.sentences(subject), fresh=True),
        Part(text("Tree and rules"), level=3, table=Listing(columns, rows, marked, indents)),
    ]


def data_notes(subject: Subject) -> list[Part]:
    """Say what the figures come from, and by what the run can be checked."""
    lines = [said for head, said in method.notes(subject)[1:3]]
    if said := _checked(subject):
        lines.append(said)
    if said := facts.same_inputs(subject):
        lines.append(said)
    return [
        Part(text("Sources and data"), sentences=lines,
             facts=[*facts.cover(subject), *facts.digests(subject)]),
    ]  # fmt: skip


def _checked(subject: Subject) -> str:
    """Count the inputs by how far they were checked."""
    if subject.observations.is_empty():
        return ""
    counts = subject.observations["check"].value_counts(sort=True)
    names = named(counts["check"], of="check")
    said = ", ".join(
        f"{names[code].lower()}: {language.number(count)}" for code, count in counts.iter_rows()
    )
    return text(
        "{count} values were read ({said}).",
        count=language.number(subject.observations.height),
        said=said,
    )
