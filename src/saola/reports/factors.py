"""What the factors of an audit are called."""

import re

from saola.language import text

_FACTORS = {
    "denominate": "Denominators",
    "screen": "Screening",
    "impute": "Imputation",
    "treat": "Treatment of outliers",
    "normalise": "Normalisation",
    "weigh": "Ways of weighing",
    "weights": "Weights",
    "aggregate": "Aggregation",
    "values": "Errors of values",
}
_METHODS = {
    "minmax": "smallest and largest value",
    "zscore": "z-scores",
    "goalposts": "goalposts",
    "distance-to-target": "distance to a target",
    "distance-to-leader": "distance to the leader",
    "distance-to-reference": "distance to a reference",
    "fraction-of-leader": "share of the leader's value",
    "rank": "ranks",
    "percentile": "percentiles",
    "borda": "Borda points",
    "scaled": "a scale of one's own",
    "arithmetic": "arithmetic mean",
    "geometric": "geometric mean",
    "harmonic": "harmonic mean",
    "power": "power mean",
    "copeland": "Copeland's rule",
    "mazziotta-pareto": "Mazziotta-Pareto index",
    "benefit-of-the-doubt": "each unit's own best weights",
    "minimum": "smallest part",
    "median": "middle value",
    "none": "nothing",
    "mean": "mean of the others",
    "group-mean": "mean of the group",
    "group-median": "middle value of the group",
    "linear": "straight line in time",
    "nearest": "nearest period",
    "latest": "last known value",
    "regression": "regression on the other indicators",
    "em": "expectation and maximisation",
    "winsorise": "outliers cut back",
    "log": "logarithm",
    "log-coin-tool": "logarithm of the COIN Tool",
    "log-skew": "logarithm against skewness",
    "log-gii": "logarithm of the GII",
    "boxcox": "Box-Cox",
    "custom": "treatment of one's own",
    "given": "weights as given",
    "equal": "equal weights",
    "pca": "weights of the first principal component",
    "budget": "weights of a budget of points",
    "optimised": "weights optimised to wanted importances",
}


def factor_name(code: str) -> str:
    """Say in the language in use what a factor of an audit is."""
    stem, _, number = code.partition("-")
    said = text(_FACTORS[stem])
    return f"{said} ({number})" if number else said


def changed_words(changed: str) -> str:
    """Say what an alternative changes, `key = value` after `key = value`: its method in words."""
    pairs = [pair.partition(" = ") for pair in re.split(r", (?=\w+ = )", changed) if pair]
    methods = [text(_METHODS.get(value, value)) for key, _, value in pairs if key == "method"]
    others = ", ".join(f"{key} = {value}" for key, _, value in pairs if key != "method")
    if not methods:
        return others
    return f"{methods[0]} ({others})" if others else methods[0]
