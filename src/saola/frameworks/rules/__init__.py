"""Scoring rules: each turns the inputs of one indicator into a rate between 0 and 1."""

from saola.frameworks.rules.base import Inputs, Reference, Rule
from saola.frameworks.rules.read import KINDS, read_rule

__all__ = ["KINDS", "Inputs", "Reference", "Rule", "read_rule"]
