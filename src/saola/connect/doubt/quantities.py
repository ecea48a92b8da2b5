"""The bill of quantities of a design: how many units of every cost item it needs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from saola.connect.costs import Money, costs, power_units
from saola.connect.plan.problem import CORE, Design, Medium
from saola.connect.region.build import Region


def quantities(region: Region, design: Design) -> dict[str, float]:
    """Count the units of every cost item that a design needs.

    Their sum at the plan's prices is the design's cost. The core network counts as more radio.

    Args:
        region: The region.
        design: What is built in it.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for part in (_stations, _links, _hops):
        for item, units in part(region, design):
            found[item] += units
    terminals = float(region.places.households[design.direct].sum())
    found["satellite-terminal"] += terminals
    return {item: found[item] for item in costs() if found[item] > 0}


def _stations(region: Region, design: Design) -> Iterator[tuple[str, float]]:
    problem, money = region.problem, region.settings.money
    for index in np.flatnonzero(design.station).tolist():
        site = int(problem.station_site[index])
        kind = region.kinds[int(problem.station_kind[index])]
        yield "tower-existing" if region.places.tower[site] else "tower-new", 1.0
        if kind.radio_item:
            yield kind.radio_item, 1.0 + kind.core(money)
        if problem.station_sky[index] > 0:
            yield "satellite-backhaul", 1.0
        needed = power_units(kind.watts, float(region.places.site_grid_km[site]))
        yield from needed[region.power[index]].items()


def _links(region: Region, design: Design) -> Iterator[tuple[str, float]]:
    problem, places = region.problem, region.places
    for link in np.flatnonzero(design.link).tolist():
        station, place = int(problem.link_station[link]), int(problem.link_place[link])
        kind = region.kinds[int(problem.station_kind[station])]
        yield "spectrum-mhz-person", float(places.people[place]) * kind.spectrum_mhz
        if kind.subscriber_item:
            yield kind.subscriber_item, float(places.households[place])
        if problem.station_sky[station] > 0:
            yield "satellite-mbps", float(problem.demand[place])


def _hops(region: Region, design: Design) -> Iterator[tuple[str, float]]:
    problem = region.problem
    for hop in np.flatnonzero(design.hop).tolist():
        if problem.hop_medium[hop] == Medium.FIBRE:
            yield "fibre-end", 1.0
            yield "fibre-metre", float(region.hops.trench_m[hop])
            continue
        yield "microwave", 1.0
        if problem.hop_from[hop] == CORE:
            yield "tower-existing", 1.0


def bill(found: Mapping[str, float], money: Money) -> pl.DataFrame:
    """Write quantities as a table with their cost at both ends of its range.

    Args:
        found: Units of every item.
        money: How costs are valued.
    """
    low, mid, high = (money.at(level) for level in ("low", "mid", "high"))
    return pl.DataFrame(
        [
            {
                "item": item, "part": costs()[item].part, "per": costs()[item].per, "units": units,
                "cost_low": low.value(item, units), "cost": mid.value(item, units),
                "cost_high": high.value(item, units), "confidence": costs()[item].confidence,
                "source": costs()[item].source,
            }
            for item, units in found.items()
        ]
    )  # fmt: skip
