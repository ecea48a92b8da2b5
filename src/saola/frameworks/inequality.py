"""Inequality of access across places, as indicators of the places above them."""

import numpy as np
import numpy.typing as npt
import polars as pl

from saola import observations

Values = npt.NDArray[np.float64]


def gini(values: Values, weights: Values) -> float:
    """Give the Gini coefficient of values that stand for several people each.

    Args:
        values: Shares or amounts, at least 0, one a place; shape (n,).
        weights: People of each place, at least 0; shape (n,).

    Returns:
        0 where all are equal, near 1 where one place has everything; NaN without people or value.

    Source: Lerman and Yitzhaki (1989), weighted Lorenz curve by trapezes.
    """
    order = np.argsort(values, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weights[order])])
    wealth = np.concatenate([[0.0], np.cumsum((values * weights)[order])])
    if not people[-1] > 0 or not wealth[-1] > 0:
        return float("nan")
    area = np.sum(np.diff(people) * (wealth[1:] + wealth[:-1])) / (people[-1] * wealth[-1])
    return float(max(0.0, 1.0 - area))


def theil(values: Values, weights: Values) -> float:
    """Give the Theil T index of values that stand for several people each.

    Args:
        values: Shares or amounts, at least 0, one a place; shape (n,).
        weights: People of each place, at least 0; shape (n,).

    Returns:
        0 where all are equal; NaN without people or value.

    Source: Theil (1967), Economics and Information Theory, chapter 4.
    """
    people = weights.sum()
    mean = (values * weights).sum() / people if people > 0 else 0.0
    if not mean > 0:
        return float("nan")
    relative = values / mean
    logs = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    return float(max(0.0, (weights * relative * logs).sum() / people))


def across(
    rows: pl.DataFrame, parents: pl.DataFrame, *, top: str, below: str, code: str
) -> pl.DataFrame:
    """Measure how unequally a share is spread over the units below each unit.

    Args:
        rows: Observations of the lower units that hold both inputs.
        parents: Columns `unit`, `parent`.
        top: The input counted, such as `users`.
        below: The input it is a share of, such as `persons`; it weighs the units.
        code: Stem of the new indicators.

    Returns:
        Observations `<code>-gini` and `<code>-theil` of the parents. They are `synthetic` where
        any of their inputs is, else `modelled`.
    """
    key = ["unit", "period", "field"]
    whole = rows.filter(pl.col("breakdown") == observations.TOTAL)
    first = whole.filter(pl.col("indicator") == top).select(*key, "check", a="value")
    second = whole.filter(pl.col("indicator") == below).select(*key, b="value")
    pairs = (
        first.join(second, on=key)
        .filter(pl.col("a").is_not_null(), pl.col("b") > 0)
        .join(parents, on="unit")
    )
    found = []
    for (parent, period, field), group in pairs.group_by(
        ["parent", "period", "field"], maintain_order=True
    ):
        shares = (group["a"] / group["b"]).to_numpy()
        people = group["b"].to_numpy()
        invented = bool((group["check"] == "synthetic").any())
        found += [
            {
                "indicator": f"{code}-{name}",
                "unit": parent,
                "period": period,
                "field": field,
                "value": measure(shares, people),
                "check": "synthetic" if invented else "modelled",
            }
            for name, measure in (("gini", gini), ("theil", theil))
        ]
    return observations.frame(pl.DataFrame(found, infer_schema_length=None) if found else found)
