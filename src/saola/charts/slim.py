"""The same chart for a phone: no wider than its screen, names above their marks."""

import json
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from saola import language
from saola.charts.chart import Chart
from saola.charts.slim_outline import outline
from saola.charts.slim_tiles import squares

Spec = dict[str, Any]

# What a card leaves of a screen of 360 pixels, less the padding of a drawing.
WIDE = 292
_SIGNS = 42  # letters of a name on one line
_LINE = 15
_ROOM = {"ranking": 40, "lost": 58, "pillars": 46, "gaps": 44}  # for numbers at the right
_CELL = {"correlation": 34}  # a column that holds the numbers of a grid
_AXIS = {"connected": 112, "frontier": 62}  # for names and numbers at the left


def slim(chart: Chart) -> Chart | None:
    """Lay a chart out for a screen of 360 pixels.

    Args:
        chart: A chart as a desktop shows it.

    Returns:
        The narrow one with the same numbers; nothing where the kind has no such layout.
    """
    lay = _LAYOUTS.get(chart.kind)
    if lay is None or chart.empty:
        return None
    spec: Spec = json.loads(chart.text)
    lay(spec, chart)
    _wrap(spec)
    return replace(chart, spec=spec)


def _parts(spec: Spec) -> Iterator[Spec]:
    """Give the specification and each of its layers."""
    yield spec
    for layer in spec.get("layer", ()):
        yield from _parts(layer)


def _channels(spec: Spec, *names: str) -> Iterator[Spec]:
    """Give what a specification says of its channels; not those without an axis or legend."""
    for part in _parts(spec):
        for name in names:
            if name in part.get("encoding", {}):
                yield part["encoding"][name]


def _rows_of(spec: Spec) -> list[Spec]:
    """Give the rows drawn; all layers of these charts draw the same ones."""
    (found,) = spec["datasets"].values()
    rows: list[Spec] = found
    return rows


def _axis(channel: Spec, **more: object) -> None:
    """Say more of the axis of a channel."""
    channel["axis"] = {**(channel.get("axis") or {}), **more}


def _wrap(spec: Spec) -> None:
    """Break headings of axes into lines, and put legends in few columns."""
    for channel in _channels(spec, "x"):
        if isinstance(channel.get("title"), str):
            channel["title"] = textwrap.wrap(channel["title"], _SIGNS)
            _axis(channel, titleLimit=WIDE)
    for channel in _channels(spec, "color", "shape"):
        if channel.get("legend"):
            channel["legend"]["columns"] = 3 if "labelExpr" in channel["legend"] else 1


def _rows(spec: Spec, chart: Chart) -> None:
    """Put the name of each row above its mark, over the whole width."""
    field = next(each["field"] for each in _channels(spec, "y") if "field" in each)
    names = list(dict.fromkeys(str(row[field]) for row in _rows_of(spec)))
    spec["width"] = WIDE - _ROOM.get(chart.kind, 8)
    if not names:  # such as where no point is lost
        return
    lines = {name: textwrap.wrap(name, _SIGNS) or [""] for name in names}
    most = max(map(len, lines.values()))
    above = _LINE * most + 2
    step = spec["height"] / len(names) + above
    spec["height"] = step * len(names)
    axis: Spec = {
        "labelAlign": "left",
        "labelBaseline": "top",
        "labelLimit": WIDE,
        "labelOffset": 3 - step / 2,
        "labelPadding": 0,
    }
    if most > 1:
        axis["labelExpr"] = f"({json.dumps(lines, ensure_ascii=False)})[datum.label]"
    for channel in _channels(spec, "y"):
        _axis(channel, **axis)
    for channel in _channels(spec, "x"):
        if "value" in channel:
            channel["value"] = spec["width"] + 8
        else:
            _axis(channel, tickCount=4)
    _lower(spec, above / 2)


def _lower(spec: Spec, by: float) -> None:
    """Move marks down, below the names."""
    for part in _parts(spec):
        if "mark" in part:
            part["mark"]["yOffset"] = by


def _groups(spec: Spec, chart: Chart) -> None:
    """Write both groups below their marks: beside them there is no room."""
    for row in _rows_of(spec):
        low, high = (
            language.number(row[end], lang=chart.lang, decimals=1) for end in ("left", "right")
        )
        row["groups"] = f"◆ {row['behind']} {low} · ● {row['before']} {high}"
    spec["height"] += 10 * len(_rows_of(spec))
    *marks, names, _, gap = spec["layer"]
    names["encoding"]["text"]["field"] = "groups"
    spec["layer"] = [*marks, names, gap]
    _rows(spec, chart)
    names["encoding"]["x"] = {"value": 0}
    names["mark"] |= {"align": "left", "dx": 0, "dy": 16}
    for layer in spec["layer"]:
        layer["mark"]["yOffset"] -= 6


def _cells(spec: Spec, chart: Chart) -> None:
    """Make the columns of a grid narrow, and write the name of a row above its cells."""
    rows = _rows_of(spec)
    across, down = (len({row[name] for row in rows}) for name in ("column", "row"))
    step, cell = 46, 26
    gap = (step - cell) / step
    spec["width"] = max(WIDE - 4, _CELL.get(chart.kind, 26) * across)
    spec["height"] = step * (down + gap)
    for channel in _channels(spec, "x"):
        _axis(channel, labelAngle=-90, labelLimit=150)
    for channel in _channels(spec, "y"):
        channel["scale"] = {"paddingInner": gap, "paddingOuter": gap}
        _axis(channel, labelAlign="left", labelLimit=WIDE, labelOffset=-step / 2, labelPadding=0)


def _line(spec: Spec, _: Chart) -> None:
    """Keep room for the numbers at the left; slant the periods where they are many."""
    periods = sorted({row["period"] for row in _rows_of(spec)})
    every = 1 + len(periods) // 12
    spec["width"], spec["height"] = WIDE - 36, 210
    for channel in _channels(spec, "x"):
        place = f"indexof({json.dumps(periods)}, datum.value)"
        shown = f"{place} % {every} ? '' : datum.label"
        _axis(channel, labelAngle=-45 if len(periods) > 4 else 0, labelExpr=shown)


def _land(spec: Spec, _: Chart) -> None:
    spec["height"] = spec["height"] * (WIDE - 4) / spec["width"]
    spec["width"] = WIDE - 4


def _squares(spec: Spec, _: Chart) -> None:
    squares(spec, _rows_of(spec), WIDE - 4)


def _outline(spec: Spec, chart: Chart) -> None:
    outline(spec, _rows_of(spec), WIDE - 4, chart.lang)


def _shrunk(spec: Spec, chart: Chart) -> None:
    """Draw on less paper: a map keeps its proportions, a chart its height."""
    wide = WIDE - _AXIS.get(chart.kind, 0)
    if chart.kind not in _AXIS:
        spec["height"] = round(spec["height"] * wide / spec["width"])
    spec["width"] = wide


_LAYOUTS: dict[str, Callable[[Spec, Chart], None]] = {
    **dict.fromkeys(
        ("ranking", "lost", "pillars", "rank-spans", "compare", "sobol", "waterfall"), _rows
    ),
    "gaps": _groups,
    "heat": _cells,
    "correlation": _cells,
    "trend": _line,
    "areas": _land,
    "tiles": _squares,
    "icicle": _outline,
    **dict.fromkeys(("plan-map", "connected", "frontier"), _shrunk),
}
