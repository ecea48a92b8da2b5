"""Better answers to set covering: local search that makes hard places heavier."""

from typing import Any, NamedTuple

import numba
import numpy as np

from saola.connect.distances import Ints
from saola.connect.siting.cover import Cover


class State(NamedTuple):
    """The arrays of one search; the compiled kernels change them in place."""

    weight: Ints  # of each place, grows while it stays uncovered
    served: Ints  # chosen sites that serve each place
    score: Ints  # weight gained by adding (or lost by removing) each site
    stamp: Ints  # step at which each site last moved
    slot: Ints  # place of each site among the chosen, −1 outside
    chosen: Ints
    open: Ints  # the uncovered places, and where each stands in this list
    where: Ints
    size: Ints  # [chosen sites, uncovered places]
    free: Ints  # 1 if something near the site changed since it was removed


def search(cover: Cover, start: Ints, *, steps: int, rng: np.random.Generator) -> Ints:
    """Make a cover smaller: drop a site, then repair with the fewest, again and again.

    Args:
        cover: Who serves whom; every place has at least one site.
        start: A choice that serves every place.
        steps: Repairs to try.
        rng: The source of chance.

    Returns:
        The smallest cover met, never larger than `start`.

    Source: Gao, Weise and Li (2015), row weighting local search for unicost set covering.
    """
    sites, places = cover.sites, cover.places
    state = State(
        weight=np.ones(places, dtype=np.int64),
        served=np.zeros(places, dtype=np.int64),
        score=np.diff(cover.by_site[0]),
        stamp=np.zeros(sites, dtype=np.int64),
        slot=np.full(sites, -1, dtype=np.int64),
        chosen=np.empty(sites, dtype=np.int64),
        open=np.arange(places, dtype=np.int64),
        where=np.arange(places, dtype=np.int64),
        size=np.array([0, places], dtype=np.int64),
        free=np.ones(sites, dtype=np.int64),
    )
    return np.sort(_search(cover.by_site, cover.by_place, state, start, steps, rng))


@numba.njit(cache=True, nogil=True)
def _add(site: int, by_site: Any, by_place: Any, state: State) -> None:
    state.slot[site] = state.size[0]
    state.chosen[state.size[0]] = site
    state.size[0] += 1
    state.score[site] = 0
    for place in by_site[1][by_site[0][site] : by_site[0][site + 1]]:
        state.served[place] += 1
        near = by_place[1][by_place[0][place] : by_place[0][place + 1]]
        if state.served[place] == 1:
            state.size[1] -= 1
            last = state.open[state.size[1]]
            state.open[state.where[place]] = last
            state.where[last] = state.where[place]
            for other in near:
                state.score[other] -= state.weight[place]
                state.free[other] = 1
            state.score[site] += 2 * state.weight[place]
        elif state.served[place] == 2:
            for other in near:
                if state.slot[other] >= 0 and other != site:
                    state.score[other] -= state.weight[place]
                    break


@numba.njit(cache=True, nogil=True)
def _remove(site: int, by_site: Any, by_place: Any, state: State) -> None:
    state.size[0] -= 1
    last = state.chosen[state.size[0]]
    state.chosen[state.slot[site]] = last
    state.slot[last] = state.slot[site]
    state.slot[site] = -1
    state.score[site] = 0
    state.free[site] = 0
    for place in by_site[1][by_site[0][site] : by_site[0][site + 1]]:
        state.served[place] -= 1
        near = by_place[1][by_place[0][place] : by_place[0][place + 1]]
        if state.served[place] == 0:
            state.open[state.size[1]] = place
            state.where[place] = state.size[1]
            state.size[1] += 1
            for other in near:
                state.score[other] += state.weight[place]
                if other != site:
                    state.free[other] = 1
        elif state.served[place] == 1:
            for other in near:
                if state.slot[other] >= 0:
                    state.score[other] += state.weight[place]
                    break


@numba.njit(cache=True, nogil=True)
def _cheapest(state: State, tabu: int) -> int:
    """Find the chosen site whose removal loses least, the one longest unmoved among equals."""
    best = -1
    for site in state.chosen[: state.size[0]]:
        if site == tabu:
            continue
        if (
            best < 0
            or state.score[site] < state.score[best]
            or (state.score[site] == state.score[best] and state.stamp[site] < state.stamp[best])
        ):
            best = site
    return best


@numba.njit(cache=True, nogil=True)
def _dearest(place: int, by_place: Any, state: State) -> int:
    """Find the free site that gains most among those that serve an uncovered place."""
    near = by_place[1][by_place[0][place] : by_place[0][place + 1]]
    best = -1
    for site in near:
        if state.free[site] == 0:
            continue
        if (
            best < 0
            or state.score[site] > state.score[best]
            or (state.score[site] == state.score[best] and state.stamp[site] < state.stamp[best])
        ):
            best = site
    return best if best >= 0 else near[0]


@numba.njit(cache=True, nogil=True)
def _search(
    by_site: Any, by_place: Any, state: State, start: Ints, steps: int, rng: np.random.Generator
) -> Ints:
    for site in start:
        _add(site, by_site, by_place, state)
    kept = start.copy()
    tabu = -1
    for step in range(steps):
        while state.size[1] == 0:
            kept = state.chosen[: state.size[0]].copy()
            _remove(_cheapest(state, -1), by_site, by_place, state)
        if state.size[0] > 0:
            loser = _cheapest(state, tabu)
            if loser >= 0:
                _remove(loser, by_site, by_place, state)
                state.stamp[loser] = step
        place = state.open[int(rng.random() * state.size[1])]
        tabu = _dearest(place, by_place, state)
        _add(tabu, by_site, by_place, state)
        state.stamp[tabu] = step
        for left in state.open[: state.size[1]]:
            state.weight[left] += 1
            for site in by_place[1][by_place[0][left] : by_place[0][left + 1]]:
                state.score[site] += 1
    return kept
