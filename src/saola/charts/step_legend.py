"""The legend of colours from low to high: which rates each step stands for."""

from itertools import pairwise

import altair as alt

from saola import language
from saola.charts.chart import Scale
from saola.charts.palette import BOUNDS, STEPS

NAMES = (*STEPS, "none")


def step_legend(
    lang: str, title: str, *, scale: Scale | None = None, columns: int = len(NAMES)
) -> alt.Legend:
    """Give the legend of a scale of colour whose domain is `NAMES`.

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
    picked = " : ".join(
        f"datum.value === '{name}' ? '{span}'" for name, span in zip(NAMES, spans, strict=True)
    )
    return alt.Legend(
        title=title,
        labelExpr=f"{picked} : ''",
        orient="bottom",
        symbolType="square",
        symbolSize=180,
        symbolStrokeWidth=0,
        columns=columns,
    )
