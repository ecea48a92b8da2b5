"""Path loss over terrain: links and radials."""

import numpy as np
import pytest

from saola.connect.radio import p1812
from saola.connect.radio.over_ground import (
    Links,
    Steps,
    free_space,
    link_losses,
    radial_losses,
    toward,
)
from saola.connect.radio.p1812 import Antennas, Profile, Signal
from saola.connect.terrain import Ground, invented_ground, invented_terrain
from saola.connect.terrain.sampling import along, cells_of, cut_profile, distance_km, room_for
from saola.errors import InputError

BOUNDS = (107.0, 16.0, 107.4, 16.4)
SITE = (16.2, 107.2)
SIGNAL = Signal(7e8, 50.0, 50.0)


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Invented hills with cover."""
    rng = np.random.default_rng(11)
    return invented_ground(rng, invented_terrain(rng, BOUNDS, step_m=200.0))


def some_links(count: int, seed: int = 1) -> Links:
    """Links between random places of the ground."""
    rng = np.random.default_rng(seed)

    def places() -> np.ndarray:
        return np.column_stack(
            [rng.uniform(16.05, 16.35, count), rng.uniform(107.05, 107.35, count)]
        )

    return Links(places(), places(), np.full(count, 30.0), np.full(count, 1.5))


def test_a_link_is_its_profile_s_loss(ground: Ground) -> None:
    """A link over terrain has the loss of the profile cut between its ends."""
    links = some_links(5)
    found = link_losses(ground, links, SIGNAL, step_m=200.0)
    for m in range(5):
        a, b = tuple(links.transmitter[m]), tuple(links.receiver[m])
        d = distance_km(a, b)
        lines = room_for(int(np.ceil(d / 0.2)) + 1)
        cut_profile(cells_of(ground), a, b, (lines.distance.size, d), lines)
        profile = Profile(lines.distance, lines.ground, lines.surface - lines.ground, lines.zone)
        ends = Antennas(30.0, 1.5, along(a, b, d, 0.5)[0])
        assert p1812.intermediates(profile, ends, SIGNAL).lb == pytest.approx(found[m], abs=1e-9)


def test_threads_change_nothing(ground: Ground) -> None:
    """The losses do not depend on the number of threads."""
    links = some_links(101)

    one, three = (link_losses(ground, links, SIGNAL, threads=n) for n in (1, 3))
    assert one.tolist() == three.tolist()


def test_a_radial_s_receivers_have_the_loss_of_their_own_link(ground: Ground) -> None:
    """Sharing a radial's profile gives each receiver what the full method gives it."""
    steps = Steps(0.2, 80, 30.0, 1.5)
    shared = radial_losses(ground, SITE, steps, SIGNAL, radials=12)
    places = np.array([toward(SITE, 30.0 * r, 0.2 * k) for r in range(12) for k in range(1, 81)])
    count = len(places)
    links = Links(np.tile(SITE, (count, 1)), places, np.full(count, 30.0), np.full(count, 1.5))
    alone = link_losses(ground, links, SIGNAL, step_m=200.0).reshape(12, 80)

    off = np.abs(shared - alone)
    assert np.median(off) < 1e-3
    assert np.quantile(off, 0.99) < 0.1


def test_a_radial_ends_where_the_terrain_does(ground: Ground) -> None:
    """Receivers outside the terrain have no loss; the nearest ones have that of free space."""
    losses = radial_losses(ground, SITE, Steps(0.2, 300, 30.0, 1.5), SIGNAL, radials=8)

    assert np.isnan(losses[:, -1]).all()
    assert np.isfinite(losses[:, :80]).all()
    assert free_space(0.7, 0.2, 0.0) == pytest.approx(losses[0, 0], abs=1.0)


def test_loss_over_flat_sea_grows_outward() -> None:
    """On flat ground the loss never falls with distance beyond a few hundred metres."""
    flat = invented_terrain(np.random.default_rng(0), BOUNDS, step_m=400.0)
    ground = Ground.bare(
        type(flat)(
            np.zeros_like(flat.heights_m), flat.west, flat.north, flat.step_lon, flat.step_lat
        )
    )
    losses = radial_losses(ground, SITE, Steps(0.4, 40, 30.0, 1.5), SIGNAL, radials=4)

    assert (np.diff(losses[:, 1:], axis=1) > 0.0).all()


@pytest.mark.parametrize(
    ("place", "code"), [((17.0, 107.2), "terrain-outside"), ((16.2, 100.0), "terrain-outside")]
)
def test_an_antenna_outside_is_named(ground: Ground, place: tuple[float, float], code: str) -> None:
    """A site or a link's end outside the terrain is refused."""
    with pytest.raises(InputError) as caught:
        radial_losses(ground, place, Steps(0.2, 10, 30.0, 1.5), SIGNAL)
    assert code == caught.value.code
    one = np.array([30.0])
    with pytest.raises(InputError) as caught:
        link_losses(ground, Links(np.array([SITE]), np.array([place]), one, one), SIGNAL)
    assert code == caught.value.code


def test_bad_links_are_named() -> None:
    """Arrays of different length and antennas below ground are refused."""
    place, one = np.array([SITE]), np.array([30.0])
    with pytest.raises(InputError) as caught:
        Links(place, place, one, np.array([30.0, 1.5]))
    assert "profile-lengths-differ" == caught.value.code
    with pytest.raises(InputError) as caught:
        Links(place, place, one, np.array([-1.0]))
    assert ("radio-out-of-range", "receiver_m") == (caught.value.code, caught.value.where)
