"""Coverage maps and best servers."""

import numpy as np
import pytest

from saola.connect.radio.carriers import carrier
from saola.connect.radio.coverage import (
    NOBODY,
    Mast,
    Reach,
    coverage,
    loss_map,
    share_reached,
)
from saola.connect.radio.over_ground import Links, link_losses
from saola.connect.radio.p1812 import Signal
from saola.connect.terrain import Ground, Terrain, invented_ground, invented_terrain
from saola.errors import InputError

BOUNDS = (107.0, 16.0, 107.3, 16.3)
LOW = carrier("4G 700")
REACH = Reach(km=12.0, cell_m=400.0)
MASTS = (Mast(16.1, 107.1), Mast(16.2, 107.2))


@pytest.fixture(scope="module")
def hills() -> Ground:
    """Invented hills with cover."""
    rng = np.random.default_rng(4)
    return invented_ground(rng, invented_terrain(rng, BOUNDS, step_m=200.0))


@pytest.fixture(scope="module")
def plain() -> Ground:
    """Flat bare land."""
    return Ground.bare(Terrain(np.zeros((151, 151), np.float32), 107.0, 16.3, 0.002, 0.002))


def test_a_map_is_close_to_the_full_method(hills: Ground) -> None:
    """Taken between radials the loss is near that of each cell's own path: within 3 dB, mostly."""
    grid, losses = loss_map(hills, MASTS[0], LOW, REACH)
    rows, columns = np.nonzero(np.isfinite(losses))
    places = np.column_stack(
        [grid.north - rows * grid.step_lat, grid.west + columns * grid.step_lon]
    )
    west, south, east, north = hills.terrain.bounds
    inside = (places[:, 0] >= south) & (places[:, 1] <= east)
    places, count = places[inside], int(inside.sum())
    masts = np.tile((16.1, 107.1), (count, 1))
    links = Links(masts, places, np.full(count, 30.0), np.full(count, LOW.receiver_m))
    full = link_losses(hills, links, Signal(LOW.frequency_hz, 50.0))
    off = losses[rows, columns][inside] - full

    assert west < east
    assert north > south
    assert abs(float(np.mean(off))) < 0.5
    assert float(np.median(np.abs(off))) < 3.0


def test_the_best_server_on_a_plain_is_the_nearest(plain: Ground) -> None:
    """Where nothing stands in the way each place is served by the nearer of two equal sites."""
    found = coverage(plain, MASTS, LOW, REACH)
    grid = found.grid
    lat = grid.north - np.arange(grid.heights_m.shape[0])[:, None] * grid.step_lat
    lon = grid.west + np.arange(grid.heights_m.shape[1])[None, :] * grid.step_lon
    away = [
        np.hypot(lat - m.latitude, (lon - m.longitude) * np.cos(np.radians(16.15))) for m in MASTS
    ]
    clear = (np.abs(away[0] - away[1]) > 0.01) & (found.server != NOBODY)

    assert clear.sum() > 500
    assert (found.server == np.argmin(away, axis=0))[clear].all()


def test_interference_only_lowers_rates(hills: Ground) -> None:
    """With other sites silent no place has a lower rate, and the best server stays the same."""
    busy = coverage(hills, MASTS, LOW, REACH)
    silent = coverage(hills, MASTS, LOW, Reach(km=12.0, cell_m=400.0, load=0.0))

    assert np.array_equal(busy.server, silent.server)
    assert (busy.mbps <= silent.mbps).all()
    assert busy.mbps.sum() < silent.mbps.sum()


def test_walls_lower_the_level_by_their_loss(plain: Ground) -> None:
    """Indoors the received power is lower by the building entry loss, everywhere."""
    outdoors = coverage(plain, MASTS[:1], LOW, REACH)
    indoors = coverage(plain, MASTS[:1], LOW, Reach(km=12.0, cell_m=400.0, entry_db=14.0))
    off = (outdoors.received_dbm - indoors.received_dbm)[outdoors.server != NOBODY]

    assert 14.0 == pytest.approx(float(off.min()))
    assert 14.0 == pytest.approx(float(off.max()))


def test_nothing_is_reached_beyond_the_reach(plain: Ground) -> None:
    """Cells farther than the reach have no server, no level and no rate; progress is told."""
    told: list[tuple[int, int]] = []
    found = coverage(
        plain, MASTS[:1], LOW, Reach(km=3.0, cell_m=400.0),
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    far = found.server == NOBODY

    assert 0.15 < far.mean() < 0.4  # the corners of the square about the circle
    assert np.isnan(found.received_dbm[far]).all()
    assert (found.mbps[far] == 0.0).all()
    assert [(1, 1)] == told


def test_a_site_in_the_sea_of_another_map_is_named(plain: Ground) -> None:
    """A site outside the terrain is refused by name."""
    with pytest.raises(InputError) as caught:
        coverage(plain, [Mast(10.0, 107.1)], LOW, REACH)
    assert "terrain-outside" == caught.value.code


def test_no_masts_are_named(plain: Ground) -> None:
    """A map of no masts is refused."""
    with pytest.raises(InputError) as caught:
        coverage(plain, [], LOW, REACH)
    assert "masts-columns" == caught.value.code


def test_half_the_places_are_reached_at_the_limit() -> None:
    """With no margin half of the places are reached, with 1.28 deviations 90 %."""
    assert 0.5 == share_reached(6.0, 0.0)
    assert 0.9 == pytest.approx(share_reached(6.0, 7.69), abs=1e-3)
    assert 1.0 == share_reached(0.0, 0.1)
