"""Does the framework hold together? Correlations, reliability, components, flags.

Source: JRC statistical audits; OECD/JRC Handbook (2008), steps 4 and 8; Becker et al. (2017).
"""

import numpy as np
import polars as pl
from scipy.stats import kendalltau, pearsonr, spearmanr

from saola.errors import InputError
from saola.index.build import Build
from saola.index.moments import kurtosis, skewness
from saola.index.table import Floats, Table
from saola.index.weigh import loadings

STATISTICS = {
    "indicator": pl.String, "least": pl.Float64, "most": pl.Float64, "mean": pl.Float64,
    "median": pl.Float64, "sd": pl.Float64, "skewness": pl.Float64, "kurtosis": pl.Float64,
    "available": pl.Float64, "nonzero": pl.Float64, "distinct": pl.Float64, "same": pl.Float64,
    "flags": pl.String,
}  # fmt: skip
CORRELATIONS = {
    "one": pl.String, "other": pl.String, "correlation": pl.Float64, "p": pl.Float64,
    "family": pl.Boolean,
}  # fmt: skip
RELIABILITY = {
    "node": pl.String, "children": pl.Int64, "alpha": pl.Float64, "first": pl.Float64,
    "components": pl.Int64,
}  # fmt: skip
FLAGS = {"flag": pl.String, "part": pl.String, "other": pl.String, "value": pl.Float64}

_TESTS = {"pearson": pearsonr, "spearman": spearmanr, "kendall": kendalltau}


def statistics(
    table: Table, *, skew: float = 2.0, tail: float = 3.5, available: float = 0.65
) -> pl.DataFrame:
    """Describe each indicator and flag what looks wrong.

    Args:
        table: The values.
        skew: An absolute skewness above this …
        tail: … with a kurtosis above this flags outliers.
        available: A share of known values below this flags gaps.

    Returns:
        One row an indicator, in the schema `STATISTICS`; `flags` joins `gaps`, `zeros` (half or
        more), `few values` (under half distinct), `outliers` and `constant` by commas.
    """
    lean, heavy = skewness(table.values), kurtosis(table.values)
    rows = []
    for place, code in enumerate(table.indicators):
        column = table.values[:, place]
        known = column[~np.isnan(column)]
        if known.size == 0:
            rows.append((code, *[None] * 7, 0.0, *[None] * 3, "gaps"))
            continue
        counts = np.unique(known, return_counts=True)[1]
        shares = (
            known.size / column.size,
            float(np.mean(known != 0)),
            len(counts) / known.size,
            int(counts.max()) / known.size,
        )
        checks = {
            "gaps": shares[0] < available,
            "zeros": (known != 0).sum() / column.size < 0.5,
            "few values": len(counts) / column.size < 0.5,
            "outliers": bool(abs(lean[place]) > skew and heavy[place] > tail),
            "constant": len(counts) == 1,
        }
        told = ", ".join(name for name, met in checks.items() if met)
        sd = float(known.std(ddof=1)) if known.size > 1 else None
        ends = (float(known.min()), float(known.max()), float(known.mean()))
        middle = float(np.median(known))
        rows.append((code, *ends, middle, sd, lean[place], heavy[place], *shares, told))
    frame = pl.DataFrame(rows, schema=STATISTICS, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def correlations(
    built: Build, level: int = 1, other: int | None = None, kind: str = "pearson"
) -> pl.DataFrame:
    """Correlate the parts of one level with each other or with those of another level.

    Args:
        built: The index.
        level: The level of the first parts; 1 for indicators, as normalised.
        other: The level of the second parts; by default the same.
        kind: `pearson`, `spearman` or `kendall`.

    Returns:
        One row a pair, in the schema `CORRELATIONS`; `family` says whether the two have a parent
        in common or one lies under the other. Undefined correlations are null.
    """
    tree = built.tree
    levels = dict(zip(tree.codes, tree.levels(), strict=True))
    first = [code for code in tree.codes if levels[code] == level]
    second = [code for code in tree.codes if levels[code] == (other or level)]
    rows = []
    for place, one in enumerate(first):
        for two in second[place + 1 :] if other in {None, level} else second:
            value, chance = correlate(built.column(one), built.column(two), kind)
            rows.append((one, two, value, chance, _family(built, one, two)))
    frame = pl.DataFrame(rows, schema=CORRELATIONS, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def correlate(one: Floats, two: Floats, kind: str = "pearson") -> tuple[float, float]:
    """Give a correlation and the chance of one as strong without any; NaN where undefined.

    Raises:
        InputError: If the kind of correlation is unknown.
    """
    if kind not in _TESTS:
        raise InputError("recipe-value", where="correlation", found=kind, allowed=", ".join(_TESTS))
    pair = _comparable(one, two)
    if pair is None:
        return float("nan"), float("nan")
    found = _TESTS[kind](*pair)
    return float(found.statistic), float(found.pvalue)


def moving(one: Floats, two: Floats) -> float:
    """Give Pearson's correlation alone, NaN where undefined; quicker than with its chance."""
    pair = _comparable(one, two)
    if pair is None:
        return float("nan")
    first, second = (known - known.mean() for known in pair)
    scale = np.sqrt((first @ first) * (second @ second))
    return float(np.clip(first @ second / scale, -1.0, 1.0))


def _comparable(one: Floats, two: Floats) -> tuple[Floats, Floats] | None:
    """Give what both columns know; nothing of fewer than three rows or of a constant."""
    both = ~(np.isnan(one) | np.isnan(two))
    first, second = one[both], two[both]
    if both.sum() < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return first, second


def _family(built: Build, one: str, two: str) -> bool:
    parts = built.tree.parts
    lines = [_above(built, code) for code in (one, two)]
    siblings = bool(set(parts[one].parents) & set(parts[two].parents))
    return siblings or two in lines[0] or one in lines[1]


def _above(built: Build, code: str) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        parents = built.tree.parts[waiting.pop()].parents
        found.update(parents)
        waiting += parents
    return found


def children_of(built: Build, node: str, stage: str = "") -> Floats:
    """Give the columns of the children of an aggregate.

    Args:
        built: The index.
        node: The aggregate.
        stage: A stage before normalising, such as `raw`, for indicators; by default normalised.
    """
    table = built.stages[stage] if stage else None
    codes = built.tree.right_below(node)
    columns = [table.column(code) if table else built.column(code) for code in codes]
    return np.asarray(np.column_stack(columns), dtype=np.float64)


def alpha(columns: Floats) -> float:
    """Give Cronbach's alpha of columns that ought to measure one thing.

    Args:
        columns: Rows by columns; covariances are taken over the rows that both columns have.

    Returns:
        1 where all move as one, near or below 0 where they do not; NaN for a single column.

    Source: Cronbach (1951), Psychometrika 16, 297-334.
    """
    count = columns.shape[1]
    if count < 2:
        return float("nan")
    covariance = _covariances(columns)
    total = float(np.nansum(covariance))
    between = (total - float(np.nansum(np.diag(covariance)))) / (count * (count - 1))
    return count**2 * between / total if total else float("nan")


def _covariances(columns: Floats) -> Floats:
    found = np.full((columns.shape[1], columns.shape[1]), np.nan)
    for i, one in enumerate(columns.T):
        for j, two in enumerate(columns.T):
            both = ~(np.isnan(one) | np.isnan(two))
            if both.sum() > 1:
                away = (one[both] - one[both].mean()) * (two[both] - two[both].mean())
                found[i, j] = away.sum() / (both.sum() - 1)
    return found


def explained(columns: Floats) -> Floats:
    """Give the share of variance of each principal component, the first first.

    Rows with a gap and columns without spread are left out.
    """
    whole = columns[~np.isnan(columns).any(axis=1)]
    spread = whole.std(axis=0, ddof=1) if len(whole) > 2 else np.zeros(columns.shape[1])
    # What differs by rounding alone has no spread either.
    least = 1e-12 * np.abs(whole).max(axis=0, initial=0.0)
    spreading = whole[:, spread > least]
    if spreading.shape[1] == 0:
        return np.empty(0)
    values = np.linalg.eigvalsh(np.atleast_2d(np.corrcoef(spreading, rowvar=False)))[::-1]
    share: Floats = values / values.sum()
    return share


def reliability(built: Build) -> pl.DataFrame:
    """Say of each aggregate whether its children measure one thing.

    Returns:
        One row an aggregate with more than one child, in the schema `RELIABILITY`: Cronbach's
        alpha, the share of variance of the first component, and how many components have an
        eigenvalue above 1. One is what a pillar should have.
    """
    rows = []
    for node in built.tree.nodes:
        columns = children_of(built, node.code)
        if columns.shape[1] < 2:
            continue
        shares = explained(columns)
        many = int((shares * len(shares) > 1 + 1e-12).sum())
        first = float(shares[0]) if len(shares) else None
        rows.append((node.code, columns.shape[1], alpha(columns), first, many))
    return pl.DataFrame(rows, schema=RELIABILITY, orient="row")


def component(built: Build, node: str) -> dict[str, float]:
    """Give the first loadings of the children of an aggregate.

    Raises:
        InputError: If fewer than 3 rows are complete or a child is constant.
    """
    found = loadings(children_of(built, node)).tolist()
    return dict(zip(built.tree.right_below(node), found, strict=True))


def flags(built: Build, *, redundant: float = 0.92, weak: float = 0.3) -> pl.DataFrame:
    """Name the parts that a framework might do without or ought to think about.

    Args:
        built: The index.
        redundant: Siblings that correlate above this say the same twice.
        weak: A part whose correlation with its parent is below this is hardly heard there.

    Returns:
        Rows in the schema `FLAGS`: `redundant` pairs, `silent` parts (between 0 and `weak`) and
        parts `against` their parent (below 0).
    """
    rows: list[tuple[str, str, str, float]] = []
    for node in built.tree.nodes:
        codes = built.tree.right_below(node.code)
        for at, one in enumerate(codes):
            value = moving(built.column(one), built.column(node.code))
            if value < weak:
                rows.append(("against" if value < 0 else "silent", one, node.code, value))
            for two in codes[at + 1 :]:
                close = moving(built.column(one), built.column(two))
                if close > redundant:
                    rows.append(("redundant", one, two, close))
    return pl.DataFrame(rows, schema=FLAGS, orient="row")
