import numpy as np
from scipy.stats import kstest

from saola.sampling.normals import _layers, _next, _tail, normals


def test_normals_are_normal() -> None:
    """A million numbers have the moments, the shape and the tails of the normal distribution."""
    drawn = normals(1, 2, (1000, 200)).ravel()

    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1) < 0.01
    assert abs((drawn**4).mean() - 3) < 0.08
    assert kstest(drawn, "norm").pvalue > 0.001
    # The tail beyond the last layer, 3.654, has a share of 2.58e-4 on both sides.
    assert 20 < (np.abs(drawn) > 3.6541528853610088).sum() < 90


def test_streams_are_their_own_and_repeat() -> None:
    """One seed and stream give the same numbers; another stream gives unrelated ones."""
    one, again, other = normals(7, 0, (5000,)), normals(7, 0, (5000,)), normals(7, 1, (5000,))

    assert one.tolist() == again.tolist()
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.05


def test_words_are_those_of_xoshiro256plusplus() -> None:
    """From the state 1, 2, 3, 4 come the first words of the generator's reference."""
    state = np.array([1, 2, 3, 4], dtype=np.uint64)
    with np.errstate(over="ignore"):
        found = [int(_next(state)) for _ in range(6)]

    assert [
        41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
        9973669472204895162,
    ] == found  # fmt: skip


def test_every_layer_of_the_ziggurat_has_the_same_area() -> None:
    """Width times height of each layer is one number, and the edges fall to 0."""
    edges, heights = _layers()
    area = edges[1:-1] * np.diff(heights[1:])

    assert np.allclose(edges[0] * heights[1], area, rtol=1e-6)
    assert (np.diff(edges) < 0).all()
    assert (0.0, 1.0) == (edges[-1], heights[-1])


def test_the_tail_lies_beyond_the_last_edge() -> None:
    """What is drawn beyond the last layer is further out, by 1 / edge on average."""
    state = np.array([1, 2, 3, 4], dtype=np.uint64)
    with np.errstate(over="ignore"):
        drawn = np.array([_tail(state, 3.0) for _ in range(2000)])

    assert drawn.min() > 3.0
    # The mean of the normal beyond 3: density over tail.
    assert abs(drawn.mean() - 3.2831) < 0.02
