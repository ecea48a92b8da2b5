"""What maps of scores share, drawn as tiles or as boundaries: colours, tips, sentence, table."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, words
from saola.charts.step_legend import step_colour, step_legend


def score_map(
    kind: str,
    drawn: alt.TopLevelMixin,
    frame: pl.DataFrame,
    lang: str,
    *,
    title: str,
    scale: Scale,
) -> Chart:
    """Finish a map with its sentence and table.

    Args:
        kind: `tiles` or `areas`.
        drawn: The drawing.
        frame: One row a unit: `label`, `score` (0–1 or null), `rank`.
        lang: The language.
        title: The heading; by default that it is a map.
        scale: How scores are written.
    """
    return finished(
        kind,
        drawn,
        title=title or language.text("Map", lang=lang),
        finding=_finding(frame, lang, scale),
        table=frame.sort("rank", "label", nulls_last=True),
        headings=words(lang, rank="Rank", label="Unit", score="Score (0–1)"),
        lang=lang,
    )


def marks(lang: str, scale: Scale, *, within: str = "") -> tuple[alt.Color, list[alt.Tooltip]]:
    """Give the colours of the steps with their legend, and the tips of a unit.

    Args:
        lang: The language.
        scale: How scores are written.
        within: What stands before the names `step`, `label`, `said` and `rank` in the data.
    """
    legend = step_legend(lang, language.text("Score", lang=lang), scale=scale, columns=4)
    told = {"label": "Unit", "said": "Score", "rank": "Rank"}
    tips = [
        alt.Tooltip(f"{within}{name}:N").title(language.text(said, lang=lang))
        for name, said in told.items()
    ]
    return step_colour(legend, field=f"{within}step"), tips


def _finding(frame: pl.DataFrame, lang: str, scale: Scale) -> str:
    """Say which unit is highest and which lowest."""
    known = frame.filter(pl.col("score").is_not_null()).sort("score", descending=True)
    if known.is_empty():
        return language.text("No unit has a score.", lang=lang)
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return language.text(
        "Highest is {first} ({top}), lowest {last} ({bottom}); a stronger colour scores higher.",
        lang=lang,
        first=first["label"],
        top=scale.write(first["score"], lang),
        last=last["label"],
        bottom=scale.write(last["score"], lang),
    )
