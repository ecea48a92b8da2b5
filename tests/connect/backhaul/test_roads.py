"""Fibre along roads."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from saola.connect.backhaul.roads import Roads, read_roads
from saola.connect.distances import Floats, haversine
from saola.connect.doubt.quantities import quantities
from saola.connect.outcome import outcome
from saola.connect.plan.problem import CORE, Medium
from saola.connect.plan.solve import Effort, least_cost
from saola.connect.region.build import build
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Settings
from saola.connect.route import points_of
from saola.errors import InputError

WORLD = (-180.0, -90.0, 180.0, 90.0)


def _written(path: Path, *lines: list[tuple[float, float]]) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": x}}
        for x in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def bend(tmp_path: Path) -> Roads:
    """A road east for a tenth of a degree, then another north from where the first ends."""
    east, north = [(40.0, 5.0), (40.1, 5.0)], [(40.1, 5.0), (40.1, 5.1)]
    return read_roads(_written(tmp_path / "roads.geojson", east, north), WORLD)


def _metres(line: Floats) -> float:
    return float(haversine(line[:-1, 1], line[:-1, 0], line[1:, 1], line[1:, 0]).sum())


def test_roads_that_share_a_point_meet(bend: Roads) -> None:
    """The way from one road to the other is the length of both."""
    place = np.array([5.0, 5.1]), np.array([40.0, 40.1])
    far = bend.between(place, (np.array([0]), np.array([1])), open_=10.0, most=1e6)

    legs = _metres(np.array([(40.0, 5.0), (40.1, 5.0), (40.1, 5.1)]))
    assert legs == pytest.approx(float(far[0]), rel=1e-4)


def test_the_way_follows_the_road_where_open_land_is_dearer(bend: Roads) -> None:
    """At ten times the price the fibre takes the bend; at the same price it runs straight."""
    start, end = np.array([40.0, 5.0]), np.array([40.1, 5.1])

    assert 2 == len(bend.way(start, end, 1.0))
    assert _metres(bend.way(start, end, 10.0)) == pytest.approx(
        _metres(np.array([(40.0, 5.0), (40.1, 5.0), (40.1, 5.1)])), rel=1e-4
    )


def test_a_trench_leaves_the_road_where_that_is_cheapest(bend: Roads) -> None:
    """Not at the nearest point of the road, but where road and open land together cost least."""
    along = bend.way(np.array([40.0, 5.0]), np.array([40.06, 5.03]), 1.5)
    left = float(along[-2, 0])

    # Snell's law: the trench leaves at asin(1/1.5) from the perpendicular.
    rise = 0.03 * np.tan(np.arcsin(1 / 1.5))
    assert 40.06 - rise == pytest.approx(left, abs=0.004)


def test_fibre_begins_where_the_road_leads_and_not_where_it_is_nearest(bend: Roads) -> None:
    """Of two points of fibre the one on the road is cheaper than a nearer one across land."""
    fibre = np.array([[40.0, 5.0], [40.05, 5.1]])
    entry, metres = bend.to_fibre(np.array([5.1]), np.array([40.1]), fibre, 10.0)

    assert 0 == entry[0]
    assert metres[0] < 10.0 * _metres(np.array([[40.05, 5.1], [40.1, 5.1]]))


def test_a_file_without_a_road_in_the_region_is_refused(tmp_path: Path) -> None:
    """The error is named whether there is no line, or none near."""
    for lines in ([], [[(1.0, 1.0), (1.1, 1.0)]]):
        with pytest.raises(InputError) as caught:
            read_roads(_written(tmp_path / "roads.geojson", *lines), (40.0, 5.0, 41.0, 6.0))
        assert "connect-no-road" == caught.value.code


def test_a_plan_with_roads_lays_its_fibre_along_them(tmp_path: Path) -> None:
    """No trench is longer than straight across; the bill and the routes agree with the trenches."""
    inputs = invented_region(np.random.default_rng(2), 14, side_deg=0.25)
    lon, lat = (inputs.settlements[name].to_list() for name in ("lon", "lat"))
    lines = [
        [(x, y), (x, 5.12), (40.0, 5.12), (40.25, 5.12)] for x, y in zip(lon, lat, strict=True)
    ]
    roads = read_roads(_written(tmp_path / "roads.geojson", *lines), inputs.ground.terrain.bounds)
    settings = Settings(rain_mm_h=60.0, backhaul=("fibre",), terminals=False, off_road=3.0)
    region = build(replace(inputs, roads=roads), settings, 0.9)
    plan = least_cost(
        region.problem, region.position, rng=np.random.default_rng(1),
        effort=Effort(moves=1500, starts=2, rounds=2),
    )  # fmt: skip
    table = outcome(region, plan).hops
    fibre = region.hops.medium == Medium.FIBRE
    core = region.hops.origin == CORE

    across = settings.detour * settings.off_road * region.hops.metres
    assert (region.hops.trench_m <= across + 1e-6)[fibre & ~core].all()
    assert quantities(region, plan.design)["fibre-metre"] == pytest.approx(
        1000 * table["trench_km"].sum()
    )
    assert any(len(points_of(line)) > 2 for line in table["route"])
    for row in table.iter_rows(named=True):
        length = _metres(np.array(points_of(row["route"]))) / 1000
        assert length <= row["trench_km"] + 0.01
