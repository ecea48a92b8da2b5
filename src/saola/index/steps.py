"""The steps of a recipe: what may be chosen in each, as data.

Every step can be written as a table of TOML, `[[recipe]]`, whose key `step` names the kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from saola.index.fields import (
    choice,
    number,
    numbers,
    pair,
    switch,
    tables,
    texts,
    whole,
    whole_list,
    word,
    words,
)

MEANS = ("arithmetic", "geometric", "harmonic", "power")
AGGREGATIONS = (*MEANS, "copeland", "mazziotta-pareto", "benefit-of-the-doubt", "minimum", "median")


@dataclass(frozen=True)
class Denominate:
    """Divide indicators by a denominator; by default as the metadata says.

    Args:
        by: The denominator of an indicator, replacing that of the metadata.
        scale: What to multiply the result of an indicator by.
    """

    kind: ClassVar[str] = "denominate"
    by: Mapping[str, str] = texts()
    scale: Mapping[str, float] = numbers()


@dataclass(frozen=True)
class Screen:
    """Leave out units, and indicators, with too few data.

    Args:
        available: The least share of its indicators a unit must have.
        nonzero: The least share of a unit's values that must not be zero.
        indicator_available: The least share of units an indicator must have.
        keep: Units kept whatever they have.
        drop: Units left out whatever they have.
    """

    kind: ClassVar[str] = "screen"
    available: float = number(2 / 3, 0, 1)
    nonzero: float = number(0.0, 0, 1)
    indicator_available: float = number(0.0, 0, 1)
    keep: tuple[str, ...] = words()
    drop: tuple[str, ...] = words()


@dataclass(frozen=True)
class Impute:
    """Fill in missing values, each marked as imputed.

    Args:
        method: How.
        group: The group whose mean or median is taken.
        limit: The greatest distance in periods that a value may be carried; 0 for any.
        rounds: The greatest number of rounds of the iterative methods.
        by_indicator: Other keys for single indicators.
    """

    kind: ClassVar[str] = "impute"
    method: str = choice(
        "mean", "none", "median", "group-mean", "group-median", "linear", "nearest", "latest",
        "regression", "em",
    )  # fmt: skip
    group: str = word()
    limit: int = whole(0)
    rounds: int = whole(200, 1)
    by_indicator: Mapping[str, Mapping[str, Any]] = tables()


@dataclass(frozen=True)
class Treat:
    """Find outliers by skewness and kurtosis and treat them.

    Args:
        method: The first treatment of an indicator that fails the test.
        then: What follows where the first was not enough; it starts from the untreated values.
        most: The most points winsorised in one indicator.
        skew: The indicator passes with an absolute skewness below this …
        kurtosis: … or a kurtosis below this.
        exponent: The exponent of the Box-Cox transformation.
        combine: Whether `then` starts from what `method` gave.
        force: Whether to treat without testing.
        over: Whether each period is treated by itself.
        by_indicator: Other keys for single indicators.
    """

    kind: ClassVar[str] = "treat"
    method: str = choice(
        "winsorise", "none", "log", "log-coin-tool", "log-skew", "log-gii", "boxcox", "custom"
    )
    then: str = choice("log-coin-tool", "none", "log", "log-skew", "log-gii", "boxcox")
    most: int = whole(5)
    skew: float = number(2.0, 0)
    kurtosis: float = number(3.5)
    exponent: float = number(0.0)
    combine: bool = switch(default=False)
    force: bool = switch(default=False)
    over: str = choice("period", "panel")
    by_indicator: Mapping[str, Mapping[str, Any]] = tables()


@dataclass(frozen=True)
class Normalise:
    """Bring indicators to one scale; a direction of -1 turns an indicator round first.

    Args:
        method: How.
        range: The ends of the scale; by default 0 to 100 for `minmax` and 0 to 1 for methods that
            give a share.
        mean: The mean of z-scores.
        sd: The standard deviation of z-scores.
        low: The lower goalpost, in the indicator's unit.
        high: The upper goalpost.
        target: The target, in the indicator's unit; by default that of the metadata.
        reference: The unit others are compared with.
        cap: Whether values beyond goalposts, target or reference are cut to them.
        over: Whether a panel is normalised as one or each period by itself.
        by_indicator: Other keys for single indicators.
    """

    kind: ClassVar[str] = "normalise"
    method: str = choice(
        "minmax", "zscore", "goalposts", "distance-to-target", "distance-to-leader",
        "distance-to-reference", "fraction-of-leader", "rank", "percentile", "borda", "scaled",
        "none",
    )  # fmt: skip
    range: tuple[float, float] | None = pair()
    mean: float = number(0.0)
    sd: float = number(1.0, 1e-12)
    low: float | None = number(None)
    high: float | None = number(None)
    target: float | None = number(None)
    reference: str = word()
    cap: bool = switch(default=True)
    over: str = choice("panel", "period")
    by_indicator: Mapping[str, Mapping[str, Any]] = tables()


@dataclass(frozen=True)
class Weigh:
    """Set the weights of indicators and aggregates among their siblings.

    Args:
        method: How.
        weights: Weights of single parts, replacing those of the metadata.
        levels: The levels where `equal`, `pca` and `optimised` apply; by default all.
        importance: The importance wanted of each part of the level, for `optimised`.
        noise: By how much a share of each weight is drawn up or down in the audit.
        spread: `uniform` draws within the noise; `dirichlet` draws siblings' shares whose
            coefficient of variation is about the noise.
        noise_levels: The levels whose weights are drawn; by default all.
    """

    kind: ClassVar[str] = "weigh"
    method: str = choice("given", "equal", "pca", "budget", "optimised")
    weights: Mapping[str, float] = numbers()
    levels: tuple[int, ...] = whole_list()
    importance: Mapping[str, float] = numbers()
    noise: float = number(0.0, 0, 1)
    spread: str = choice("uniform", "dirichlet")
    noise_levels: tuple[int, ...] = whole_list()


@dataclass(frozen=True)
class Aggregate:
    """Join children into their parent, from the indicators up.

    Args:
        method: How.
        by_level: Another method for the aggregates of a level, such as `{ "2" = "geometric" }`.
        by_node: Another method for single aggregates.
        power: The exponent of the power mean.
        available: The least share of its children that an aggregate must have.
        penalty: Whether imbalance lowers (`-`) or raises (`+`) a Mazziotta-Pareto index.
        least: The least share of the total that benefit of the doubt gives each child.
    """

    kind: ClassVar[str] = "aggregate"
    method: str = choice("arithmetic", *AGGREGATIONS[1:])
    by_level: Mapping[str, str] = texts(*AGGREGATIONS)
    by_node: Mapping[str, str] = texts(*AGGREGATIONS)
    power: float = number(0.5)
    available: float = number(0.0, 0, 1)
    penalty: str = choice("-", "+")
    least: float = number(0.0, 0, 1)


Step = Denominate | Screen | Impute | Treat | Normalise | Weigh | Aggregate
KINDS: dict[str, type[Step]] = {
    kind.kind: kind for kind in (Denominate, Screen, Impute, Treat, Normalise, Weigh, Aggregate)
}
