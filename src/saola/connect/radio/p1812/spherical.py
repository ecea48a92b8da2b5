"""Sections 4.3.2 and 4.3.3: diffraction over a smooth spherical Earth."""

from math import acos, cos, log10, pi, sqrt

from saola.connect.compiled import compiled

LAND = (22.0, 0.003)
WATER = (80.0, 5.0)


@compiled
def _height_gain(beta: float, y: float, floor: float) -> float:
    """Give G(Y), dB, Eq (36), never below `floor`."""
    b = beta * y
    if b > 2.0:
        gain = 17.6 * sqrt(b - 1.1) - 5.0 * log10(b - 1.1) - 8.0
    else:
        gain = 20.0 * log10(b + 0.1 * b**3)
    return max(gain, floor)


@compiled
def _near(x: float) -> float:
    """Give F(X) for X below 1.6, dB, Eq (34)."""
    bent: float = x**1.425
    return -20.0 * log10(x) - 5.6488 * bent


@compiled
def _first_term_over(
    ground: tuple[float, float],
    radius: float,
    d: float,
    heights: tuple[float, float],
    radio: tuple[float, float],
) -> float:
    """Give the loss over one kind of ground, dB, Eqs (29) to (37)."""
    permittivity, conductivity = ground
    f, vertical = radio
    ratio = (18.0 * conductivity / f) ** 2
    k: float = 0.036 * (radius * f) ** (-1.0 / 3.0) * ((permittivity - 1.0) ** 2 + ratio) ** -0.25
    if vertical > 0.5:
        k *= sqrt(permittivity**2 + ratio)
    k2 = k * k
    beta = (1.0 + 1.6 * k2 + 0.67 * k2 * k2) / (1.0 + 4.5 * k2 + 1.53 * k2 * k2)
    x: float = 21.88 * beta * (f / radius**2) ** (1.0 / 3.0) * d
    scale: float = 0.9575 * beta * (f * f / radius) ** (1.0 / 3.0)
    fx = 11.0 + 10.0 * log10(x) - 17.6 * x if x >= 1.6 else _near(x)
    floor = 2.0 + 20.0 * log10(k)
    # Y = 0.9575 β (f²/a)^⅓ h and B = β Y
    near = _height_gain(beta, scale * heights[0], floor)
    far = _height_gain(beta, scale * heights[1], floor)
    return -fx - near - far


@compiled
def first_term(
    radius: float,
    d: float,
    heights: tuple[float, float],
    sea: float,
    radio: tuple[float, float],
) -> float:
    """Give the first term of the spherical-Earth loss, dB.

    Args:
        radius: Effective Earth radius to use, km.
        d: Path length, km.
        heights: Effective antenna heights, m.
        sea: ω, share of the path over water.
        radio: Frequency in GHz, and 1.0 for vertical polarisation.

    Source: ITU-R P.1812-8, section 4.3.3.
    """
    loss = 0.0
    if sea < 1.0:
        loss += (1.0 - sea) * _first_term_over(LAND, radius, d, heights, radio)
    if sea > 0.0:
        loss += sea * _first_term_over(WATER, radius, d, heights, radio)
    return loss


@compiled
def _least_clearance(radius: float, d: float, heights: tuple[float, float]) -> tuple[float, float]:
    """Give the least height of the ray over the curved Earth and where, Eqs (23) to (25)."""
    hte, hre = heights
    c = (hte - hre) / (hte + hre)
    m = 250.0 * d * d / (radius * (hte + hre))
    angle = acos(1.5 * c * sqrt(3.0 * m / (m + 1.0) ** 3))
    b = 2.0 * sqrt((m + 1.0) / (3.0 * m)) * cos(pi / 3.0 + angle / 3.0)
    d1 = 0.5 * d * (1.0 + b)
    d2 = d - d1
    clearance = ((hte - 500.0 * d1 * d1 / radius) * d2 + (hre - 500.0 * d2 * d2 / radius) * d1) / d
    return clearance, d1


@compiled
def spherical_loss(
    radius: float,
    d: float,
    heights: tuple[float, float],
    sea: float,
    radio: tuple[float, float],
) -> float:
    """Give the diffraction loss over a smooth spherical Earth, dB; arguments as `first_term`.

    Source: ITU-R P.1812-8, section 4.3.2, Eqs (22) to (28).
    """
    roots = sqrt(heights[0]) + sqrt(heights[1])
    if d >= sqrt(2.0 * radius) * sqrt(0.001) * roots:
        return first_term(radius, d, heights, sea, radio)
    clearance, d1 = _least_clearance(radius, d, heights)
    wavelength = 0.2998 / radio[0]
    needed = 17.456 * sqrt(d1 * (d - d1) * wavelength / d)
    if clearance > needed:
        return 0.0
    loss = first_term(500.0 * (d / roots) ** 2, d, heights, sea, radio)
    return 0.0 if loss < 0.0 else (1.0 - clearance / needed) * loss
