"""Several editions on one page: which ranks really differ, whose place really changed."""

import datetime as dt

import polars as pl

from saola import __version__, charts, language
from saola.index.panel import changes, panel
from saola.index.study import Study
from saola.language import text
from saola.reports.page import Card, Drawing, Head, Listing, Page, Part, Running, compiled


def panel_pdf(
    found: dict[str, Study], names: dict[str, str], title: str, lang: str, when: dt.datetime
) -> bytes:
    """Write the page as a tagged PDF.

    Args:
        found: Studies by period, varied by the same draws.
        names: The name of each unit.
        title: The index.
        lang: The language of everything on it.
        when: Its date.
    """
    with language.use(lang):
        running = Running(title, f"Saola {__version__}")
        return compiled(panel_page(found, names, title), running, when.replace(microsecond=0))


def panel_page(found: dict[str, Study], names: dict[str, str], title: str) -> Page:
    """Compose the page in the language in use."""
    first, last = min(found), max(found)
    told = panel({last: found[last]})
    labelled = told.with_columns(
        label=pl.Series([names.get(unit, unit) for unit in told["unit"]], dtype=pl.String)
    )
    heading = text("Which ranks really differ, {period}", period=last)
    chart = charts.staircase(labelled, language.current(), title=heading)
    moved = changes(found[first], found[last])
    counts = {word: moved.filter(told=word).height for word in ("rose", "fell", "open")}
    lines = []
    for word, said in (("rose", text("Rose")), ("fell", text("Fell"))):
        mine = moved.filter(told=word)
        shown = [
            f"{names.get(row['unit'], row['unit'])} ({row['rank_from']} → {row['rank_to']})"
            for row in mine.sort((pl.col("rank_from") - pl.col("rank_to")).abs(), descending=True)
            .head(12)
            .iter_rows(named=True)
        ]
        lines.append((f"{said}: {language.number(mine.height)}", ", ".join(shown)))
    span = f"{first} – {last}"
    sentence = text(
        "Weights and means were varied alike in all editions; what is said here holds in at least "
        "95 % of the {draws} draws. It makes no claim of coverage.",
        draws=language.number(len(found[last].draws)),
    )
    table = Listing([Head(text("Change of rank, {span}", span=span)), Head(text("Units"))], lines)
    return Page(
        head=title,
        under=span,
        cards=[
            Card(text("Rose"), language.number(counts["rose"]), note=text("in 95 % of the draws")),
            Card(text("Fell"), language.number(counts["fell"]), note=text("in 95 % of the draws")),
            Card(text("Cannot be told"), language.number(counts["open"])),
        ],
        summary=[sentence],
        parts=[Part("", 3, [], Drawing.of(chart), table)],
    )
