"""First answers: take again and again the site that adds most."""

import heapq

import numpy as np

from saola.connect.distances import Floats, Ints
from saola.connect.siting.cover import Cover


def greedy(cover: Cover, weight: Floats, limit: int | None = None) -> Ints:
    """Choose sites by the weight they add, until a limit or until nothing is left to add.

    Args:
        cover: Who serves whom.
        weight: Weight of each place, shape (places,).
        limit: The most sites to choose; none means as many as add something.

    Source: Church and ReVelle (1974), greedy adding; lazy evaluation after Minoux (1978).
    """
    start, places = cover.by_site
    gains = np.asarray(cover.table @ weight).ravel()
    heap = [(-gain, site) for site, gain in enumerate(gains.tolist())]
    heapq.heapify(heap)
    done = np.zeros(cover.places, dtype=bool)
    chosen: list[int] = []
    while heap and (limit is None or len(chosen) < limit):
        _, site = heapq.heappop(heap)
        row = places[start[site] : start[site + 1]]
        gain = float(weight[row][~done[row]].sum())
        if heap and (-gain, site) > heap[0]:
            heapq.heappush(heap, (-gain, site))
            continue
        if gain <= 0 and limit is None:
            break
        done[row] = True
        chosen.append(site)
    return np.array(chosen, dtype=np.int64)
