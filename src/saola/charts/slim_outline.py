"""The tree of an index for a phone: a list, each part indented under what it belongs to."""

import textwrap
from typing import Any

from saola import language
from saola.charts.palette import light

_SIGNS = 36  # letters of a name on one line, less what it is indented
_LINE = 15
_BAR = 8
_GAP = 8
_INDENT = 10


def outline(spec: dict[str, Any], rows: list[dict[str, Any]], wide: float, lang: str) -> None:
    """Lay an icicle out anew: name and weight of a part on a line, below them its bar.

    Args:
        spec: Its specification, which is changed: layers of boxes and names.
        rows: What it draws, which is changed.
        wide: Pixels that the whole may take.
        lang: The language.
    """
    # Children begin where their parent does, so this is the order of a table of contents.
    rows.sort(key=lambda row: (row["left"], row["depth"]))
    length = wide - _INDENT * max(row["depth"] for row in rows)
    high = 0
    for row in rows:
        lines = textwrap.wrap(row["label"], _SIGNS - 2 * row["depth"]) or [""]
        start, bar = _INDENT * row["depth"], high + _LINE * len(lines) + 2
        row |= {
            "name": "\n".join(lines), "weight": language.percent(row["share"], lang=lang),
            "from": start, "to": start + row["share"] * length,
            "above": high, "bar": bar, "end": bar + _BAR,
        }  # fmt: skip
        high = bar + _BAR + _GAP
    spec["width"], spec["height"] = wide, high
    spec["layer"] = _layers(spec["layer"][0], wide, high)


def _layers(boxes: dict[str, Any], wide: float, high: float) -> list[dict[str, Any]]:
    def across(field: str) -> dict[str, Any]:
        scale = {"domain": [0, wide], "nice": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    def down(field: str) -> dict[str, Any]:
        scale = {"domain": [0, high], "reverse": True, "nice": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    bars = {
        **boxes,
        "mark": {"type": "rect", "stroke": light("soft"), "strokeWidth": 0.5},
        "encoding": {
            **boxes["encoding"],
            "x": across("from"), "x2": {"field": "to"}, "y": down("bar"), "y2": {"field": "end"},
        },
    }  # fmt: skip
    name = {
        "mark": {
            "type": "text", "align": "left", "baseline": "top", "fontSize": 12,
            "lineBreak": "\n", "lineHeight": _LINE,
        },
        "encoding": {
            "x": across("from"), "y": down("above"), "text": {"field": "name", "type": "nominal"},
        },
    }  # fmt: skip
    weight = {
        "mark": {"type": "text", "align": "right", "baseline": "top", "fontSize": 12},
        "encoding": {
            "x": {"value": wide}, "y": down("above"),
            "text": {"field": "weight", "type": "nominal"},
        },
    }  # fmt: skip
    # Each layer draws the rows of the first.
    data = {"data": boxes["data"]} if "data" in boxes else {}
    return [bars, {**data, **name}, {**data, **weight}]
