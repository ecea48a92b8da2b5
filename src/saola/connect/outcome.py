"""What a plan means: tables of stations, hops and settlements, a sentence for each commune."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from saola import language
from saola.connect import route
from saola.connect.distances import Floats, Ints
from saola.connect.plan.problem import Design, Medium, Problem, flows, parents, traffic
from saola.connect.plan.solve import Plan
from saola.connect.region.build import Region
from saola.language import number, text

TABLES = ("stations", "hops", "settlements", "communes")


@dataclass(frozen=True, eq=False)
class Outcome:
    """The tables of a plan.

    Attributes:
        stations: What is built where.
        hops: How sites are joined.
        settlements: Who is served by what, at what cost.
        communes: One row a commune, with its sentence.
        totals: People, cost, bound, gap, costs of the rules of thumb.
    """

    stations: pl.DataFrame
    hops: pl.DataFrame
    settlements: pl.DataFrame
    communes: pl.DataFrame
    totals: dict[str, Any]


def outcome(region: Region, plan: Plan) -> Outcome:
    """Turn a plan into tables, in the language in use.

    Args:
        region: The region.
        plan: Its plan.
    """
    shares = cost_shares(region.problem, plan.design)
    settlements = _settlements(region, plan.design, shares)
    stations, hops = _stations(region, plan.design), _hops(region, plan.design)
    communes = _communes(region, settlements, stations)
    return Outcome(stations, hops, settlements, communes, _totals(region, plan, settlements))


def sentences(region: Region, found: Outcome) -> pl.DataFrame:
    """Say the sentence of each commune in every language: `unit, vi, en, fr`."""
    said: dict[str, list[str]] = {"unit": found.communes["unit"].to_list()}
    for lang in language.LANGUAGES:
        with language.use(lang):
            told = _communes(region, found.settlements, found.stations)
        said[lang] = told["sentence"].to_list()
    return pl.DataFrame(said)


def cost_shares(problem: Problem, design: Design) -> Floats:
    """Share the cost of a plan out to the places, shape (places,).

    A station's cost and all hops on its way to the core are shared by the traffic they carry.
    """
    flow, own = flows(problem, design), traffic(problem, design)
    per_mbps = np.where(flow > 0, problem.hop_cost / np.maximum(flow, 1e-9), 0.0)
    way = np.zeros(problem.sites)
    hop = parents(problem, design)
    for site in np.flatnonzero(own > 0):
        at = int(site)
        while at >= 0 and hop[at] >= 0:
            way[site] += per_mbps[hop[at]]
            at = int(problem.hop_from[hop[at]])
    used = np.flatnonzero(design.link)
    station, place = problem.link_station[used], problem.link_place[used]
    demand = problem.demand[place]
    given = np.bincount(station, weights=demand, minlength=len(problem.station_site))
    share: Floats = np.where(design.direct, problem.direct_cost, 0.0)
    share[place] += problem.link_cost[used] + demand * (
        problem.station_cost[station] / given[station]
        + np.where(problem.station_sky[station] > 0, 0.0, way[problem.station_site[station]])
    )
    relays = design.station & (given == 0)
    if relays.any() and len(used):
        share[place] += problem.station_cost[relays].sum() * demand / demand.sum()
    return share


# Columns of words keep their kind where a plan has no station or no hop.
_WORDS = dict.fromkeys(
    ("site", "station", "tower", "power", "backhaul", "origin", "to", "medium", "band", "route"),
    pl.String(),
)


def _stations(region: Region, design: Design) -> pl.DataFrame:
    problem, places = region.problem, region.places
    built = np.flatnonzero(design.station)
    site = problem.station_site[built]
    kinds = [region.kinds[kind] for kind in problem.station_kind[built].tolist()]
    load = np.bincount(
        problem.link_station[design.link],
        weights=problem.link_load[design.link],
        minlength=len(problem.station_site),
    )[built]
    people = np.bincount(
        problem.link_station[design.link],
        weights=problem.people[problem.link_place[design.link]],
        minlength=len(problem.station_site),
    )[built]
    return pl.DataFrame(
        {
            "site": [f"S{index:04d}" for index in site.tolist()],
            "lat": places.site_lat[site],
            "lon": places.site_lon[site],
            "station": [kind.name for kind in kinds],
            "tower": np.where(places.tower[site], "standing", "new"),
            "power": [region.power[index] for index in built.tolist()],
            "backhaul": _backhaul(problem, design, built),
            "people": people,
            "height_m": [kind.mast_m for kind in kinds],
            "air_time": load,
            "cost": problem.station_cost[built],
        },
        schema_overrides=_WORDS | dict.fromkeys(("people", "height_m", "air_time"), pl.Float64()),
    )


def _backhaul(problem: Problem, design: Design, built: Any) -> list[str]:
    """Name the backhaul of built stations."""
    hop = parents(problem, design)
    medium = np.where(hop >= 0, problem.hop_medium[hop], -1) if len(problem.hop_to) else hop
    return [
        "satellite" if problem.station_sky[index] > 0
        else Medium(int(medium[problem.station_site[index]])).name.lower()
        for index in built.tolist()
    ]  # fmt: skip


def _hops(region: Region, design: Design) -> pl.DataFrame:
    problem, places, hops = region.problem, region.places, region.hops
    built = np.flatnonzero(design.hop)
    origin, to = problem.hop_from[built], problem.hop_to[built]
    entry = region.fibre[hops.entry[built]]
    start = np.where(
        (origin < 0)[:, None],
        entry,
        np.column_stack((places.site_lon, places.site_lat))[origin],
    )
    end = np.column_stack((places.site_lon, places.site_lat))[to]
    return pl.DataFrame(
        {
            "origin": ["core" if site < 0 else f"S{site:04d}" for site in origin.tolist()],
            "to": [f"S{site:04d}" for site in to.tolist()],
            "medium": [Medium(int(one)).name.lower() for one in problem.hop_medium[built]],
            "band": [hops.band[index] for index in built.tolist()],
            "km": hops.metres[built] / 1000,
            "trench_km": hops.trench_m[built] / 1000,
            "mbps": problem.hop_capacity[built],
            "traffic_mbps": flows(problem, design)[built],
            "cost": problem.hop_cost[built],
            "lat": places.site_lat[to],
            "lon": places.site_lon[to],
            "from_lat": start[:, 1],
            "from_lon": start[:, 0],
            "route": _routes(region, problem.hop_medium[built], start, end),
        },
        schema_overrides=_WORDS,
    )


def _routes(region: Region, medium: Ints, start: Floats, end: Floats) -> list[str]:
    """Trace the way of each hop: fibre along the roads where they are known, else straight."""
    found = []
    for one, a, b in zip(medium.tolist(), start, end, strict=True):
        way = np.array([a, b])
        if region.roads is not None and one == Medium.FIBRE:
            way = region.roads.way(a, b, region.settings.open_land)
        found.append(route.written(way))
    return found


def _settlements(region: Region, design: Design, shares: Floats) -> pl.DataFrame:
    """Give one row a settlement; its parts are put together."""
    problem, places = region.problem, region.places
    kind = np.full(problem.places, "", dtype=object)
    site = np.full(problem.places, -1)
    used = np.flatnonzero(design.link)
    names = np.array([one.name for one in region.kinds], dtype=object)
    station = problem.link_station[used]
    kind[problem.link_place[used]] = names[problem.station_kind[station]]
    site[problem.link_place[used]] = problem.station_site[station]
    kind[design.direct] = "satellite"
    people = np.where(design.served(problem), problem.people, 0.0)
    parts = pl.DataFrame(
        {
            "row": places.settlement,
            "technology": kind.tolist(),
            "site": [f"S{one:04d}" if one >= 0 else "" for one in site.tolist()],
            "connected": people,
            "cost": shares,
            "satellite_cost": np.where(np.isfinite(problem.direct_cost), problem.direct_cost, 0.0),
            "revenue": people * region.settings.money.value("revenue-person"),
        }
    )
    joined = parts.sort("connected", descending=True, maintain_order=True).group_by(
        "row", maintain_order=True
    ).agg(
        pl.first("technology", "site"), pl.sum("connected", "cost", "satellite_cost", "revenue")
    )  # fmt: skip
    table = region.settlements.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return (
        table.join(joined, on="row", how="left")
        .sort("row")
        .with_columns(
            technology=pl.when("served").then(pl.lit("today")).otherwise(
                pl.col("technology").fill_null("")
            ),
            connected=pl.when("served").then("people").otherwise(
                pl.col("connected").fill_null(0.0)
            ),
            cost=pl.col("cost").fill_null(0.0),
            satellite_cost=pl.col("satellite_cost").fill_null(0.0),
            subsidy=(pl.col("cost") - pl.col("revenue")).clip(lower_bound=0.0).fill_null(0.0),
        )
        .drop("row")
    )  # fmt: skip


def _communes(region: Region, settlements: pl.DataFrame, stations: pl.DataFrame) -> pl.DataFrame:
    rows = []
    where = {row["site"]: row for row in stations.iter_rows(named=True)}
    for (unit,), part in settlements.group_by("unit", maintain_order=True):
        row = {
            "unit": unit,
            "people": part["people"].sum(),
            "before": part.filter(pl.col("served"))["people"].sum(),
            "connected": part["connected"].sum(),
            "cost": part["cost"].sum(),
            "subsidy": part["subsidy"].sum(),
            "technology": _main(part),
            "sites": part.filter(pl.col("site") != "")["site"].n_unique(),
        }
        rows.append({**row, "sentence": sentence(row, part, where, region)})
    return pl.DataFrame(rows)


def _main(part: pl.DataFrame) -> str:
    """Give the technology that newly connects most people of a commune; today's if none does."""
    new = part.filter(~pl.col("served") & (pl.col("connected") > 0))
    by = (
        (part if new.is_empty() else new)
        .group_by("technology")
        .agg(pl.sum("connected"))
        .sort("connected", "technology")
    )
    return str(by["technology"][-1])


def sentence(
    row: dict[str, Any], part: pl.DataFrame, where: dict[str, dict[str, Any]], region: Region
) -> str:
    """Say in one sentence what brings a commune online, in the language in use.

    Args:
        row: The commune's sums.
        part: Its settlements.
        where: Stations by site.
        region: The region.
    """
    facts = {
        "unit": row["unit"],
        "people": number(row["people"], decimals=0),
        "connected": number(row["connected"] - row["before"], decimals=0),
    }
    new = row["connected"] - row["before"]
    if row["technology"] == "today" and new <= 0:
        return (
            text("{unit}: all of its {people} people have service today.", **facts)
            if (row["before"] >= row["people"])
            else text("{unit}: no further people are connected by this plan.", **facts)
        )
    if new <= 0:
        return text("{unit}: its {people} people are beyond what this plan reaches.", **facts)
    each = number(row["cost"] / new, decimals=0)
    if row["technology"] == "satellite":
        return text(
            "{unit}: satellite terminals connect {connected} people at USD {each} a person over "
            "the period; no station in reach costs less.",
            **facts,
            each=each,
        )
    return _by_station(part, where, region, facts, each)


def _by_station(
    part: pl.DataFrame,
    where: dict[str, dict[str, Any]],
    region: Region,
    facts: dict[str, Any],
    each: str,
) -> str:
    sites = [where[site] for site in part["site"].unique().to_list() if site in where]
    sites.sort(key=lambda one: (-one["people"], one["site"]))
    best = sites[0]
    names = {kind.name: kind.said() for kind in region.kinds}
    label = " + ".join(dict.fromkeys(names[one["station"]] for one in sites))
    backhaul = {
        "fibre": text("fibre"), "microwave": text("microwave"), "satellite": text("satellite")
    }[best["backhaul"]]  # fmt: skip
    new = float(part.filter(~pl.col("served"))["people"].sum())
    sky = float(part["satellite_cost"].fill_null(0.0).sum()) / max(new, 1.0)
    return language.plural(
        "{unit}: {label} from {n} station near {lat}°, {lon}°, with {backhaul} to the core, "
        "connects {connected} people at USD {each} a person over the period; satellite terminals "
        "would cost USD {sky} a person.",
        "{unit}: {label} from {n} stations, the first near {lat}°, {lon}°, with {backhaul} to the "
        "core, connects {connected} people at USD {each} a person over the period; satellite "
        "terminals would cost USD {sky} a person.",
        len(sites),
        label=label,
        lat=number(best["lat"], decimals=3),
        lon=number(best["lon"], decimals=3),
        backhaul=backhaul,
        each=each,
        sky=number(sky, decimals=0),
        **facts,
    )


def _totals(region: Region, plan: Plan, settlements: pl.DataFrame) -> dict[str, Any]:
    people = float(settlements["people"].sum())
    connected = float(settlements["connected"].sum())
    before = float(settlements.filter(pl.col("served"))["people"].sum())
    saving = {
        name: (value - plan.cost) / value if np.isfinite(value) and value else None
        for name, value in plan.rules.items()
    }
    return {
        "people": people,
        "before": before,
        "connected": connected,
        "cost": plan.cost,
        "bound": plan.bound,
        "gap": plan.gap,
        "cost_a_person": plan.cost / max(connected - before, 1.0),
        "subsidy": float(settlements["subsidy"].sum()),
        "rules": {
            name: value if np.isfinite(value) else None for name, value in plan.rules.items()
        },
        "saving": saving,
        "price_year": region.settings.money.price_year,
    }


def phases(problem: Problem, design: Design, years: tuple[int, ...]) -> pl.DataFrame:
    """Spread the building over years: most people for the money first, parents before children.

    Args:
        problem: The region.
        design: What is built in the end.
        years: The years of building, each with about the same spending.

    Returns:
        One row a site: `site, year`, in the order of building.
    """
    hop, built = parents(problem, design), np.flatnonzero(design.hop)
    stations = np.flatnonzero(design.station)
    price = np.zeros(problem.sites)
    price[problem.station_site[stations]] = problem.station_cost[stations]
    price[problem.hop_to[built]] += problem.hop_cost[built]
    people = np.bincount(
        problem.link_site[design.link],
        weights=problem.people[problem.link_place[design.link]],
        minlength=problem.sites,
    )
    waiting = problem.station_site[stations].tolist()
    done: list[int] = []
    while waiting:
        ready = [s for s in waiting if hop[s] < 0 or problem.hop_from[hop[s]] not in waiting]
        best = max(ready, key=lambda s: (people[s] / price[s], -s))
        waiting.remove(best)
        done.append(best)
    spent = np.cumsum(price[done])
    each = spent[-1] / len(years) if done else 1.0
    index = np.minimum((spent - 1e-6) // each, len(years) - 1).astype(int)
    return pl.DataFrame(
        {"site": [f"S{s:04d}" for s in done], "year": [years[i] for i in index.tolist()]},
        schema={"site": pl.String, "year": pl.Int64},
    )
