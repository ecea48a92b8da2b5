"""The scale of colours from low to high, and the legend: which rates each step stands for."""

from collections.abc import Sequence
from itertools import pairwise

import altair as alt

from saola import language
from saola.charts.chart import Scale
from saola.charts.palette import BOUNDS, STEPS, light

NAMES = (*STEPS, "none")


def step_colour(legend: alt.Legend | None, *, field: str = "step") -> alt.Color:
    """Give the scale of colour of marks whose data name a step.

    Args:
        legend: Its legend, if any.
        field: The column of the data that names the step.
    """
    colour = alt.Color(f"{field}:N", legend=legend)
    return colour.scale(domain=NAMES, range=[light(name) for name in NAMES])


def step_labels(spans: Sequence[str]) -> str:
    """Give the expression that says in a legend what each of `NAMES` stands for.

    Args:
        spans: What they stand for.
    """
    picked = " : ".join(
        f"datum.value === '{name}' ? '{span}'" for name, span in zip(NAMES, spans, strict=True)
    )
    return f"{picked} : ''"


def step_legend(
    lang: str, title: str, *, scale: Scale | None = None, columns: int = len(NAMES)
) -> alt.Legend:
    """Give the legend of the scale of colour.

    Args:
        lang: The language.
        title: Its heading, in the language.
        scale: How rates are written; of a hundred if not given.
        columns: Entries beside each other.
    """
    scale = scale or Scale()
    places = 0 if scale.top >= 10 else 1
    edges = [
        language.number(bound * scale.top, lang=lang, decimals=places)
        for bound in (0.0, *BOUNDS, 1.0)
    ]
    spans = [f"{low}–{high}" for low, high in pairwise(edges)]
    spans.append(language.text("no figure", lang=lang))
    return alt.Legend(
        title=title,
        labelExpr=step_labels(spans),
        orient="bottom",
        symbolType="square",
        symbolSize=180,
        symbolStrokeWidth=0,
        columns=columns,
    )
