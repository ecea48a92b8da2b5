"""The map of a plan."""

import polars as pl
import pytest

from saola.charts.plan_map import Drawn, plan_map
from saola.connect.route import points_of

BEND = "LINESTRING (40.000000 5.000000, 40.300000 5.200000, 40.100000 5.100000)"


@pytest.mark.parametrize("medium", ["fibre", "microwave"])
def test_a_way_beyond_all_settlements_is_drawn_whole(medium: str) -> None:
    """A road that bends out of the land between settlements and stations is within the frame."""
    places = {"lat": [5.0, 5.1], "lon": [40.0, 40.1]}
    settlements = pl.DataFrame(
        {"name": ["A", "B"], **places, "people": [10.0, 20.0], "technology": ["4G", "4G"]}
    )
    stations = pl.DataFrame(
        {"site": ["S0000"], "lat": [5.1], "lon": [40.1], "station": ["4G"], "tower": ["new"]}
    )
    ends = {"from_lat": [5.0], "from_lon": [40.0]}
    hops = pl.DataFrame({"medium": [medium], **ends, "route": [BEND]})
    fibre = pl.DataFrame({"lat": [5.0], "lon": [40.0]})
    chart = plan_map(Drawn(settlements, stations, hops, fibre, {}), "en")
    lines = [
        chart.spec["datasets"][layer["data"]["name"]]
        for layer in chart.spec["layer"]
        if "order" in layer["encoding"]
    ]

    assert [len(points_of(BEND))] == [len(points) for points in lines]
