"""How every chart looks: type, lines and space."""

from typing import Any

from saola.charts.palette import light

FONT = "Be Vietnam Pro"


def configured() -> dict[str, Any]:
    """Give the Vega-Lite configuration."""
    quiet = light("quiet")
    return {
        "aria": False,  # the sentence beside the drawing speaks for it
        "background": None,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": light("line"),
            "labelColor": quiet,
            "labelFontSize": 12,
            "labelPadding": 6,
            "labelLimit": 260,
            "titleColor": quiet,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 10,
        },
        "axisBand": {"grid": False, "labelColor": light("ink")},
        "legend": {
            "labelColor": light("ink"),
            "labelFontSize": 12,
            "labelLimit": 320,
            "titleColor": quiet,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "orient": "top",
            "symbolStrokeWidth": 2,
        },
        "text": {"color": light("ink"), "fontSize": 12},
        "bar": {"color": light("mark")},
        "point": {"color": light("mark"), "filled": True, "size": 70, "opacity": 1},
        "rule": {"color": light("interval"), "strokeWidth": 2},
        "line": {"strokeWidth": 2.25},
    }


def axis_format(top: float) -> str:
    """Give d3's number format for an axis whose end is `top`."""
    return ",.0f" if top >= 10 else ",.1f"
