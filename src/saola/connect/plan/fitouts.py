"""Whole stations with the places they serve: the columns of the bound, priced as knapsacks.

A *fit-out* is a station, the grade of the hop that brings the core to its site, and the places it
serves: all within its air time and within what that hop can carry. Between fractions of a
station and whole ones lies most of what a linear program misses.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from saola.connect.compiled import compiled
from saola.connect.distances import Floats, Ints
from saola.connect.plan.problem import Problem

SLACK = 1e-6  # as much as `faults` lets pass, so that no valid design is missed
BRANCHES = 20_000  # of one knapsack; beyond them its linear bound stands
MIXES = 5  # weightings tried of air time against rate
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Grades:
    """What the hops into a site can carry, put into grades.

    Hops that carry all that a site could ever give away are one grade.

    Args:
        site: Site of each grade, shape (grades,).
        limit: Rate a hop of the grade leaves to the site's own station.
        hop: Grade of each hop, shape (hops,).
    """

    site: Ints
    limit: Floats
    hop: Ints


def grades_of(problem: Problem) -> Grades:
    """Sort the hops into each site by what they can carry."""
    ground = ~problem.link_sky
    pair = problem.link_site[ground] * problem.places + problem.link_place[ground]
    distinct = np.unique(pair)
    most = np.bincount(
        distinct // max(1, problem.places),
        weights=problem.demand[distinct % max(1, problem.places)],
        minlength=problem.sites,
    )
    useful = np.minimum(problem.hop_capacity, most[problem.hop_to])
    keys = np.column_stack((problem.hop_to.astype(np.float64), useful))
    found, hop = np.unique(keys, axis=0, return_inverse=True)
    return Grades(found[:, 0].astype(np.int64), found[:, 1], hop.reshape(-1).astype(np.int64))


class Offers(NamedTuple):
    """One row for each station at each grade of its site, with the links of stations in rows."""

    station: Ints
    grade: Ints  # −1 for a backhaul by satellite
    limit: Floats
    start: Ints  # links by station
    link: Ints
    load: Floats
    rate: Floats


def offers_of(problem: Problem, grades: Grades) -> Offers:
    """List every station with every grade of hop, or with its satellite."""
    sky = np.flatnonzero(problem.station_sky > 0)
    ground = np.flatnonzero(problem.station_sky == 0)
    first = np.searchsorted(grades.site, np.arange(problem.sites + 1))
    many = (first[1:] - first[:-1])[problem.station_site[ground]]
    row = np.repeat(ground, many)
    place = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    grade = first[problem.station_site[row]] + place
    order = np.argsort(problem.link_station, kind="stable")
    return Offers(
        station=np.concatenate((row, sky)).astype(np.int64),
        grade=np.concatenate((grade, np.full(len(sky), -1))).astype(np.int64),
        limit=np.concatenate((grades.limit[grade], problem.station_sky[sky])),
        start=np.searchsorted(
            problem.link_station[order], np.arange(len(problem.station_site) + 1)
        ).astype(np.int64),
        link=order.astype(np.int64),
        load=problem.link_load[order],
        rate=problem.link_demand[order],
    )


class Priced(NamedTuple):
    """The best fit-out of every offer.

    `value` is its price, `least` a lower bound of it that holds even where the search was cut
    short; the links of offer i are `link[start[i]:start[i + 1]]`.
    """

    value: Floats
    least: Floats
    start: Ints
    link: Ints


def priced(
    offers: Offers, station_price: Floats, link_price: Floats, grade_price: Floats
) -> Priced:
    """Find for every offer the places it had best serve at the prices given.

    Args:
        offers: Stations and grades.
        station_price: Of building each station, shape (stations,).
        link_price: Of serving over each link; below 0 is a gain, shape (links,).
        grade_price: Of a hop of each grade, shape (grades,).
    """
    value, least, start, link = _price_all(offers, link_price)
    fixed = station_price[offers.station]
    fixed = fixed + np.where(offers.grade >= 0, np.append(grade_price, 0.0)[offers.grade], 0.0)
    return Priced(value + fixed, least + fixed, start, link)


@compiled
def _price_all(offers: Offers, link_price: Floats) -> Any:
    count = len(offers.station)
    value, least = np.zeros(count), np.zeros(count)
    start = np.zeros(count + 1, dtype=np.int64)
    link = np.empty(64, dtype=np.int64)
    for number in range(count):
        a, b = offers.start[offers.station[number]], offers.start[offers.station[number] + 1]
        limit = offers.limit[number] * (1 + SLACK) + SLACK
        gain = -link_price[offers.link[a:b]]
        fits = (gain > TINY) & (offers.rate[a:b] <= limit)
        item = np.flatnonzero(fits) + a
        order, mix, bound = _order(gain[item - a], offers.load[item], offers.rate[item] / limit)
        item = item[order]
        gain = gain[item - a]
        taken, best, cut = _fill(gain, offers.load[item], offers.rate[item] / limit, mix)
        value[number] = -best
        least[number] = -bound if cut else -best
        end = start[number]
        for row in item[taken]:
            if end == len(link):
                link = np.concatenate((link, np.empty_like(link)))
            link[end] = offers.link[row]
            end += 1
        start[number + 1] = end
    return value, least, start, link[: start[count]]


@compiled
def _order(gain: Floats, load: Floats, rate: Floats) -> Any:
    """Mix air time and rate to the one limit that binds most; order by gain a unit of it."""
    kept, mix, least = np.argsort(-gain), 0.0, np.inf
    for step in range(MIXES):
        share = step / (MIXES - 1)
        weight = (1 - share) * load + share * rate
        order = np.argsort(-gain / np.maximum(weight, TINY))
        bound = _linear(gain[order], weight[order], 0, 1.0 + SLACK)
        if bound < least:
            kept, mix, least = order, share, bound
    return kept, mix, least


@compiled
def _linear(gain: Floats, weight: Floats, begin: int, room: float) -> float:
    """Fill what room is left in order, the last item by a share."""
    total = 0.0
    for item in range(begin, len(gain)):
        if weight[item] > room:
            whole: float = total + gain[item] * room / weight[item]
            return whole
        room -= weight[item]
        total += gain[item]
    return total


@compiled
def _fill(gain: Floats, load: Floats, rate: Floats, share: float) -> Any:
    """Choose items of the most gain within both limits, by branch and bound.

    Returns the choice, its gain, and whether the search was cut short.

    Source: Horowitz and Sahni (1974).
    """
    count = len(gain)
    weight = (1 - share) * load + share * rate
    taken, best_taken = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    value, best, item, branches = 0.0, 0.0, 0, 0
    air, left = 1.0 + SLACK, 1.0
    while True:
        while item < count and branches <= BRANCHES:
            room = (1 - share) * air + share * left
            if value + _linear(gain, weight, item, room) <= best + TINY:
                break
            taken[item] = load[item] <= air and rate[item] <= left
            if taken[item]:
                value += gain[item]
                air -= load[item]
                left -= rate[item]
            item += 1
            branches += 1
        if item == count and value > best:
            best = value
            best_taken[:] = taken
        item -= 1
        while item >= 0 and not taken[item]:
            item -= 1
        if item < 0 or branches > BRANCHES:
            return best_taken, best, branches > BRANCHES
        taken[item] = False
        value -= gain[item]
        air += load[item]
        left += rate[item]
        item += 1
