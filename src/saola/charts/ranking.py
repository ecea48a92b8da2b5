"""Ranking with intervals: a point for each unit's score, a line for how sure it is."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.look import axis_format
from saola.charts.palette import light

_ROW = 23


def ranking(
    frame: pl.DataFrame,
    lang: str,
    *,
    title: str = "",
    scale: Scale | None = None,
    most: int | None = None,
) -> Chart:
    """Draw units in the order of their rank.

    Args:
        frame: One row a unit: `label`, `score` (0–1), `rank`; `low`, `high` (0–1), `rank_low`,
            `rank_high` where the interval is known; `group_name` where each group is ranked apart.
        lang: The language.
        title: The heading.
        scale: How scores are written.
        most: How many are drawn, all of them if not given; the sentence is about all.
    """
    scale = scale or Scale()
    every = _in_order(frame.filter(pl.col("score").is_not_null()))
    known = every.head(most) if most else every
    shown = known.with_columns(
        place=pl.format("{}  {}", pl.col("rank").cast(pl.String).fill_null("–"), pl.col("label")),
        x=pl.col("score") * scale.top,
        x_low=pl.col("low") * scale.top,
        x_high=pl.col("high") * scale.top,
        said=pl.col("score").map_elements(lambda v: scale.write(v, lang), pl.String),
        range=_ranges(lang),
    )
    return finished(
        "ranking",
        _drawn(shown, lang, scale),
        title=title or language.text("Ranking", lang=lang),
        finding=_finding(every, lang, scale),
        table=known,
        headings=words(
            lang,
            rank="Rank",
            label="Unit",
            score="Score (0–1)",
            low="Low",
            high="High",
            rank_low="Best rank",
            rank_high="Worst rank",
            **({"group_name": "Group"} if "group_name" in known.columns else {}),
        ),
        lang=lang,
    )


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Put group after group, each in the order of rank; without ranks in that of the score."""
    groups = ["group_name"] if "group_name" in rows.columns else []
    keys = [*groups, "rank", "score", "label"]
    down = [name == "score" for name in keys]
    return rows.sort(keys, descending=down, nulls_last=True)


def _ranges(lang: str) -> pl.Expr:
    sentence = language.text("rank {low}–{high}", lang=lang)
    head, _, rest = sentence.partition("{low}")
    middle, _, tail = rest.partition("{high}")
    return pl.format(head + "{}" + middle + "{}" + tail, "rank_low", "rank_high").fill_null("")


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    order = shown["place"].to_list()
    edge = max([scale.top, *shown["x_high"].drop_nulls()])
    y = alt.Y("place:N").sort(order).title(None)
    heading = language.text("Score, with the interval of 90 % where it is known", lang=lang)
    x = alt.X("x:Q").title(heading).scale(domain=[0, edge], nice=False)
    x = x.axis(format=axis_format(scale.top), orient="top")
    said = language.text("Score", lang=lang)
    tips = [
        alt.Tooltip("label:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("said:N").title(said),
        alt.Tooltip("range:N").title(language.text("Interval of ranks", lang=lang)),
    ]
    base = alt.Chart(rows(shown.drop("unit", strict=False)))
    interval = base.mark_rule(strokeWidth=3, opacity=0.75, strokeCap="round").encode(
        y=y, x=alt.X("x_low:Q"), x2="x_high:Q", tooltip=tips
    )
    point = base.mark_point(color=light("mark"), size=64).encode(y=y, x=x, tooltip=tips)
    number = base.mark_text(align="left", fontSize=11, color=light("quiet")).encode(
        y=y, x=alt.value(566), text="said:N"
    )
    return alt.layer(interval, point, number).properties(
        width=560, height=max(_ROW * shown.height, _ROW)
    )


def _finding(known: pl.DataFrame, lang: str, scale: Scale) -> str:
    if known.is_empty():
        return language.text("No unit has a score.", lang=lang)
    said = _leaders(known, lang, scale)
    sure = known.filter(pl.col("rank_low") == pl.col("rank_high")).height
    if known["rank_low"].null_count() < known.height:
        said += " " + language.text(
            "The rank of {sure} of them is settled; the lines show how far the others may move.",
            lang=lang,
            sure=language.number(sure, lang=lang),
        )
    return said


def _leaders(known: pl.DataFrame, lang: str, scale: Scale) -> str:
    """Say who is first and last; of each group apart where there are several."""
    if "group_name" not in known.columns or known["group_name"].n_unique() < 2:
        return _leader(known, lang, scale)
    told = []
    for part in known.partition_by("group_name", maintain_order=True):
        name = part["group_name"][0]
        said = _leader(part, lang, scale)
        told.append(f"{name}: {said}" if name else said)
    return " ".join(told)


def _leader(known: pl.DataFrame, lang: str, scale: Scale) -> str:
    # By score: where published ranks are known for some units alone, the last may have none.
    by_score = known.sort("score", descending=True, maintain_order=True)
    first, last = by_score.row(0, named=True), by_score.row(-1, named=True)
    facts = {
        "first": first["label"],
        "top": scale.write(first["score"], lang),
        "last": last["label"],
        "bottom": scale.write(last["score"], lang),
        "count": language.number(known.height, lang=lang),
    }
    tops = known.filter(pl.col("score") == first["score"]).height
    tails = known.filter(pl.col("score") == last["score"]).height
    facts |= {
        "tops": language.number(tops, lang=lang),
        "tails": language.number(tails, lang=lang),
    }
    sentence = _LEADING[tops > 1, tails > 1]
    if tops == known.height:
        sentence = "{first} has {top}." if tops == 1 else "All {count} units have {top}."
    return language.text(sentence, lang=lang, **facts)


# By whether several units share the first place, and the last.
_LEADING = {
    (False, False): "{first} leads {count} units with {top}; {last} is last with {bottom}.",
    (False, True): "{first} leads {count} units with {top}; {tails} are last with {bottom}.",
    (True, False): "{tops} of {count} units lead with {top}; {last} is last with {bottom}.",
    (True, True): "{tops} of {count} units lead with {top}; {tails} are last with {bottom}.",
}
