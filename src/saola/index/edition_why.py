"""Why a unit has its score in an edition: what each indicator adds, and what made the change."""

import numpy as np
import polars as pl

from saola.frameworks import Framework
from saola.frameworks.rules.base import Values
from saola.frameworks.tree import points_of

STEPS = {"part": pl.String, "change": pl.Float64, "whole": pl.Boolean}
REST = "_rest"
_SAME = 5e-13


def earned(framework: Framework, leaves: Values, scores: Values) -> Values:
    """Give what each indicator adds to the score of each unit.

    Args:
        framework: The edition.
        leaves: Rates of the indicators, indicators × units, NaN where missing.
        scores: The score of each unit.

    Returns:
        Indicators × units, and one more row for what no indicator explains: rounding, or a gate
        that holds a score at 0. Columns add up to the scores. A missing indicator that the edition
        leaves out adds what keeps the score as it is.
    """
    points = points_of(framework)[framework.nodes.index(framework.root)]
    share = (points / points.sum())[:, None]
    missing = scores if framework.missing == "skip" else 0.0
    told = np.where(np.isnan(leaves), missing, leaves) * share
    rest = scores - told.sum(axis=0)
    found: Values = np.vstack([told, np.where(np.abs(rest) < _SAME, 0.0, rest)])
    return found


def steps(codes: list[str], before: Values, after: Values, most: int = 10) -> pl.DataFrame:
    """Lay out the way from one score to another as a waterfall.

    Args:
        codes: The indicators.
        before: What each adds at the start, and the rest, as `earned` gives it.
        after: The same at the end.
        most: How many indicators stand by themselves, those that matter most.

    Returns:
        In the schema `STEPS`: where it starts, what each indicator changes, all others together as
        `_rest`, where it ends. Start and end are `whole`; the changes add up to their difference.
    """
    change = after - before
    order = [int(at) for at in np.argsort(-np.abs(change[:-1]), kind="stable")[:most]]
    shown = [at for at in order if abs(change[at]) > _SAME]
    rest = float(change.sum() - change[shown].sum())
    rows: list[tuple[str, float, bool]] = [("_before", float(before.sum()), True)]
    rows += [(codes[at], float(change[at]), False) for at in shown]
    rows += [(REST, rest, False)] if abs(rest) > _SAME else []
    rows.append(("_after", float(after.sum()), True))
    return pl.DataFrame(rows, schema=STEPS, orient="row")
