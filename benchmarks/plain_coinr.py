"""COINr's nominal ASEM build, number by number in plain Python: a second opinion on the engine.

Nothing here shares code with `saola.index`: plain loops over COINr 1.1.14's published formulas.
"""

import csv
import math
from pathlib import Path

Row = dict[str, float | None]


def nominal(folder: Path) -> dict[str, float]:
    """Compute the index of each unit of `asem_data.csv`, 0 to 100."""
    meta, data = (
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
        for name in ("asem_meta.csv", "asem_data.csv")
    )
    indicators = [row for row in meta if row["Type"] == "Indicator"]
    columns = {row["iCode"]: _column(row, data) for row in indicators}
    codes = [row["uCode"] for row in data]
    scores = {code: dict(zip(codes, column, strict=True)) for code, column in columns.items()}
    for level in ("2", "3", "4"):
        for node in (row for row in meta if row["Level"] == level):
            children = [row["iCode"] for row in meta if row["Parent"] == node["iCode"]]
            scores[node["iCode"]] = {
                unit: math.fsum(scores[child][unit] for child in children) / len(children)
                for unit in codes
            }
    return scores["Index"]


def _column(meta: dict[str, str], data: list[dict[str, str]]) -> list[float]:
    raw = [None if row[meta["iCode"]] == "NA" else float(row[meta["iCode"]]) for row in data]
    if meta["Denominator"] != "NA":
        by = [row[meta["Denominator"]] for row in data]
        raw = [
            None if x is None or d == "NA" else x / float(d) for x, d in zip(raw, by, strict=True)
        ]
    groups = [row["EurAsia_group"] for row in data]
    filled = []
    for x, group in zip(raw, groups, strict=True):
        peers = [y for y, g in zip(raw, groups, strict=True) if g == group and y is not None]
        filled.append(math.fsum(peers) / len(peers) if x is None else x)
    treated = _winsorised(filled)
    turned = [x * int(meta["Direction"]) for x in treated]
    low, high = min(turned), max(turned)
    return [(x - low) / (high - low) * 100 for x in turned]


def _moments(column: list[float]) -> tuple[float, float]:
    n = len(column)
    middle = math.fsum(column) / n
    second, third, fourth = (math.fsum((x - middle) ** p for x in column) for p in (2, 3, 4))
    skew = math.sqrt(n) * third / second**1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    tail = ((n + 1) * (n * fourth / second**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return skew, tail


def _winsorised(column: list[float]) -> list[float]:
    column = list(column)
    points = {"high": 0, "low": 0}
    skew, tail = _moments(column)
    while not (abs(skew) < 2 or tail < 3.5) and sum(points.values()) < 5:
        side, end = ("high", max(column)) if skew >= 0 else ("low", min(column))
        rest = [x for x in column if x != end]
        points[side] = len(column) - len(rest)
        column = [(max(rest) if skew >= 0 else min(rest)) if x == end else x for x in column]
        skew, tail = _moments(column)
    if not (abs(skew) < 2 or tail < 3.5):
        raise AssertionError("no ASEM indicator goes on to a logarithm")
    return column


def ranks(scores: dict[str, float]) -> dict[str, int]:
    """Rank units, equal ones sharing the better rank."""
    return {unit: 1 + sum(y > x for y in scores.values()) for unit, x in scores.items()}
