"""What every page's form offers, and what every page's template is told."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl

from saola import language
from saola.reports.subject import kind_name
from saola.server.portal.figure import origin_of
from saola.server.portal.view import View


@dataclass(frozen=True)
class Choice:
    """One option of a list.

    Attributes:
        value: What the address says.
        label: What people read.
        chosen: Whether it is the present one.
    """

    value: str
    label: str
    chosen: bool = False


def indices(view: View) -> list[Choice]:
    """List the indices that have runs."""
    return [
        Choice(
            index,
            language.pick(editions[-1].framework.label, view.lang),
            index == view.framework.index,
        )
        for index, editions in view.reader.editions.items()
    ]


def periods(view: View) -> list[Choice]:
    """List the periods of the index, the newest first."""
    editions = view.reader.editions.get(view.framework.index, [])
    return [Choice(e.period, e.period, e.period == view.period) for e in reversed(editions)]


def levels(view: View) -> list[Choice]:
    """List the kinds of unit of the run."""
    return [Choice(kind, kind_name(kind), kind == view.level) for kind in view.levels]


def nodes(view: View) -> list[Choice]:
    """List the index, what stands right under it, and what is looked at."""
    framework = view.framework
    below = [item.id for item in (framework.root, *framework.children(framework.root.id))]
    return [
        Choice(code, language.pick(framework.label_of(code), view.lang), code == view.node)
        for code in dict.fromkeys((*below, view.node))
    ]


def groups(view: View) -> list[Choice]:
    """List the rank groups of the level."""
    found = view.peers["group"].drop_nulls().unique().sort().to_list()
    asked = view.asked.get("group", "")
    return [Choice(code, _group(view, code), code == asked) for code in found]


def _group(view: View, code: str) -> str:
    return view.reader.units.unit(code).label(view.lang) if code in view.reader.units else code


def units(view: View) -> list[Choice]:
    """List the units of the level, in the order of the language."""
    rows = view.peers.select("unit", "label").to_dicts()
    asked = set(view.asked.get("unit", "").split(","))
    options = [Choice(row["unit"], row["label"], row["unit"] in asked) for row in rows]
    return sorted(options, key=lambda option: language.sort_key(option.label))


def wholes(view: View) -> list[Choice]:
    """List the units that those of the level are parts of, where there are many of either."""
    rows = view.reader.units.frame.join(view.peers, left_on="code", right_on="unit", how="semi")
    above = rows["parent"].drop_nulls().unique().to_list()
    if len(above) < 2 or view.peers.height <= len(above):
        return []
    asked = view.asked.get("inside", "")
    named = dict(view.names.select("code", "label").iter_rows())
    options = [Choice(code, named.get(code, code), code == asked) for code in above]
    return sorted(options, key=lambda option: language.sort_key(option.label))


def parts(view: View) -> dict[str, str]:
    """Give, of each unit of the level that has parts with a score, the query of their page.

    Parts are in the same run, or in one of another index for the same period.
    """
    below = view.reader.units.frame.filter(pl.col("parent").is_in(view.peers["unit"].implode()))
    known = [edition for editions in view.reader.editions.values() for edition in editions]
    queries: dict[str, str] = {}
    for edition in (view.chosen, *known):
        if edition.period != view.period:
            continue
        rows = view.reader.scores(edition.run, node=edition.framework.root.id)
        scored = rows.filter(pl.col("score").is_not_null())
        found = below.join(scored, left_on="code", right_on="unit", how="semi")
        for unit, kind in found.sort("code").select("parent", "kind").iter_rows():
            asked = {"index": edition.framework.index, "period": view.period}
            queries.setdefault(unit, urlencode(asked | {"level": kind, "inside": unit}))
    return queries


def context(view: View) -> dict[str, Any]:
    """Give what every page's template is told."""
    return {
        "view": view,
        "origin": origin_of(view),
        "indices": indices(view),
        "periods": periods(view),
        "levels": levels(view),
        "known": int(view.peers["score"].is_not_null().sum()),
        "level_name": kind_name(view.level),
    }


def lines(view: View, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Write the rows of a ranking as the language does."""
    write = view.scale.write
    return [
        row
        | {
            "said": write(row["score"], view.lang),
            "interval": _span(write(row["low"], view.lang), write(row["high"], view.lang)),
            "ranks": _span(row["rank_low"], row["rank_high"]),
            "published": write(row["published_score"], view.lang),
            "recomputed": write(row["computed"], view.lang),
            "group_label": _group(view, row["group"]) if row["group"] else "",
        }
        for row in rows.iter_rows(named=True)
    ]


def _span(low: object, high: object) -> str:
    if low in (None, language.DASH):
        return language.DASH
    return f"{low}–{high}"
