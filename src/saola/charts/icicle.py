"""Icicle: the tree of an index, each part as wide as it weighs."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import STEPS, light

_ROW = 44
_WIDTH = 720


def icicle(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw the parts of an index in rows, the index on top, each over what makes it up.

    Args:
        frame: One row a part and parent: `code`, `label`, `parent` (null for the top), `level`
            (highest for the top), `share` (its weight in the index, 0–1).
        lang: The language.
        title: The heading.
    """
    placed = _placed(frame)
    finding = language.text("The index has no parts.", lang=lang)
    leaves = frame.filter(pl.col("level") == 1)
    if leaves.height:
        widest = leaves.sort("share", descending=True).row(0, named=True)
        finding = language.text(
            "{count} indicators make up the index; {label} weighs most, {share}.",
            lang=lang,
            count=language.number(leaves["code"].n_unique(), lang=lang),
            label=widest["label"],
            share=language.percent(widest["share"], lang=lang),
        )
    return finished(
        "icicle",
        _drawn(placed, lang),
        title=title or language.text("What makes up the index", lang=lang),
        finding=finding,
        table=frame,
        headings=words(lang, label="Part", parent="Belongs to", share="Weight in the index"),
        lang=lang,
    )


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each part its left and right edge under its parent; a shared part stands under each."""
    by_parent: dict[str | None, list[dict[str, object]]] = {}
    for row in frame.iter_rows(named=True):
        by_parent.setdefault(row["parent"], []).append(row)
    found: list[dict[str, object]] = []
    waiting: list[tuple[str | None, float, float, int]] = [(None, 0.0, 1.0, 0)]
    while waiting:
        parent, left, right, depth = waiting.pop()
        children = by_parent.get(parent, [])
        total = sum(float(str(child["share"])) for child in children)
        for child in children:
            part = float(str(child["share"])) / total if total > 0 else 1 / len(children)
            wide = left + part * (right - left)
            found.append(
                {
                    **child, "left": left, "right": wide, "depth": depth, "below": depth + 1,
                    "middle": (left + wide) / 2, "name": _fits(child, wide - left),
                }
            )  # fmt: skip
            waiting.append((str(child["code"]), left, wide, depth + 1))
            left = wide
    schema = {"label": pl.String, "depth": pl.Int64, "level": pl.Int64}
    return pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame(schema=schema)


def _fits(child: dict[str, object], width: float) -> str:
    label = str(child["label"])
    return label if len(label) * 6 < width * _WIDTH else ""


def _drawn(placed: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    deep = 1 + max(placed["depth"].to_list(), default=0)
    names = list(STEPS[:5])
    tips = [
        alt.Tooltip("label:N").title(language.text("Part", lang=lang)),
        alt.Tooltip("share:Q", format=".1%").title(language.text("Weight in the index", lang=lang)),
    ]
    base = alt.Chart(rows(placed))
    x = alt.X("left:Q").scale(domain=[0, 1], nice=False).axis(None)
    y = alt.Y("depth:Q").scale(domain=[0, deep], reverse=True, nice=False).axis(None)
    colour = alt.Color("depth:O").legend(None)
    colour = colour.scale(
        domain=list(range(deep)), range=[light(names[-1 - i % 5]) for i in range(deep)]
    )
    boxes = base.mark_rect(stroke=light("paper"), strokeWidth=1.5).encode(
        x=x, x2="right:Q", y=y, y2="below:Q", color=colour, tooltip=tips
    )
    text = base.transform_calculate(line="datum.depth + 0.5").mark_text(fontSize=11)
    text = text.encode(x=alt.X("middle:Q").axis(None), y=alt.Y("line:Q").axis(None), text="name:N")
    return alt.layer(boxes, text).properties(width=_WIDTH, height=_ROW * deep)
