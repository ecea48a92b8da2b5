"""Terrain: grids, files, invented land, profiles."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.connect.terrain import (
    Ground,
    Look,
    Terrain,
    clutter_classes,
    invented_ground,
    invented_terrain,
    read_cover,
    read_geotiff,
    read_hgt,
    read_terrain,
    write_geotiff,
)
from saola.connect.terrain.sampling import (
    along,
    cells_of,
    cut_profile,
    distance_km,
    points_of,
    room_for,
)
from saola.errors import InputError, IntegrityError

BOUNDS = (107.0, 16.0, 107.2, 16.2)


def sloped() -> Terrain:
    """A plane that rises 100 m a row southward and 10 m a column eastward."""
    rows, columns = np.mgrid[0:21, 0:31]
    return Terrain((100.0 * rows + 10.0 * columns).astype(np.float32), 107.0, 16.2, 0.01, 0.01)


def code_of(raised: pytest.ExceptionInfo[InputError]) -> str:
    """Give the code of the error that was raised."""
    return raised.value.code


def test_a_profile_over_a_plane_is_straight() -> None:
    """Bilinear heights on a plane are exact at every point of the profile."""
    terrain = sloped()
    cells, a, b = cells_of(Ground.bare(terrain)), (16.15, 107.05), (16.05, 107.25)
    d = distance_km(a, b)
    points = points_of(d, 0.09)
    lines = room_for(points)
    cut_profile(cells, a, b, (points, d), lines)

    expected = []
    for share in np.linspace(0.0, 1.0, points):
        lat, lon = along(a, b, d, share)
        expected.append(100.0 * (16.2 - lat) / 0.01 + 10.0 * (lon - 107.0) / 0.01)
    assert expected == pytest.approx(lines.ground.tolist(), abs=0.02)
    assert d == pytest.approx(lines.distance[-1])


@given(
    start=st.tuples(st.floats(16.0, 16.2), st.floats(107.0, 107.3)),
    end=st.tuples(st.floats(16.0, 16.2), st.floats(107.0, 107.3)),
)
@settings(max_examples=50, deadline=None)
def test_a_profile_is_the_same_both_ways(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Cutting from the other end gives the same heights in the other order."""
    cells = cells_of(Ground.bare(sloped()))
    d = distance_km(start, end)
    points = points_of(d, 0.5)
    there, back = room_for(points), room_for(points)
    cut_profile(cells, start, end, (points, d), there)
    cut_profile(cells, end, start, (points, d), back)

    assert there.ground.tolist() == pytest.approx(back.ground[::-1].tolist(), abs=0.05)


def test_a_path_follows_the_great_circle() -> None:
    """Every point of a 200 km path lies within a metre of the great circle."""
    rows, columns = np.mgrid[0:300, 0:300]
    lat_grid = Terrain((rows / 1.0).astype(np.float32), 107.0, 18.0, 0.01, 0.01)
    a, b = (15.2, 107.1), (17.0, 109.5)
    d = distance_km(a, b)
    points = points_of(d, 1.0)
    lines = room_for(points)
    cut_profile(cells_of(Ground.bare(lat_grid)), a, b, (points, d), lines)
    latitudes = [along(a, b, d, share)[0] for share in np.linspace(0.0, 1.0, points)]

    off_m = (18.0 - lines.ground * 0.01 - np.array(latitudes)) * 111_195.0
    assert np.abs(off_m).max() < 1.0
    assert columns.shape == (300, 300)


def test_terrain_may_cross_the_date_line() -> None:
    """Longitudes are counted eastward from the grid's west, past 180 degrees."""
    heights = np.tile(np.arange(41, dtype=np.float32), (11, 1))
    terrain = Terrain(heights, 179.8, 16.1, 0.01, 0.02)
    lines = room_for(3)
    d = distance_km((16.0, 179.9), (16.0, -179.9))
    cut_profile(cells_of(Ground.bare(terrain)), (16.0, 179.9), (16.0, -179.9), (3, d), lines)

    assert [10.0, 20.0, 30.0] == pytest.approx(lines.ground.tolist(), abs=1e-3)
    terrain.require_inside(np.array([16.0]), np.array([-179.85]))


def test_invented_land_is_the_same_for_the_same_seed() -> None:
    """A seed fixes terrain and cover; the sea lies at 0 and the highest ground is as asked."""
    look = Look(relief_m=800.0, sea=0.2)
    one = invented_terrain(np.random.default_rng(5), BOUNDS, step_m=200.0, look=look)
    two = invented_terrain(np.random.default_rng(5), BOUNDS, step_m=200.0, look=look)
    cover = invented_ground(np.random.default_rng(6), one)

    assert np.array_equal(one.heights_m, two.heights_m)
    assert 0.2 == pytest.approx(np.mean(one.heights_m <= 0.0), abs=0.02)
    assert 800.0 == pytest.approx(float(one.heights_m.max()), abs=41.0)
    assert {0.0, 10.0, 15.0} == set(np.unique(cover.clutter_m).tolist())
    assert np.array_equal(cover.zone == 1, one.heights_m <= 0.0)


def test_invented_land_has_hills_and_plains() -> None:
    """Neighbouring points are close in height, distant ones are not: slopes like real land's."""
    heights = invented_terrain(np.random.default_rng(8), BOUNDS, step_m=100.0).heights_m
    near = np.abs(np.diff(heights, axis=0)).mean()
    far = np.abs(heights[60:] - heights[:-60]).mean()

    assert 5.0 < far / near
    assert 0.005 < np.hypot(*np.gradient(heights, 100.0)).mean() < 0.5


def test_geotiff_survives_the_way_out_and_in(tmp_path: Path) -> None:
    """Heights, place and holes are read as they were written."""
    terrain = sloped()
    holed = terrain.heights_m.copy()
    holed[3, 4] = np.nan
    write_geotiff(tmp_path / "t.tif", holed, terrain, tags={"kind": "synthetic"})
    found = read_terrain([tmp_path / "t.tif"])

    assert np.array_equal(holed, found.heights_m, equal_nan=True)
    assert terrain.bounds == pytest.approx(found.bounds)
    with rasterio.open(tmp_path / "t.tif") as file:
        assert "synthetic" == file.tags()["kind"]


@pytest.mark.filterwarnings(  # rasterio 1.4 multiplies the transforms of affine 3 so
    "ignore:Use `@` matmul:PendingDeprecationWarning"
)
def test_a_projected_geotiff_is_brought_to_degrees(tmp_path: Path) -> None:
    """A raster in UTM metres lands on its latitude and longitude."""
    transform = rasterio.Affine(100.0, 0.0, 700_000.0, 0.0, -100.0, 1_800_000.0)
    heights = np.full((60, 80), 250.0, np.float32)
    with rasterio.open(
        tmp_path / "utm.tif", "w", driver="GTiff", width=80, height=60, count=1,
        dtype="float32", crs="EPSG:32648", transform=transform,
    ) as file:  # fmt: skip
        file.write(heights, 1)
    found = read_geotiff(tmp_path / "utm.tif")
    west, south, east, north = found.bounds

    assert (106.87, 106.95) == pytest.approx((west, east), abs=0.01)
    assert (16.22, 16.27) == pytest.approx((south, north), abs=0.01)
    assert 250.0 == float(np.nanmedian(found.heights_m))


def test_hgt_tiles_join(tmp_path: Path) -> None:
    """Two neighbouring tiles make one terrain, and their holes stay holes."""
    for name, value in (("N16E107", 100), ("N16E108", 300)):
        tile = np.full((1201, 1201), value, ">i2")
        tile[5, 5] = -32768
        (tmp_path / f"{name}.hgt").write_bytes(tile.tobytes())
    found = read_terrain(sorted(tmp_path.glob("*.hgt")))

    assert (107.0, 16.0, 109.0, 17.0) == pytest.approx(found.bounds)
    assert (2, 100.0, 300.0) == (found.holes, found.heights_m[600, 3], found.heights_m[600, 2000])


def test_small_holes_take_the_nearest_height() -> None:
    """A filled hole has its neighbour's height; one too far from land that is known is refused."""
    terrain = sloped()
    holed = terrain.heights_m.copy()
    holed[10, 10] = np.nan
    small = replace(terrain, heights_m=holed)

    filled = small.filled()
    assert 0 == filled.holes
    assert filled.heights_m[10, 10] in {holed[9, 10], holed[11, 10], holed[10, 9], holed[10, 11]}
    assert terrain.filled() is terrain

    holed = terrain.heights_m.copy()
    holed[2:18, 2:28] = np.nan
    with pytest.raises(IntegrityError) as caught:
        replace(terrain, heights_m=holed).filled()
    assert "terrain-hole" == caught.value.code


def test_ground_refuses_holes_and_strange_cover() -> None:
    """Holes, unknown classes and grids of another shape are named."""
    terrain = sloped()
    holed = terrain.heights_m.copy()
    holed[0, 0] = np.nan
    with pytest.raises(InputError) as caught:
        Ground.bare(replace(terrain, heights_m=holed))
    assert "terrain-has-holes" == code_of(caught)
    with pytest.raises(InputError) as caught:
        Ground.covered(terrain, np.full(terrain.heights_m.shape, 9, np.int8))
    assert "clutter-unknown" == code_of(caught)
    with pytest.raises(InputError) as caught:
        Ground.covered(terrain, np.full((2, 2), 2, np.int8))
    assert "terrain-grids-differ" == code_of(caught)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"north": 1_800_000.0}, "terrain-not-geographic"),
        ({"step_lat": -0.01}, "terrain-not-geographic"),
        ({"heights_m": np.full((3, 3), np.nan, np.float32)}, "terrain-empty"),
        ({"heights_m": np.full((3, 3), -32768.0, np.float32)}, "terrain-heights"),
        ({"heights_m": np.zeros((1, 3), np.float32)}, "terrain-too-small"),
    ],
)
def test_terrain_that_cannot_be_is_named(change: dict[str, object], code: str) -> None:
    """A grid in metres, upside down, empty, with raw no-data values or too small is refused."""
    with pytest.raises(InputError) as caught:
        replace(sloped(), **change)
    assert code == code_of(caught)


def test_places_outside_are_counted() -> None:
    """The error says how many places lie outside and where the first is."""
    with pytest.raises(InputError) as caught:
        sloped().require_inside(np.array([16.1, 15.0, 17.0]), np.array([107.1, 107.1, 107.1]))
    assert ("terrain-outside", 2) == (code_of(caught), caught.value.facts["count"])
    assert caught.value.found.startswith("15.0")


def test_bad_files_are_named(tmp_path: Path) -> None:
    """Each fault of a terrain file has its own error."""
    (tmp_path / "N16E107.hgt").write_bytes(b"12")
    (tmp_path / "tile.hgt").write_bytes(b"12")
    (tmp_path / "broken.tif").write_bytes(b"12")
    (tmp_path / "t.xyz").write_bytes(b"12")
    with rasterio.open(
        tmp_path / "bare.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float32",
        transform=rasterio.Affine(0.01, 0, 107, 0, -0.01, 16),
    ) as file:  # fmt: skip
        file.write(np.ones((4, 4), np.float32), 1)
    found = []
    for name in ("N16E107.hgt", "tile.hgt", "broken.tif", "t.xyz", "bare.tif", "none.tif"):
        with pytest.raises(InputError) as caught:
            read_terrain([tmp_path / name])
        found.append(code_of(caught))

    assert [
        "hgt-size", "hgt-name", "terrain-unreadable", "terrain-kind", "terrain-no-projection",
        "profile-file-missing",
    ] == found  # fmt: skip
    assert read_hgt.__doc__


def test_tiles_of_different_grids_do_not_join(tmp_path: Path) -> None:
    """Terrain with another step is not silently resampled."""
    terrain = sloped()
    write_geotiff(tmp_path / "a.tif", terrain.heights_m, terrain)
    write_geotiff(tmp_path / "b.tif", terrain.heights_m, replace(terrain, step_lat=0.011))
    with pytest.raises(InputError) as caught:
        read_terrain([tmp_path / "a.tif", tmp_path / "b.tif"])
    assert "terrain-tiles-differ" == code_of(caught)


@pytest.mark.parametrize("scheme", ["p1812", "worldcover"])
def test_every_clutter_class_has_a_source(scheme: str) -> None:
    """Each row of clutter.csv names where its height comes from."""
    for row in clutter_classes(scheme).values():
        assert row.source
        assert 0.0 <= row.height_m <= 50.0


def test_cover_is_brought_to_the_terrain_s_grid(tmp_path: Path) -> None:
    """Classes of a coarser raster are taken by the nearest; outside it nothing is mapped."""
    terrain = sloped()
    codes = np.full((3, 4), 10, np.uint8)
    codes[0] = 50
    with rasterio.open(
        tmp_path / "cover.tif", "w", driver="GTiff", width=4, height=3, count=1, dtype="uint8",
        crs="EPSG:4326", transform=rasterio.Affine(0.05, 0.0, 106.995, 0.0, -0.05, 16.205),
    ) as file:  # fmt: skip
        file.write(codes, 1)
    found = read_cover(tmp_path / "cover.tif", terrain)
    ground = Ground.covered(terrain, found, scheme="worldcover")

    assert (50, 10, 0) == (found[0, 0], found[10, 10], found[10, 25])
    assert (10.0, 15.0, 0.0) == tuple(
        ground.clutter_m[r, k] for r, k in ((0, 0), (10, 10), (10, 25))
    )
    with pytest.raises(InputError) as caught:
        read_cover(tmp_path / "none.tif", terrain)
    assert "profile-file-missing" == code_of(caught)


def test_lakes_are_not_sea() -> None:
    """Water at sea level is sea, water higher up is inland."""
    terrain = sloped()
    ground = Ground.covered(terrain, np.full(terrain.heights_m.shape, 1, np.int8))

    assert (1, 4) == (ground.zone[0, 0], ground.zone[5, 5])


def test_an_unknown_scheme_of_cover_is_named() -> None:
    """Only schemes of clutter.csv are known."""
    with pytest.raises(InputError) as caught:
        clutter_classes("corine")
    assert "clutter-unknown" == code_of(caught)
