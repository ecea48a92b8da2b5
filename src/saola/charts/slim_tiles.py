"""Tiles for a phone: narrow and tall, the name in up to three short lines."""

import textwrap
from typing import Any

_TALL = 62


def squares(spec: dict[str, Any], rows: list[dict[str, Any]], wide: float) -> None:
    """Lay a tile map out anew.

    Args:
        spec: Its specification, which is changed: layers of tile, first and second line, number.
        rows: What it draws, which is changed.
        wide: Pixels that the whole may take.
    """
    tile, first, _, number = spec["layer"]
    columns = len(tile["encoding"]["x"]["scale"]["domain"])
    lines = len(tile["encoding"]["y"]["scale"]["domain"])
    spec["width"], spec["height"] = wide, _TALL * lines
    signs = max(4, int(wide / columns / 4.9))
    for row in rows:
        row["name"] = "\n".join(_lines(row["label"], signs))
    first["encoding"]["text"]["field"] = "name"
    first["mark"] |= {
        "baseline": "top", "dy": 4 - _TALL / 2, "fontSize": 9, "lineBreak": "\n", "lineHeight": 11,
    }  # fmt: skip
    number["mark"] |= {"dy": 20, "fontSize": 11}
    spec["layer"] = [tile, first, number]


def _lines(label: str, signs: int) -> list[str]:
    """Break a name, at its words where they are short enough."""
    found = textwrap.wrap(label.replace("-", "- "), signs)
    return [each.replace("- ", "-") for each in found[:3]]
