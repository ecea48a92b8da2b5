import numpy as np
import polars as pl
import pytest
import shapely
from pyproj import Transformer

from saola.cadastre import codes, geohash, pole, wkb, zones
from saola.cadastre.shapes import Shapes
from saola.errors import InputError


def test_the_pole_is_within_a_millimetre_of_the_best(blobs: Shapes) -> None:
    """No point is farther from the boundary than the pole by more than the tolerance."""
    found = pole.poles(blobs)
    best = [
        shapely.maximum_inscribed_circle(item, tolerance=1e-5).length for item in blobs.polygons()
    ]

    assert (np.array(best) - found[:, 2]).max() <= pole.TOLERANCE
    boundary = shapely.boundary(blobs.polygons())
    apart = shapely.distance(shapely.points(found[:, :2]), boundary)
    np.testing.assert_allclose(found[:, 2], apart, atol=1e-6)


def test_the_pole_keeps_out_of_holes() -> None:
    """A hole counts as boundary."""
    ring = shapely.Point(0, 0).buffer(10).difference(shapely.Point(0, 0).buffer(8))

    x, y, distance = pole.poles(Shapes.of([ring]))[0]

    assert 1.0 == pytest.approx(distance, abs=0.03)
    assert ring.contains(shapely.Point(x, y))


def test_shapes_whose_centroid_lies_outside_have_their_pole() -> None:
    """Crescents, and rings that cross themselves, begin without an inner point and end with one."""
    crescent = shapely.Point(0, 0).buffer(10).difference(shapely.Point(6, 0).buffer(9))
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = pole.poles(Shapes.of([crescent, bow]))

    best = shapely.maximum_inscribed_circle(crescent, tolerance=1e-5).length
    assert found[0, 2] == pytest.approx(best, abs=pole.TOLERANCE)
    assert found[1, 2] == pytest.approx(10 / (2 + 2 * 2**0.5), abs=0.01)


def test_round_parcels_take_no_longer_than_others() -> None:
    """Of very many points that are equally near, a few are tried."""
    found = pole.poles(Shapes.of([shapely.Point(5, 5).buffer(10, quad_segs=1_000)]))[0]

    assert [5, 5, 10] == pytest.approx(list(found), abs=2e-3)


def test_a_rectangle_has_its_middle() -> None:
    """Where many points are best, the centroid is taken."""
    found = pole.poles(Shapes.of([shapely.box(0, 0, 30, 10)]))[0]

    assert [15, 5, 5] == pytest.approx(list(found))


def test_a_line_has_no_pole() -> None:
    """A polygon without area gives a corner and no distance."""
    flat = shapely.Polygon([(0, 0), (1, 0), (2, 0)])

    assert [0, 0, 0] == list(pole.poles(Shapes.of([flat]))[0])
    assert 0 == len(pole.poles(Shapes(np.empty((0, 2)), np.zeros(1, int), np.zeros(1, int))))


@pytest.mark.parametrize("epsg", list(zones.zones()))
def test_each_zone_goes_the_pinned_way_to_wgs84(epsg: int) -> None:
    """The written-out operation is EPSG's "VN-2000 to WGS 84 (2)", and it goes back."""
    zone = zones.zones()[epsg]
    lon, lat = zones.to_wgs84(np.array([510_000.0]), np.array([2_325_000.0]), epsg=epsg)
    geographic = Transformer.from_crs(epsg, 4756, always_xy=True).transform(510_000, 2_325_000)
    shift = zones.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart"
        f" +ellps=WGS84 +step {zones._HELMERT} +step +inv +proj=cart +ellps=WGS84"  # noqa: SLF001  (the pinned text itself)
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )

    assert shift.transform(*geographic) == pytest.approx((lon[0], lat[0]), abs=1e-9)
    assert abs(lon[0] - zone.meridian) < 0.2
    assert zone.epsg == zones.nearest_zone(zone.meridian).epsg
    back = zones.from_wgs84(lon, lat, epsg=epsg)
    assert [510_000, 2_325_000] == pytest.approx([back[0][0], back[1][0]], abs=2e-3)


def test_the_two_operations_of_epsg_give_other_codes() -> None:
    """The operation is part of the code: the other one moves it by more than half a metre."""
    lon, lat = zones.to_wgs84(np.array([585_000.0]), np.array([2_325_000.0]), epsg=5897)
    other = "+x=-192.873 +y=-39.382 +z=-111.202 +rx=0.00205 +ry=0.0005 +rz=-0.00335 +s=0.0188"
    geographic = Transformer.from_crs(5897, 4756, always_xy=True).transform(585_000, 2_325_000)
    shift = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart"
        f" +ellps=WGS84 +step +proj=helmert {other} +convention=coordinate_frame"
        " +step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    elsewhere = shift.transform(*geographic)
    metres = np.hypot((elsewhere[0] - lon[0]) * 103_900, (elsewhere[1] - lat[0]) * 110_700)

    assert 0.685 == pytest.approx(metres, abs=0.02)


def test_an_unknown_zone_is_refused(blobs: Shapes) -> None:
    """Coordinates of another system give no code."""
    with pytest.raises(InputError) as caught:
        codes(blobs, epsg=4326)
    assert "zone-unknown" == caught.value.code


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(-5.6, 42.6, "ezs42e44yx96"), (112.5584, 37.8324, "ww8p1r4t8yd0"), (0, 0, "s00000000000")],
)
def test_geohash_of_known_points(lon: float, lat: float, code: str) -> None:
    """GeoHash gives the published codes of known places."""
    found = geohash.encode(np.array([lon], float), np.array([lat], float))[0]

    assert code[:9] == found[:9]
    west, south, east, north = geohash.decode(str(found))
    assert west <= lon < east
    assert south <= lat < north


def test_codes_are_the_geohash_of_the_pole(blobs: Shapes) -> None:
    """A code's cell holds the pole of its parcel."""
    points = pole.poles(blobs)
    lon, lat = zones.to_wgs84(points[:, 0], points[:, 1], epsg=5897)

    for code, x, y in zip(codes(blobs, epsg=5897), lon, lat, strict=True):
        west, south, east, north = geohash.decode(str(code))
        assert west <= x < east
        assert south <= y < north


def test_wkb_is_read_as_shapely_reads_it(blobs: Shapes) -> None:
    """The fast reader and GEOS see the same polygons; multipolygons of one part pass too."""
    column = wkb.write(blobs)
    one = shapely.MultiPolygon([blobs.polygons()[0]])

    np.testing.assert_array_equal(blobs.xy, wkb.read(column).xy)
    np.testing.assert_array_equal(blobs.xy, wkb.read(column.slice(0)).xy)
    assert 1 == len(wkb.read(pl.Series([shapely.to_wkb(one)])))
    assert 0 == len(wkb.read(column.clear()))
    part = wkb.read(column.slice(2, 3))
    assert shapely.equals(part.polygons()[0], blobs.polygons()[2])
