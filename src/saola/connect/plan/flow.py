"""The most that can flow through a network of fractional capacities, and its narrowest cut."""

from typing import Any, NamedTuple

import numpy as np

from saola.connect.compiled import compiled
from saola.connect.distances import Floats, Ints

TINY = 1e-9


class Network(NamedTuple):
    """Arcs with their reverses: arc k goes from `tail[k]` to `head[k]`, its reverse is k ^ 1.

    Arcs that leave node n are `out[start[n]:start[n + 1]]`.
    """

    tail: Ints
    head: Ints
    start: Ints
    out: Ints


def network(tail: Ints, head: Ints, nodes: int) -> Network:
    """Lay out a network; the arc given at place k becomes arc 2k.

    Args:
        tail: Node each arc leaves, shape (arcs,).
        head: Node each arc reaches.
        nodes: How many nodes there are.
    """
    both_tail = np.column_stack((tail, head)).reshape(-1).astype(np.int64)
    both_head = np.column_stack((head, tail)).reshape(-1).astype(np.int64)
    out = np.argsort(both_tail, kind="stable").astype(np.int64)
    start = np.searchsorted(both_tail[out], np.arange(nodes + 1)).astype(np.int64)
    return Network(both_tail, both_head, start, out)


@compiled
def narrowest(net: Network, capacity: Floats, source: int, sink: int) -> Any:
    """Send as much as can flow; flag the nodes on the sink's side of the cut nearest to it.

    Args:
        net: The network.
        capacity: Of the arcs given to `network`, shape (arcs,).
        source: Where it begins.
        sink: Where it ends.

    Returns:
        The flow and the flags, shape (nodes,).

    Source: Dinic (1970).
    """
    room = np.zeros(len(net.head))
    room[::2] = capacity
    total = 0.0
    while True:
        level = _levels(net, room, source, 0)
        if level[sink] < 0:
            return total, _levels(net, room, sink, 1) >= 0
        total += _block(net, room, level, source, sink)


@compiled
def _levels(net: Network, room: Floats, start: int, turned: int) -> Ints:
    """Count the arcs between each node and the start, −1 where none leads.

    Args:
        net: The network.
        room: What each arc and each reverse can still carry.
        start: Where counting begins.
        turned: 0 to follow the flow away from the start, 1 to follow it back.
    """
    level = np.full(len(net.start) - 1, -1)
    queue = np.empty(len(level), dtype=np.int64)
    queue[0], level[start] = start, 0
    first, last = 0, 1
    while first < last:
        node = queue[first]
        first += 1
        for place in range(net.start[node], net.start[node + 1]):
            arc = net.out[place]
            to = net.head[arc]
            if room[arc ^ turned] > TINY and level[to] < 0:
                level[to] = level[node] + 1
                queue[last] = to
                last += 1
    return level


@compiled
def _block(net: Network, room: Floats, level: Ints, source: int, sink: int) -> float:
    """Send flow along shortest ways until each of them is full."""
    at = net.start[:-1].copy()
    way = np.empty(len(level), dtype=np.int64)
    node, steps, total = source, 0, 0.0
    while True:
        if node == sink:
            least = room[way[0]]
            for step in range(1, steps):
                least = min(least, room[way[step]])
            for step in range(steps):
                room[way[step]] -= least
                room[way[step] ^ 1] += least
            total += least
            node, steps = source, 0
            continue
        while at[node] < net.start[node + 1]:
            arc = net.out[at[node]]
            if room[arc] > TINY and level[net.head[arc]] == level[node] + 1:
                break
            at[node] += 1
        if at[node] < net.start[node + 1]:
            way[steps] = net.out[at[node]]
            node = net.head[way[steps]]
            steps += 1
        elif node == source:
            return total
        else:
            steps -= 1
            node = net.tail[way[steps]]
            at[node] += 1
