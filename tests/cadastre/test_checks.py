from itertools import combinations

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from saola.cadastre import checks, codes, synthetic
from saola.cadastre.gaps import holes
from saola.cadastre.overlap import overlaps
from saola.cadastre.shapes import Shapes
from saola.errors import InputError


@pytest.fixture(scope="module")
def sheet() -> tuple[Shapes, pl.DataFrame]:
    """A tiled commune with planted faults."""
    return synthetic.parcels(8_000, seed=2)


@pytest.fixture(scope="module")
def findings(sheet: tuple[Shapes, pl.DataFrame]) -> pl.DataFrame:
    """What the checks say of it."""
    return checks.all_checks(sheet[0], documented=sheet[1]["area"])


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("overlap", "overlap"),
        ("gap", "gap"),
        ("crossed", "ring-invalid"),
        ("area", "area-document"),
    ],
)
def test_planted_faults_are_found_and_no_others(
    sheet: tuple[Shapes, pl.DataFrame], findings: pl.DataFrame, fault: str, rule: str
) -> None:
    """Each planted fault gives one finding, and nothing else gives any."""
    planted = set(np.flatnonzero((sheet[1]["fault"] == fault).to_numpy()).tolist())
    found = findings.filter(pl.col("rule") == rule)

    assert len(planted) == found.height
    named = [set(pair) for pair in found.select("parcel", "other").rows()]
    if fault == "gap":
        spoilt = sheet[0].polygons()[sorted(planted)]
        points = shapely.points(found.select("x", "y").to_numpy())
        assert all(shapely.distance(spoilt, point).min() < 3 for point in points)
    else:
        assert all(pair & planted for pair in named)


def _squares(*corners: tuple[float, float]) -> Shapes:
    return Shapes.of([shapely.box(x, y, x + 10, y + 10) for x, y in corners])


def test_neighbours_do_not_overlap() -> None:
    """A shared edge or corner is no overlap, even with a vertex on one side only."""
    long = shapely.box(0, 10, 20, 20)
    shapes = Shapes.of([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), long])

    assert 0 == overlaps(shapes).height


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=8))
def test_overlaps_are_those_that_geos_finds(corners: list[tuple[int, int]]) -> None:
    """Pairs and areas equal those of cutting every pair, also where parcels coincide."""
    shapes = _squares(*corners)
    polygons = shapes.polygons()
    expected = {
        (i, j): area
        for i in range(len(polygons))
        for j in range(i + 1, len(polygons))
        if (area := shapely.area(shapely.intersection(polygons[i], polygons[j]))) > 0.05
    }

    found = {(row[0], row[1]): row[2] for row in overlaps(shapes).rows()}

    assert expected == pytest.approx(found)


_TURNED = st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(0, 90))


@settings(max_examples=60, deadline=None)
@given(st.lists(_TURNED, min_size=2, max_size=8))
def test_overlaps_of_turned_parcels_are_found(corners: list[tuple[int, int, float]]) -> None:
    """Every clear overlap is found, whatever its angle, and nothing that lies apart."""
    polygons = [affinity.rotate(shapely.box(x, y, x + 10, y + 10), turn) for x, y, turn in corners]
    area = {
        (i, j): shapely.area(shapely.intersection(polygons[i], polygons[j]))
        for i, j in combinations(range(len(polygons)), 2)
    }

    found = set(overlaps(Shapes.of(polygons)).select("left", "right").rows())

    assert {pair for pair, size in area.items() if size > 1} <= found
    assert found <= {pair for pair, size in area.items() if size > 0.05}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_parcel_overlaps_nothing(place: int) -> None:
    """One without corners is passed over, wherever it stands in the file."""
    polygons = [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)]
    polygons.insert(place, shapely.Polygon())
    both = tuple(sorted({0, 1, 2} - {place}))

    assert [(*both, 50.0)] == overlaps(Shapes.of(polygons)).select("left", "right", "area").rows()
    assert 0 == overlaps(Shapes.of([shapely.Polygon()] * 2)).height


def test_a_parcel_inside_another_overlaps_it() -> None:
    """Containment is an overlap."""
    shapes = Shapes.of([shapely.box(0, 0, 10, 10), shapely.box(4, 4, 6, 6)])

    assert [(0, 1, 4.0)] == overlaps(shapes).select("left", "right", "area").rows()


def _holes_of_whole_union(polygons: np.ndarray) -> set[tuple[float, ...]]:
    cover = shapely.union_all(polygons, grid_size=0.001)
    rings = [ring for part in shapely.get_parts(cover) for ring in part.interiors]
    within = shapely.difference(shapely.polygons(rings), cover) if rings else rings
    return {_place(hole) for hole in shapely.get_parts(within)}


def _place(hole: shapely.Polygon) -> tuple[float, ...]:
    return round(hole.area, 2), round(hole.centroid.x, 2), round(hole.centroid.y, 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["whole", "none", "parted", "wide", "twice"]), min_size=36, max_size=36
    )
)
def test_holes_are_those_of_the_union_of_all(cells: list[str]) -> None:
    """Leaving parcels out of the union loses no hole, and takes no parcel for one."""
    made: list[shapely.Polygon] = []
    for cell, kind in enumerate(cells):
        x, y = cell % 6 * 4, cell // 6 * 4
        made += {
            "whole": [shapely.box(x, y, x + 4, y + 4)],
            "none": [],
            "parted": [shapely.box(x, y, x + 2, y + 4), shapely.box(x + 2, y, x + 4, y + 4)],
            "wide": [shapely.box(x, y, x + 5, y + 4)],
            "twice": [shapely.box(x, y, x + 4, y + 4)] * 2,
        }[kind]
    polygons = np.array(made, dtype=object)

    found = holes(polygons, widest=1e9)

    assert _holes_of_whole_union(polygons) <= {_place(hole) for hole in found}
    assert 0 == shapely.area(shapely.intersection(shapely.union_all(polygons), found)).sum()


def test_corners_close_a_hole_and_an_island_lies_in_one() -> None:
    """Four parcels that meet in corners alone leave a hole; one too small for its place, a ring."""
    ring = [shapely.box(x * 4, y * 4, x * 4 + 4, y * 4 + 4) for x in range(3) for y in range(3)]
    cross = [ring[place] for place in (1, 3, 5, 7)]

    assert [16.0] == shapely.area(holes(np.array(cross, dtype=object))).tolist()
    ring[4] = shapely.box(5, 5, 7, 7)
    assert [12.0] == shapely.area(holes(np.array(ring, dtype=object))).tolist()


def test_a_spike_hides_no_hole() -> None:
    """A ring that is made valid as an area and a line takes no hole from others."""
    ring = [shapely.box(x * 4, y * 4, x * 4 + 4, y * 4 + 4) for x in range(3) for y in range(3)]
    del ring[4]
    spike = shapely.Polygon([(20, 0), (24, 0), (24, 4), (22, 4), (22, 9), (22, 4), (20, 4)])

    assert [16.0] == shapely.area(holes(np.array([*ring, spike], dtype=object))).tolist()


@pytest.mark.parametrize("polygons", [[], [shapely.Polygon()], [shapely.box(0, 0, 4, 4)]])
def test_few_parcels_leave_no_hole(polygons: list[shapely.Polygon]) -> None:
    """None, an empty one and a single one enclose nothing."""
    assert 0 == len(holes(np.array(polygons, dtype=object)))


def test_thin_parcels_are_slivers() -> None:
    """A strip of 100 m by 10 cm is a sliver, a square is none."""
    shapes = Shapes.of([shapely.box(0, 0, 100, 0.1), shapely.box(0, 1, 10, 11)])

    assert [0] == checks.slivers(shapes)["parcel"].to_list()


def test_equal_codes_are_found() -> None:
    """The second parcel with a code names the first; parcels without code are left alone."""
    shapes = _squares((500_000, 2_300_000), (500_000, 2_300_000), (500_100, 2_300_000))
    minted = pl.Series(codes(shapes, epsg=5897).tolist())

    found = checks.duplicate_codes(pl.concat([minted, pl.Series([None, None], dtype=pl.String)]))

    assert [(1, 0)] == found.select("parcel", "other").rows()


def test_invented_parcels_tile(sheet: tuple[Shapes, pl.DataFrame]) -> None:
    """The same seed gives the same parcels, and too few are refused."""
    again, _ = synthetic.parcels(8_000, seed=2)

    np.testing.assert_array_equal(sheet[0].xy, again.xy)
    with pytest.raises(InputError):
        synthetic.parcels(3, seed=1)
