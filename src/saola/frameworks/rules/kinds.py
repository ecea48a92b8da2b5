"""The kinds of scoring rule that editions of the Vietnamese and other indices use.

Source: scoring columns of local editions of Decision 922/QD-BTTTT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from saola.frameworks.rules.base import Inputs, Reference, Rule, Values


@dataclass(frozen=True)
class Measured(Rule):
    """The value itself, between a low and a high goalpost."""

    kind: ClassVar[str] = "measured"
    parameters: ClassVar[Mapping[str, bool]] = {"value": False, "low": False, "high": False}

    value: Reference
    low: float = 0.0
    high: float = 1.0

    @property
    def references(self) -> tuple[Reference, ...]:
        """The measured input."""
        return (self.value,)

    def rate(self, inputs: Inputs) -> Values:
        """Scale the value between the goalposts; outside them it is cut, except on 0..1.

        On the default scale the value passes unchanged, so that an error in published data stays
        visible instead of being cut to 1.
        """
        values = inputs.values(self.value)
        if (self.low, self.high) == (0.0, 1.0):
            return values
        scaled: Values = np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)
        return scaled

    def error(self, inputs: Inputs) -> Values:
        """Scale the error of the value."""
        return _known(inputs.errors(self.value)) / (self.high - self.low)


@dataclass(frozen=True)
class Ratio(Rule):
    """`a / b` against a target: at or above it all points, below it pro rata."""

    kind: ClassVar[str] = "ratio"
    parameters: ClassVar[Mapping[str, bool]] = {"a": True, "b": True, "target": False}

    a: Reference
    b: Reference
    target: float = 1.0

    @property
    def references(self) -> tuple[Reference, ...]:
        """Numerator and denominator."""
        return (self.a, self.b)

    def rate(self, inputs: Inputs) -> Values:
        """Divide, compare with the target and cut at 1; a denominator of zero gives no rate."""
        top, below = inputs.values(self.a), inputs.values(self.b)
        share = np.divide(top, below, out=np.full(top.shape, np.nan), where=below > 0)
        cut: Values = np.clip(share / self.target, 0.0, 1.0)
        return cut

    def error(self, inputs: Inputs) -> Values:
        """Propagate the errors of numerator and denominator, taken as independent."""
        return _share_error(inputs, self.a, self.b) / self.target


@dataclass(frozen=True)
class Survey(Ratio):
    """The share of respondents who answered so: `a` of `b`, a sample with its standard error."""

    kind: ClassVar[str] = "survey"

    def error(self, inputs: Inputs) -> Values:
        """Give the standard error of a share under simple random sampling.

        Source: Agresti and Coull (1998), whose centre keeps 0 of n from looking certain.
        """
        size = inputs.values(self.b) + 4.0
        share = np.clip((inputs.values(self.a) + 2.0) / size, 0.0, 1.0)
        spread: Values = _known(np.sqrt(share * (1.0 - share) / size) / self.target)
        return spread


@dataclass(frozen=True)
class Steps(Rule):
    """A table of steps: the first lower bound that the value reaches gives the share."""

    kind: ClassVar[str] = "steps"
    parameters: ClassVar[Mapping[str, bool]] = {"value": True, "steps": True}

    value: Reference
    steps: tuple[tuple[float, float], ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The counted input."""
        return (self.value,)

    def rate(self, inputs: Inputs) -> Values:
        """Look each value up; below the lowest bound the share is 0."""
        values = inputs.values(self.value)
        bounds, shares = (np.array(column) for column in zip(*sorted(self.steps), strict=True))
        place = np.searchsorted(bounds, values, side="right")
        rate = np.concatenate([[0.0], shares])[place]
        return np.where(np.isnan(values), np.nan, rate)


@dataclass(frozen=True)
class Tiers(Rule):
    """A condition by name: who chairs the committee, at which level a service runs."""

    kind: ClassVar[str] = "tiers"
    parameters: ClassVar[Mapping[str, bool]] = {"value": True, "tiers": True}

    value: Reference
    tiers: tuple[tuple[str, float], ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The named condition."""
        return (self.value,)

    def rate(self, inputs: Inputs) -> Values:
        """Look each category up; one outside the table earns nothing."""
        shares = dict(self.tiers)
        words = inputs.words(self.value)
        rates = [np.nan if word is None else shares.get(word, 0.0) for word in words.ravel()]
        return np.array(rates, dtype=float).reshape(words.shape)


@dataclass(frozen=True)
class Parts(Rule):
    """Several conditions, each worth its share of the points."""

    kind: ClassVar[str] = "parts"
    parameters: ClassVar[Mapping[str, bool]] = {"parts": True}

    parts: tuple[tuple[float, Rule], ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The inputs of all parts."""
        return tuple(dict.fromkeys(ref for _, rule in self.parts for ref in rule.references))

    def rate(self, inputs: Inputs) -> Values:
        """Add the parts up; a part without data earns nothing unless all lack them."""
        rates = np.stack([share * rule.rate(inputs) for share, rule in self.parts])
        return np.where(np.isnan(rates).all(axis=0), np.nan, np.nansum(rates, axis=0))

    def error(self, inputs: Inputs) -> Values:
        """Add the errors of the parts as independent ones."""
        squares = [(share * rule.error(inputs)) ** 2 for share, rule in self.parts]
        total: Values = np.sqrt(np.sum(squares, axis=0))
        return total


@dataclass(frozen=True)
class Gap(Rule):
    """How close two groups of people are: 1 where they are equal."""

    kind: ClassVar[str] = "gap"
    parameters: ClassVar[Mapping[str, bool]] = {
        "a": True, "b": True, "between": True, "measure": False,
    }  # fmt: skip

    a: Reference
    b: Reference
    between: tuple[str, str]
    measure: Literal["ratio", "difference"] = "ratio"

    @property
    def references(self) -> tuple[Reference, ...]:
        """Numerator and denominator of both groups."""
        return tuple(ref._replace(breakdown=g) for g in self.between for ref in (self.a, self.b))

    def shares(self, inputs: Inputs) -> tuple[Values, Values]:
        """Give `a / b` of the first and of the second group."""
        tops = [inputs.values(self.a._replace(breakdown=group)) for group in self.between]
        lows = [inputs.values(self.b._replace(breakdown=group)) for group in self.between]
        first, second = (
            np.divide(top, low, out=np.full(top.shape, np.nan), where=low > 0)
            for top, low in zip(tops, lows, strict=True)
        )
        return first, second

    def rate(self, inputs: Inputs) -> Values:
        """Give the smaller share over the larger, or one less their difference."""
        first, second = self.shares(inputs)
        if self.measure == "difference":
            return 1.0 - np.abs(first - second)
        low, high = np.minimum(first, second), np.maximum(first, second)
        return np.divide(low, high, out=np.where(np.isnan(high), np.nan, 1.0), where=high > 0)

    def error(self, inputs: Inputs) -> Values:
        """Propagate the errors of the two shares, taken as independent."""
        first, second = self.shares(inputs)
        one, other = (
            _share_error(inputs, self.a._replace(breakdown=g), self.b._replace(breakdown=g))
            for g in self.between
        )
        if self.measure == "difference":
            return np.hypot(one, other)
        low, high = np.minimum(first, second), np.maximum(first, second)
        of_low, of_high = np.where(first < second, (one, other), (other, one))
        with np.errstate(divide="ignore", invalid="ignore"):
            return _known(np.hypot(of_low / high, of_high * low / high**2))


def _known(errors: Values) -> Values:
    found: Values = np.nan_to_num(errors, nan=0.0, posinf=0.0)
    return found


def _share_error(inputs: Inputs, a: Reference, b: Reference) -> Values:
    """Give the standard error of `a / b` to first order."""
    top, below = inputs.values(a), inputs.values(b)
    of_top, of_below = _known(inputs.errors(a)), _known(inputs.errors(b))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _known(np.hypot(of_top / below, of_below * top / below**2))
