"""The map of a plan: who is served by what, what is built, and the fibre that is there."""

from dataclasses import dataclass
from math import cos, radians
from typing import Any

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light
from saola.connect.route import points_of

# Technologies keep their colour on every map and chart.
COLOURS = {
    "4G": "series-1",
    "5G": "series-4",
    "Open RAN 4G": "series-5",
    "FWA 5G": "series-2",
    "satellite": "series-3",
    "today": "soft",
    "": "none",
}
WIDE, TALLEST, SHORTEST = 640, 760, 300
KM_A_DEGREE = 111.195
MOST_DOTS = 700
BARS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
WAYS = pl.Schema(
    {"medium": pl.String, "hop": pl.Int64, "step": pl.Int64, "lat": pl.Float64, "lon": pl.Float64}
)


@dataclass(frozen=True)
class Drawn:
    """The tables a map is drawn from, as `saola connect plan` writes them.

    Attributes:
        settlements: `name, lat, lon, people, technology`.
        stations: `site, lat, lon, station, tower`.
        hops: `medium, route`.
        fibre: Points of the existing fibre: `lat, lon`.
        labels: What technologies are called, by name.
    """

    settlements: pl.DataFrame
    stations: pl.DataFrame
    hops: pl.DataFrame
    fibre: pl.DataFrame
    labels: dict[str, str]


def plan_map(drawn: Drawn, lang: str) -> Chart:
    """Draw the map of a plan.

    Args:
        drawn: Its tables.
        lang: The language.
    """
    ways = _along(drawn.hops)
    # All but the fibre of today, which may run on for ever.
    frame = _Frame.around(drawn.settlements, drawn.stations, ways)
    said = {name: drawn.labels.get(name, name) for name in COLOURS}
    table = drawn.settlements.with_columns(
        said=pl.col("technology").replace(said), label=pl.col("name")
    )
    layers = [
        _fibre(frame, drawn.fibre),
        *_hops(frame, ways),
        _settlements(frame, table, said, lang),
        _stations(frame, drawn.stations, lang),
        *_bar(frame, lang),
    ]
    drawing = alt.layer(*[one for one in layers if one is not None]).resolve_scale(
        color="independent", shape="independent"
    )
    return finished(
        "plan-map",
        drawing.properties(width=frame.wide, height=frame.tall),
        title=language.text("Map of the plan", lang=lang),
        finding=_finding(drawn, lang),
        table=table.select("label", "said", "people", "lat", "lon"),
        headings=words(
            lang, label="Settlement", said="Technology", people="People", lat="Latitude",
            lon="Longitude",
        ),
        lang=lang,
    )  # fmt: skip


@dataclass(frozen=True)
class _Frame:
    """The window of a map on a plane of kilometres."""

    west: float
    south: float
    east_km: float
    north_km: float
    narrow: float

    @classmethod
    def around(cls, *tables: pl.DataFrame) -> "_Frame":
        """Frame all points of some tables, `lat, lon`, with a margin."""
        points = pl.concat([table.select("lat", "lon") for table in tables])
        low, high = points.min().row(0), points.max().row(0)
        narrow = cos(radians((low[0] + high[0]) / 2))
        edge = 0.04 * max(high[0] - low[0], (high[1] - low[1]) * narrow, 0.01)
        west, south = low[1] - edge / narrow, low[0] - edge
        return cls(
            west, south, (high[1] + edge / narrow - west) * narrow * KM_A_DEGREE,
            (high[0] + edge - south) * KM_A_DEGREE, narrow,
        )  # fmt: skip

    @property
    def wide(self) -> int:
        """Width of the drawing; narrower where the land is much taller than wide."""
        return round(min(WIDE, TALLEST * self.east_km / self.north_km))

    @property
    def tall(self) -> int:
        """Height of the drawing."""
        return max(round(self.wide * self.north_km / self.east_km), SHORTEST)

    def placed(self, table: pl.DataFrame, lat: str = "lat", lon: str = "lon") -> pl.DataFrame:
        """Add `x` and `y` in kilometres and keep what lies in the window."""
        return table.with_columns(
            x=(pl.col(lon) - self.west) * self.narrow * KM_A_DEGREE,
            y=(pl.col(lat) - self.south) * KM_A_DEGREE,
        ).filter(pl.col("x").is_between(0, self.east_km), pl.col("y").is_between(0, self.north_km))

    def x(self, name: str = "x") -> alt.X:
        """Place along the width."""
        scale = alt.Scale(domain=[0, self.east_km], nice=False, zero=False)
        return alt.X(f"{name}:Q", axis=None, scale=scale)

    def y(self, name: str = "y") -> alt.Y:
        """Place along the height."""
        scale = alt.Scale(domain=[0, self.north_km], nice=False, zero=False)
        return alt.Y(f"{name}:Q", axis=None, scale=scale)


def _fibre(frame: _Frame, table: pl.DataFrame) -> Any:
    inside = frame.placed(table)
    inside = inside.gather_every(max(1, inside.height // MOST_DOTS))
    if inside.is_empty():
        return None
    return (
        alt.Chart(rows(inside.select("x", "y")))
        .mark_circle(size=14, opacity=1, color=light("interval"))
        .encode(x=frame.x(), y=frame.y())
    )


def _hops(frame: _Frame, ways: pl.DataFrame) -> list[Any]:
    found = []
    for medium, dash in (("fibre", [1, 0]), ("microwave", [5, 4])):
        part = frame.placed(ways.filter(pl.col("medium") == medium))
        if part.height:
            found.append(
                alt.Chart(rows(part.select("x", "y", "hop", "step")))
                .mark_line(color=light("mark"), strokeWidth=1.6, strokeDash=dash)
                .encode(x=frame.x(), y=frame.y(), detail="hop:N", order="step:O")
            )
    return found


def _along(hops: pl.DataFrame) -> pl.DataFrame:
    """Give the points of every hop's way, a frame of `WAYS`."""
    return pl.DataFrame(
        [
            (medium, hop, step, lat, lon)
            for hop, (medium, line) in enumerate(hops.select("medium", "route").iter_rows())
            for step, (lon, lat) in enumerate(points_of(line))
        ],
        schema=WAYS,
        orient="row",
    )


def _settlements(frame: _Frame, table: pl.DataFrame, said: dict[str, str], lang: str) -> Any:
    held = set(table["technology"])
    order = [name for name in COLOURS if name in held]
    colour = alt.Color("said:N").scale(
        domain=[said[name] for name in order], range=[light(COLOURS[name]) for name in order]
    )
    colour = colour.legend(orient="bottom", title=None, columns=3, symbolSize=90, labelLimit=240)
    size = alt.Size("people:Q").scale(range=[18, 260]).legend(None)
    return (
        alt.Chart(rows(frame.placed(table).select("x", "y", "said", "people", "label")))
        .mark_circle(opacity=0.92, stroke=light("quiet"), strokeWidth=0.6)
        .encode(
            x=frame.x(),
            y=frame.y(),
            color=colour,
            size=size,
            tooltip=[
                alt.Tooltip("label:N").title(language.text("Settlement", lang=lang)),
                alt.Tooltip("said:N").title(language.text("Technology", lang=lang)),
                alt.Tooltip("people:Q", format=",").title(language.text("People", lang=lang)),
            ],
        )
    )


def _stations(frame: _Frame, table: pl.DataFrame, lang: str) -> Any:
    kinds = {
        "new": language.text("new site", lang=lang),
        "standing": language.text("standing tower", lang=lang),
    }
    if table.is_empty():
        return None
    shape = alt.Shape("kind:N").scale(domain=list(kinds.values()), range=["triangle-up", "diamond"])
    shape = shape.legend(orient="bottom", title=None, symbolSize=90)
    placed = frame.placed(table.with_columns(kind=pl.col("tower").replace(kinds)))
    return (
        alt.Chart(rows(placed.select("x", "y", "kind", "site", "station")))
        .mark_point(filled=True, size=64, opacity=1, color=light("ink"), stroke=light("paper"))
        .encode(
            x=frame.x(),
            y=frame.y(),
            shape=shape,
            tooltip=[
                alt.Tooltip("site:N").title(language.text("Site", lang=lang)),
                alt.Tooltip("station:N").title(language.text("Station", lang=lang)),
            ],
        )
    )


def _bar(frame: _Frame, lang: str) -> list[Any]:
    """Draw a bar of a round length."""
    length = max([float(bar) for bar in BARS if bar < frame.east_km / 3] or [frame.east_km / 4])
    left, low = frame.east_km * 0.02, frame.north_km * 0.02
    line = pl.DataFrame({"x": [left], "x1": [left + length], "y": [low]})
    said = language.text("{length} km", lang=lang, length=language.number(length, lang=lang))
    base = alt.Chart(rows(line.with_columns(said=pl.lit(said))))
    return [
        base.mark_rule(color=light("ink"), strokeWidth=2).encode(
            x=frame.x(), y=frame.y(), x2="x1:Q"
        ),
        base.mark_text(align="left", dy=-8, color=light("ink")).encode(
            x=frame.x(), y=frame.y(), text="said:N"
        ),
    ]


def _finding(drawn: Drawn, lang: str) -> str:
    stations = drawn.stations.filter(pl.col("station") != "relay")
    return language.text(
        "{stations} stations, {new} of them on new sites, are joined to the core by {fibre} hops "
        "of fibre (lines) and {microwave} of microwave (dashed); dots are the fibre of today.",
        lang=lang,
        stations=language.number(stations.height, lang=lang),
        new=language.number(stations.filter(pl.col("tower") == "new").height, lang=lang),
        fibre=language.number(drawn.hops.filter(pl.col("medium") == "fibre").height, lang=lang),
        microwave=language.number(
            drawn.hops.filter(pl.col("medium") == "microwave").height, lang=lang
        ),
    )
