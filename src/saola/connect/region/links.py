"""Which station can serve which place over the terrain, and how much of its air time that takes."""

from dataclasses import dataclass

import numpy as np

from saola.connect.distances import Floats, Ints, pairs_within
from saola.connect.radio.carriers import Carrier, carrier
from saola.connect.radio.over_ground import Links, link_losses
from saola.connect.radio.p1812 import Signal
from saola.connect.region.places import Places
from saola.connect.region.settings import Settings
from saola.connect.stations import Station
from saola.connect.terrain import Ground

LOCATIONS = 90.0  # percentage of locations that count as covered


@dataclass(frozen=True, eq=False)
class Served:
    """What one kind of station gives to the places in reach.

    Attributes:
        site: Site of each link, shape (links,).
        place: Place of each link.
        mbps: Rate of the whole site if it served that place alone.
    """

    site: Ints
    place: Ints
    mbps: Floats


def served_by(
    places: Places, ground: Ground, kind: Station, settings: Settings, *, threads: int = 1
) -> Served:
    """Find the rates a kind of station gives to the places around every site.

    A carrier counts where its loss, not exceeded at 90 % of locations and half the time, leaves
    the uplink its least rate; the place counts where the carriers together reach the target speed.

    Args:
        places: Places and sites.
        ground: Terrain and what stands on it.
        kind: Of station.
        settings: Reach, speeds, margins.
        threads: How many threads share the paths; the result does not depend on it.
    """
    site, place, _ = pairs_within(
        places.site_lat, places.site_lon, places.lat, places.lon,
        1000 * settings.reach.station_km,
    )  # fmt: skip
    total = np.zeros(len(site))
    losses: dict[tuple[float, float], Floats] = {}
    for one in map(carrier, kind.carriers):
        key = (one.frequency_hz, one.receiver_m)
        if key not in losses:
            losses[key] = _losses(places, ground, (site, place), one, kind, settings, threads)
        total += _rate(one, losses[key], settings)
    enough = total >= settings.demand.speed_mbps
    return Served(site[enough], place[enough], total[enough])


def _losses(
    places: Places,
    ground: Ground,
    pair: tuple[Ints, Ints],
    one: Carrier,
    kind: Station,
    settings: Settings,
    threads: int,
) -> Floats:
    site, place = pair
    links = Links(
        np.column_stack((places.site_lat[site], places.site_lon[site])),
        np.column_stack((places.lat[place], places.lon[place])),
        np.full(len(site), kind.mast_m),
        np.full(len(site), one.receiver_m),
    )
    signal = Signal(one.frequency_hz, 50.0, LOCATIONS, settings.spread_db)
    return link_losses(ground, links, signal, threads=threads)


def _rate(one: Carrier, loss: Floats, settings: Settings) -> Floats:
    """Give the rate of all sectors of a carrier; 0 where the uplink does not reach."""
    ratio = one.sinr_db(one.received_dbm(loss)) - settings.interference_db
    rate = one.sectors * one.rate_mbps(ratio)
    reached = loss <= one.uplink_limit_db(settings.edge_up_mbps)
    result: Floats = np.where(reached, rate, 0.0)
    return result
