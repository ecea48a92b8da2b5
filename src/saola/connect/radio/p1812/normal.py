"""Attachment 2: the inverse of the complementary cumulative normal distribution."""

from math import log, sqrt

from saola.connect.compiled import compiled


@compiled
def inverse_normal(x: float) -> float:
    """Give the standard normal value exceeded with probability `x`, in 0.000001..0.999999.

    Source: ITU-R P.1812-8, Attachment 2, the rational approximation.
    """
    tail = min(x, 1.0 - x)
    t = sqrt(-2.0 * log(tail))
    above = (0.010328 * t + 0.802853) * t + 2.515516698
    below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0
    found = t - above / below
    return found if x <= 0.5 else -found
