"""What drawing costs: processor time against units x indicators x draws, as figures and a plot."""

import time
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl
from index_cases import communes

from saola.charts import render
from saola.charts.chart import finished, rows, words
from saola.charts.palette import light
from saola.index.study import Sample, vary

PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "index-cost.svg"
SIZES = (
    (830, 40, 1000), (1660, 40, 1000), (3321, 40, 1000), (3321, 16, 1000), (3321, 80, 1000),
    (3321, 40, 500), (3321, 40, 2000),
)  # fmt: skip


def measured() -> pl.DataFrame:
    """Time growing cases, with an error on every value and with weights alone."""
    found = []
    for errors in (True, False):
        vary(*communes(64, 8, errors=errors), Sample(64, seed=1))
        for units, indicators, draws in SIZES:
            case = communes(units, indicators, errors=errors)
            start = time.process_time()
            vary(*case, Sample(draws, seed=1))
            spent = time.process_time() - start
            kind = "an error on every value" if errors else "weights alone"
            found.append((kind, units, indicators, draws, units * indicators * draws / 1e6, spent))
    names = ["kind", "units", "indicators", "draws", "millions", "seconds"]
    return pl.DataFrame(found, schema=names, orient="row")


def lines(told: pl.DataFrame) -> list[str]:
    """Give a figure a case, nanoseconds a value and draw: flat where cost is linear."""
    return [
        f"cost_{'errors' if 'error' in row['kind'] else 'weights'}_{row['units']}x"
        f"{row['indicators']}x{row['draws']}: {row['seconds'] / row['millions'] * 1e3:.2f} "
        "ns/value-draw"
        for row in told.iter_rows(named=True)
    ]


def plot(told: pl.DataFrame) -> None:
    """Draw seconds against units x indicators x draws with the straight line of each kind."""
    base = alt.Chart(rows(told))
    x = alt.X("millions:Q").title("units × indicators × draws, millions")
    y = alt.Y("seconds:Q").title("processor time, seconds")
    names = ["an error on every value", "weights alone"]
    colour = alt.Color("kind:N").scale(domain=names, range=[light("mark"), light("series-2")])
    points = base.mark_point(size=60).encode(x=x, y=y, color=colour.title(None))
    line = base.transform_regression("millions", "seconds", groupby=["kind"]).mark_line()
    drawing = alt.layer(points, line.encode(x=x, y=y, color=colour)).properties(
        width=480, height=280
    )
    errors = told.filter(pl.col("kind") == names[0])
    fit = np.corrcoef(errors["millions"], errors["seconds"])[0, 1] ** 2
    chart = finished(
        "cost", drawing, title="Cost of draws", table=told, lang="en",
        finding=f"Cost grows in proportion (R2 {fit:.3f} with an error on every value).",
        headings=words("en", kind="Kind"),
    )  # fmt: skip
    PLOT.write_bytes(render.draw(chart))
    print(f"cost_r2: {fit:.4f} share (plot in {PLOT.relative_to(PLOT.parents[2])})")
