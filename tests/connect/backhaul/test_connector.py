import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.connect.backhaul.connector import candidate_edges, connect, nearest


def kruskal(nodes: int, edges: list[tuple[float, int, int]]) -> float:
    group = list(range(nodes))

    def top(node: int) -> int:
        while group[node] != node:
            node = group[node]
        return node

    total = 0.0
    for metres, a, b in sorted(edges):
        if top(a) != top(b):
            group[top(a)] = top(b)
            total += metres
    return total


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 60))
def test_the_tree_is_as_short_as_an_exact_one_on_its_candidate_graph(seed: int, count: int) -> None:
    """The length equals that of Kruskal's algorithm on the same candidate edges."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(10, 11, count), rng.uniform(105, 106, count)
    fibre = np.array([[105.0, 10.0], [105.5, 10.5]])
    tree = connect(lat, lon, fibre)
    _, access = nearest(lat, lon, fibre)
    edges = [(float(metres), point, count) for point, metres in enumerate(access)]
    if count > 1:
        edges += [
            (float(m), int(a), int(b)) for a, b, m in zip(*candidate_edges(lat, lon), strict=True)
        ]

    assert abs(kruskal(count + 1, edges) - tree.total) < 1e-3


def test_every_point_reaches_the_existing_fibre() -> None:
    """Following parents from any point ends at the existing fibre."""
    rng = np.random.default_rng(0)
    tree = connect(rng.uniform(10, 11, 200), rng.uniform(105, 106, 200), np.array([[105.2, 10.7]]))
    for start in range(200):
        point, hops = start, 0
        while point >= 0:
            point, hops = int(tree.parent[point]), hops + 1
            assert hops <= 200


def test_coincident_and_aligned_points_are_joined() -> None:
    """Points on one spot or one line are part of the tree like any other."""
    lat = np.array([10.0, 10.0, 10.0, 10.0])
    lon = np.array([105.1, 105.1, 105.2, 105.3])
    tree = connect(lat, lon, np.array([[105.0, 10.0]]))
    whole = connect(lat[3:], lon[3:], np.array([[105.0, 10.0]]))

    assert abs(whole.total - tree.total) < 0.1
