"""Sampling designs, Sobol indices and Monte Carlo error."""

from saola.sampling.design import Saltelli, points, saltelli
from saola.sampling.normals import normals
from saola.sampling.sobol import Indices, indices

__all__ = ["Indices", "Saltelli", "indices", "normals", "points", "saltelli"]
