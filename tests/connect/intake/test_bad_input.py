"""Bad input of every kind the planner meets: a named error or a stated treatment."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from saola.connect.intake.border import crossing, read_border
from saola.connect.intake.ground import Holes, ground_of
from saola.connect.intake.settlements import points, settlements
from saola.connect.plan.problem import CORE
from saola.connect.region.build import Inputs, build
from saola.connect.region.files import load, read_plan
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Settings
from saola.connect.sample import write_sample
from saola.connect.terrain import Terrain, read_terrain, write_geotiff
from saola.errors import InputError, InputErrors

HEADS = "name,lat,lon,people\n"


@pytest.fixture
def terrain() -> Terrain:
    """A square of 50 km at 10 m above the sea, its west under it."""
    heights = np.full((50, 50), 10.0, dtype=np.float32)
    heights[:, :10] = 0.0
    return Terrain(heights, 40.0, 5.5, 0.01, 0.01, "test")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented region as files."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, settlements=20)
    return folder


def _read(folder: Path, rows: str, terrain: Terrain) -> tuple[pl.DataFrame, pl.DataFrame]:
    file = folder / "villages.csv"
    file.write_text(HEADS + rows, encoding="utf-8")
    return settlements(file, terrain, 4.0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("sea,5.3,40.02,100", "in the sea"),
        ("empty,5.3,40.3,0", "no people"),
        ("unknown,5.3,40.3,", "people not known"),
        ("words,5.3,40.3,many", "people not known"),
        ("negative,5.3,40.3,-5", "a negative number"),
        ("out,8,40.3,10", "outside the terrain"),
        ("swapped,40.3,5.3,10", "outside the terrain: are latitude and longitude exchanged?"),
        ("utm,1100000,500000,10", "not degrees: coordinates in another projection?"),
        ("blank,,40.3,10", "no coordinates"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_the_reason(
    tmp_path: Path, terrain: Terrain, row: str, reason: str
) -> None:
    """Nothing is lost: the good row goes on, the bad one says why it does not."""
    used, aside = _read(tmp_path, f'A,5.3,40.3,"1,200"\n{row}\n', terrain)

    assert [1200.0] == used["people"].to_list()
    assert [reason] == aside["reason"].to_list()


def test_an_id_that_came_before_is_set_aside(tmp_path: Path, terrain: Terrain) -> None:
    """Of two rows with one id the first is used."""
    file = tmp_path / "villages.csv"
    file.write_text("id,lat,lon,people\n1,5.3,40.3,10\n1,5.4,40.3,20\n", encoding="utf-8")
    used, aside = settlements(file, terrain, 4.0)

    assert [10.0] == used["people"].to_list()
    assert ["its id came before"] == aside["reason"].to_list()


def test_a_table_without_a_usable_row_is_refused_with_the_reason(
    tmp_path: Path, terrain: Terrain
) -> None:
    """The error tells the most frequent reason."""
    with pytest.raises(InputError) as caught:
        _read(tmp_path, "A,5.3,40.3,0\nB,5.4,40.3,0\n", terrain)

    assert "connect-no-settlement" == caught.value.code
    assert "no people" in caught.value.message()


def test_missing_columns_are_named_beside_those_there(tmp_path: Path, terrain: Terrain) -> None:
    """A table with other headings says which are missing and which it has."""
    file = tmp_path / "villages.csv"
    file.write_text("name,northing,easting\nA,1,2\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        settlements(file, terrain, 4.0)

    assert "connect-columns" == caught.value.code
    assert "northing" in caught.value.message()


def test_areas_of_a_layer_are_settlements_too(tmp_path: Path, terrain: Terrain) -> None:
    """A polygon gives a point inside it and the radius of a circle as large as it."""
    ring = [[40.30, 5.30], [40.32, 5.30], [40.32, 5.32], [40.30, 5.32], [40.30, 5.30]]
    feature = {
        "type": "Feature",
        "properties": {"Name": "A", "Population": 700},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "villages.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    used, _ = settlements(file, terrain, 4.0)

    assert ("A", 700.0) == used.select("name", "people").row(0)
    assert 1.25 == pytest.approx(used["radius_km"][0], abs=0.01)


def test_towers_may_be_none(tmp_path: Path, terrain: Terrain) -> None:
    """A table of towers with headings alone means that there is no tower."""
    file = tmp_path / "cells.csv"
    file.write_text("radio,lon,lat\n", encoding="utf-8")

    assert 0 == len(points(file, terrain)[0])


# -- terrain with holes ---------------------------------------------------------------------------


def _holed(folder: Path, terrain: Terrain, rows: slice, columns: slice) -> Path:
    heights = terrain.heights_m.copy()
    heights[rows, columns] = np.nan
    path = folder / "dem.tif"
    write_geotiff(path, heights, terrain)
    return path


def test_small_holes_take_the_nearest_height(tmp_path: Path, terrain: Terrain) -> None:
    """One missing point is filled and counted."""
    file = _holed(tmp_path, terrain, slice(20, 21), slice(30, 31))
    found, done = ground_of([file], np.array([[5.3, 40.3]]))

    assert Holes(near=1) == done
    assert 10.0 == found.heights_m[20, 30]


def test_a_large_hole_near_people_is_refused(tmp_path: Path, terrain: Terrain) -> None:
    """No height is invented where people live."""
    file = _holed(tmp_path, terrain, slice(10, 30), slice(20, 40))
    with pytest.raises(InputError) as caught:
        ground_of([file], np.array([[5.3, 40.3]]))

    assert "connect-hole" == caught.value.code


def test_a_large_hole_may_be_called_the_sea(tmp_path: Path, terrain: Terrain) -> None:
    """`holes = "sea"` puts the deep part of a hole at height 0 and counts it."""
    file = _holed(tmp_path, terrain, slice(10, 30), slice(20, 40))
    found, done = ground_of([file], np.array([[5.3, 40.3]]), holes="sea")

    assert done.sea > 0
    assert 0.0 == found.heights_m[20, 30]


def test_a_large_hole_far_from_people_is_filled(tmp_path: Path, terrain: Terrain) -> None:
    """Where nobody lives within 5 km of the deep part, the nearest height serves."""
    file = _holed(tmp_path, terrain, slice(0, 12), slice(38, 50))
    found, done = ground_of([file], np.array([[5.1, 40.15]]))

    assert done.far > 0
    assert 0 == found.holes


@pytest.mark.filterwarnings(  # rasterio 1.4 multiplies the transforms of affine 3 so
    "ignore:Use `@` matmul:PendingDeprecationWarning"
)
def test_terrain_in_another_projection_is_brought_to_degrees(sample: Path, tmp_path: Path) -> None:
    """A DEM in UTM gives the heights of the DEM in degrees, its corners treated as holes."""
    import rasterio  # noqa: PLC0415  (an extra)
    import rasterio.warp  # noqa: PLC0415

    turned = tmp_path / "utm.tif"
    with rasterio.open(sample / "dem.tif") as source:
        affine, width, height = rasterio.warp.calculate_default_transform(
            source.crs, "EPSG:32637", source.width, source.height, *source.bounds
        )
        kind = {**source.profile, "crs": "EPSG:32637", "transform": affine}
        kind |= {"width": width, "height": height}
        with rasterio.open(turned, "w", **kind) as target:
            rasterio.warp.reproject(
                rasterio.band(source, 1), rasterio.band(target, 1), dst_nodata=np.nan,
                resampling=rasterio.warp.Resampling.bilinear,
            )  # fmt: skip
    villages = pl.read_csv(sample / "villages.csv").select("lat", "lon").to_numpy()
    found, done = ground_of([turned], villages)
    straight = read_terrain([sample / "dem.tif"])

    assert done.near + done.far > 0
    assert 0 == found.holes
    for lat, lon in villages:
        assert _height(straight, lat, lon) == pytest.approx(_height(found, lat, lon), abs=60)


def _height(terrain: Terrain, lat: float, lon: float) -> float:
    row = round((terrain.north - lat) / terrain.step_lat)
    return float(terrain.heights_m[row, round((lon - terrain.west) / terrain.step_lon)])


# -- borders --------------------------------------------------------------------------------------


def _square(folder: Path, west: float, south: float, east: float, north: float) -> Path:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {
        "type": "Feature", "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    file = folder / "border.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def test_a_settlement_beyond_the_border_is_set_aside(tmp_path: Path, terrain: Terrain) -> None:
    """It says so, and the rest goes on."""
    border = read_border(_square(tmp_path, 40.2, 5.1, 40.35, 5.4))
    file = tmp_path / "villages.csv"
    file.write_text(HEADS + "A,5.3,40.3,10\nB,5.3,40.4,10\n", encoding="utf-8")
    used, aside = settlements(file, terrain, 4.0, border=border)

    assert ["A"] == used["name"].to_list()
    assert ["outside the border"] == aside["reason"].to_list()


def test_no_hop_and_no_site_crosses_the_border() -> None:
    """With a border that cuts a bay into the land, hops around the bay are not offered."""
    import shapely  # noqa: PLC0415  (an extra)

    made = invented_region(np.random.default_rng(2), 14, side_deg=0.25)
    lat, lon = made.settlements["lat"].to_numpy(), made.settlements["lon"].to_numpy()
    land = shapely.box(lon.min() - 0.02, lat.min() - 0.02, lon.max() + 0.02, lat.max() + 0.02)
    bay = shapely.box(np.median(lon) - 0.002, lat.min() - 1, np.median(lon) + 0.002, lat.max())
    border = land.difference(bay)
    kept = shapely.contains_xy(border, lon, lat)
    table = made.settlements.filter(pl.Series(kept))
    fibre = made.fibre[shapely.contains_xy(border, made.fibre[:, 0], made.fibre[:, 1])]
    settings = Settings(rain_mm_h=60.0)
    inputs = Inputs(table, fibre, made.towers[:0], made.ground)
    free = build(inputs, settings, 0.9)
    held = build(replace(inputs, border=border), settings, 0.9)
    sites = np.column_stack(held.position)
    between = held.hops.origin != CORE
    start, end = sites[held.hops.origin[between]], sites[held.hops.to[between]]

    assert not crossing(border, start, end).any()
    assert len(held.hops.to) < len(free.hops.to)
    assert shapely.contains_xy(border, sites[:, 1], sites[:, 0]).all()


def test_a_border_without_an_area_is_refused(tmp_path: Path, sample: Path) -> None:
    """A line is no border."""
    del tmp_path
    with pytest.raises(InputError) as caught:
        read_border(sample / "fibre.geojson")

    assert "connect-no-area" == caught.value.code


# -- fibre, costs, projections --------------------------------------------------------------------


def _plan(sample: Path, name: str, text: str) -> Path:
    file = sample / f"{name}.toml"
    base = '[inputs]\nsettlements = "villages.csv"\nterrain = "dem.tif"\n'
    file.write_text(base + text, encoding="utf-8")
    return file


def _fibre(sample: Path, name: str, lines: list[list[list[float]]]) -> str:
    shapes = {"type": "MultiLineString", "coordinates": [lines[0]]}
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapes | {"coordinates": [line]}}
        for line in lines
    ]
    file = sample / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return f'fibre = "{name}"\n'


def test_disconnected_fibre_is_noted(sample: Path) -> None:
    """Two pieces that do not meet both count as lit, and the plan says so."""
    lines = [[[40.0, 5.1], [40.05, 5.1]], [[40.15, 5.2], [40.2, 5.2]]]
    loaded = load(read_plan(_plan(sample, "pieces", _fibre(sample, "pieces.geojson", lines))))

    assert 1 == len(loaded.notes)
    assert loaded.notes[0].startswith("The fibre is in 2 pieces")


def test_fibre_beyond_the_border_is_refused(sample: Path) -> None:
    """Where no fibre is left a plan has nothing to hang on."""
    far = _fibre(sample, "far.geojson", [[[41.0, 6.1], [41.05, 6.1]]])
    with pytest.raises(InputError) as caught:
        load(read_plan(_plan(sample, "far", far + 'border = "border.geojson"\n')))

    assert "connect-fibre-abroad" == caught.value.code


def test_fibre_in_another_projection_is_refused(sample: Path) -> None:
    """Metres are no degrees."""
    utm = _fibre(sample, "utm.geojson", [[[551200.0, 4432100.0], [552000.0, 4432100.0]]])
    with pytest.raises(InputError) as caught:
        load(read_plan(_plan(sample, "utm", utm)))

    assert "connect-projection" == caught.value.code


@pytest.mark.parametrize("said", ["[costs]\nmicrowave = -1.0\n", "[money]\nrate = -0.1\n"])
def test_negative_costs_are_refused(sample: Path, said: str) -> None:
    """A negative factor or rate is a named error with its range."""
    file = _plan(sample, "negative", 'fibre = "fibre.geojson"\n' + said)
    with pytest.raises((InputError, InputErrors)) as caught:
        read_plan(file)

    assert "connect-cost-range" == caught.value.code


def test_power_lines_give_the_distance_to_the_grid(sample: Path) -> None:
    """The distance to the nearest line replaces what the table says."""
    _fibre(sample, "power.geojson", [[[40.0, 5.1], [40.2, 5.1]]])
    file = _plan(sample, "power", 'fibre = "fibre.geojson"\npower_lines = "power.geojson"\n')
    table = load(read_plan(file)).inputs.settlements
    north = (table["lat"] - 5.1).abs().to_numpy() * 111.2

    assert (table["grid_km"].to_numpy() >= north - 0.1).all()
    assert np.isfinite(table["grid_km"].to_numpy()).all()


def test_everyone_served_already_needs_no_plan(sample: Path) -> None:
    """Where all have service a plan says so."""
    table = load(read_plan(_plan(sample, "done", 'fibre = "fibre.geojson"\n'))).inputs
    served = replace(table, settlements=table.settlements.with_columns(served=pl.lit(value=True)))
    with pytest.raises(InputError) as caught:
        build(served, Settings(rain_mm_h=60.0), 0.95)

    assert "connect-all-served" == caught.value.code
