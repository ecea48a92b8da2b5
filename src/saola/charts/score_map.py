"""What maps of scores share, drawn as tiles or as boundaries: colours, tips, sentence, table."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, words
from saola.charts.step_legend import step_colour, step_legend

# Of the units without a place so many are named; the others are counted.
_MOST_NAMED = 20


def score_map(
    kind: str,
    drawn: alt.TopLevelMixin,
    frame: pl.DataFrame,
    lang: str,
    *,
    title: str,
    scale: Scale,
    place: str,
) -> Chart:
    """Finish a map with its sentence and table, which are about all units, drawn or not.

    A map that draws no unit is empty.

    Args:
        kind: `tiles` or `areas`.
        drawn: The drawing.
        frame: One row a unit: `label`, `score` (0–1 or null), `rank`.
        lang: The language.
        title: The heading; by default that it is a map.
        scale: How scores are written.
        place: The column that is null for a unit without a place on the map.
    """
    absent = frame.filter(pl.col(place).is_null()).sort("rank", "label", nulls_last=True)
    if absent.height == frame.height:
        frame, finding = frame.clear(), language.text("No map of these units is drawn.", lang=lang)
    else:
        said = (_finding(frame, lang, scale), _absent(absent["label"].to_list(), lang))
        finding = " ".join(filter(None, said))
    return finished(
        kind,
        drawn,
        title=title or language.text("Map", lang=lang),
        finding=finding,
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
    """Say which unit is highest and which lowest; of a single one its score."""
    known = frame.filter(pl.col("score").is_not_null()).sort("score", descending=True)
    if known.is_empty():
        return language.text("No unit has a score.", lang=lang)
    first, last = known.row(0, named=True), known.row(-1, named=True)
    if known.height == 1:
        top = scale.write(first["score"], lang)
        return language.text("{first} has {top}.", lang=lang, first=first["label"], top=top)
    ends = {
        "first": first["label"],
        "top": scale.write(first["score"], lang),
        "last": last["label"],
        "bottom": scale.write(last["score"], lang),
    }
    if known.height < frame.height:
        return language.text(
            "Of {n} units with a figure, highest is {first} ({top}), lowest {last} ({bottom}); a "
            "stronger colour scores higher.",
            lang=lang,
            n=known.height,
            **ends,
        )
    return language.text(
        "Highest is {first} ({top}), lowest {last} ({bottom}); a stronger colour scores higher.",
        lang=lang,
        **ends,
    )


def _absent(labels: list[str], lang: str) -> str:
    """Name the units that have no place on the map; the empty text for none."""
    if not labels:
        return ""
    names, rest = ", ".join(labels[:_MOST_NAMED]), len(labels) - _MOST_NAMED
    if rest <= 0:
        return language.text("Without a place on the map: {names}.", lang=lang, names=names)
    return language.plural(
        "Without a place on the map: {names} and {n} other.",
        "Without a place on the map: {names} and {n} others.",
        rest,
        lang=lang,
        names=names,
    )
