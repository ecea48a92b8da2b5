"""What a plan of connection builds: people by technology, and cost against coverage."""

from typing import Any

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light


def connected(frame: pl.DataFrame, lang: str) -> Chart:
    """Draw how many people each technology connects.

    Args:
        frame: One row a technology: `technology`, `people`.
        lang: The language.
    """
    known = frame.sort("people", "technology", descending=[True, False])
    most: dict[str, Any] = (
        known.row(0, named=True) if known.height else {"technology": "–", "people": 0}
    )
    y = alt.Y("technology:N").sort(known["technology"].to_list()).title(None).axis(labelLimit=240)
    x = alt.X("people:Q").title(language.text("People", lang=lang))
    drawing = alt.Chart(rows(known)).mark_bar(color=light("mark")).encode(x=x, y=y)
    return finished(
        "connected",
        drawing.properties(width=480, height=alt.Step(27)),
        title=language.text("People connected, by technology", lang=lang),
        finding=language.text(
            "{technology} connects the most people: {people}.",
            lang=lang,
            technology=most["technology"],
            people=language.number(most["people"], lang=lang, decimals=0),
        ),
        table=known,
        headings=words(lang, technology="Technology", people="People"),
        lang=lang,
    )


def frontier(frame: pl.DataFrame, lang: str) -> Chart:
    """Draw cost against the share of people with service, one line a target speed.

    Args:
        frame: `speed` in Mbit/s, `share` in 0..1, `cost` and its `bound`.
        lang: The language.
    """
    known = frame.sort("speed", "share").with_columns(
        said=pl.col("speed").map_elements(
            lambda value: f"{language.number(value, lang=lang)} Mbit/s", pl.String
        )
    )
    last = known.sort("cost").row(-1, named=True) if known.height else None
    x = alt.X("share:Q").axis(format="%").scale(zero=False)
    base = alt.Chart(rows(known)).encode(
        x=x.title(language.text("Share of people with service", lang=lang)),
        color=alt.Color("said:N").title(language.text("Target speed", lang=lang)),
    )
    cost = alt.Y("cost:Q").axis(format="~s")
    drawing = base.mark_line(point=True).encode(
        y=cost.title(language.text("Cost (net present value)", lang=lang))
    )
    return finished(
        "frontier",
        drawing.properties(width=480, height=280),
        title=language.text("Cost against coverage", lang=lang),
        finding=language.text(
            "The last step, {share} of people at {said}, costs {cost}.",
            lang=lang,
            share=language.percent(last["share"], lang=lang) if last else "–",
            said=last["said"] if last else "–",
            cost=language.number(last["cost"], lang=lang, decimals=0) if last else "–",
        ),
        table=known,
        headings=words(
            lang, speed="Target speed", share="Share of people with service",
            cost="Cost (net present value)", bound="No plan can cost less than",
        ),
        lang=lang,
    )  # fmt: skip
