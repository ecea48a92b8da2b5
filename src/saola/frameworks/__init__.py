"""The tree of an index as data, its scoring rules and the shipped catalogue."""

from saola.frameworks.cube import inputs_of
from saola.frameworks.growth import comparable, growth
from saola.frameworks.loader import load, read
from saola.frameworks.model import Framework, Indicator, Input, Node
from saola.frameworks.ranking import rank
from saola.frameworks.reframe import reframe
from saola.frameworks.score import SCORES, Rates, rates, score
from saola.frameworks.shipped import catalogue, framework, names

__all__ = [
    "SCORES",
    "Framework",
    "Indicator",
    "Input",
    "Node",
    "Rates",
    "catalogue",
    "comparable",
    "framework",
    "growth",
    "inputs_of",
    "load",
    "names",
    "rank",
    "rates",
    "read",
    "reframe",
    "score",
]
