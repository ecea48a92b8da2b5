import numpy as np
from scipy.stats import kstest

from saola.sampling.normals import normals


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
