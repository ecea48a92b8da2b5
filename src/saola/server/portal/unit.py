"""One unit: where it stands, why, where it moves, and who is near."""

from dataclasses import replace
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola import language
from saola.frameworks.doubts import thin
from saola.server.portal import choices, fields
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures import comparison, profile
from saola.server.portal.view import View, view_of

NEAR = 3


@public
@needs_run
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the profile of a unit."""
    asked = view_of(request)
    unit = asked.unit(code)
    asked = assessing(asked, unit.code, named="index" in request.GET)
    view = asked.asking(unit=unit.code, level=unit.kind)
    own = view.peers.filter(pl.col("unit") == unit.code)
    facts: dict[str, Any] = {
        "unit": unit,
        "name": unit.label(view.lang),
        "parent": view.reader.units.unit(unit.parent) if unit.parent in view.reader.units else None,
        "row": choices.lines(view, own)[0] if own.height else None,
        "count": _ranked_with(view, own).height,
        "others": _parts(view, unit.code),
    }
    if own.height:
        near = _near(view, unit.code)
        facts |= {
            "summary": _summary(view, own),
            "pillars": figure("pillars", view),
            "lost": figure("lost", view),
            "trend": figure("trend", view),
            "near": choices.lines(view, near),
            "compare": view.query(unit=",".join([unit.code, *_others(near, unit.code)])),
            "fields": _fields(view, unit.code),
            "indicators": _indicators(view, unit.code),
        }
    return render(request, "portal/unit.html", choices.context(view) | facts)


def assessing(view: View, code: str, *, named: bool) -> View:
    """Give the view of an index that assesses a unit, where the address names none."""
    if named or view.pinned or view.rows.filter(pl.col("unit") == code).height:
        return view
    for editions in view.reader.editions.values():
        last = editions[-1]
        top = last.framework.root.id
        if view.reader.scores(last.run, node=top, unit=code).height:
            return replace(view, edition=last)
    return view


def _ranked_with(view: View, own: pl.DataFrame) -> pl.DataFrame:
    """Give the units with a score or rank that a unit is ranked with: those of its rank group."""
    known = view.peers.filter(pl.any_horizontal(pl.col("score", "rank").is_not_null()))
    group = own["group"].first() if own.height else None
    return known.filter(pl.col("group").eq_missing(pl.lit(group, pl.String)))


def _quoted(view: View, row: dict[str, Any]) -> str:
    """Say what was published of a unit."""
    facts = {"name": row["label"], "period": view.period}
    if row["score"] is None:
        return language.text(
            "{name} in {period}: published rank {rank}, no score published.",
            rank=language.number(row["rank"]),
            **facts,
        )
    facts["score"] = view.scale.write(row["score"], view.lang)
    if row["rank"] is None:
        return language.text("{name} has {score} points in {period}, as published.", **facts)
    return language.text(
        "{name} has {score} points in {period}, as published: published rank {rank}.",
        rank=language.number(row["rank"]),
        **facts,
    )


def _summary(view: View, own: pl.DataFrame) -> str:
    row = own.row(0, named=True)
    if view.quoted and (row["score"], row["rank"]) != (None, None):
        return _quoted(view, row)
    if row["score"] is None:
        return language.text(
            "{name} has no score in {period}.", name=row["label"], period=view.period
        )
    known = _ranked_with(view, own).filter(pl.col("score").is_not_null()).height
    facts = {
        "name": row["label"],
        "score": view.scale.write(row["score"], view.lang),
        "rank": language.number(row["rank"]),
        "count": language.number(known),
        "period": view.period,
    }
    said = language.text("{name} has {score} points in {period}: rank {rank} of {count}.", **facts)
    if row["rank_low"] is not None:
        said += " " + language.text(
            "Given what is uncertain in data and weights, its rank lies between {low} and {high}.",
            low=row["rank_low"],
            high=row["rank_high"],
        )
    few = thin(view.reader.scores(view.run, unit=row["unit"]), view.framework)
    if few.height:
        said += " " + language.text(
            "Only {share} of the points have a figure, so the rank says little.",
            share=language.percent(few["share"][0], decimals=0),
        )
    return said


def _near(view: View, code: str) -> pl.DataFrame:
    """Give the units just above and below."""
    own = view.peers.filter(pl.col("unit") == code)
    rows = _ranked_with(view, own).with_row_index()
    own = rows.filter(pl.col("unit") == code)
    if own.is_empty():
        return rows.head(0)
    place = int(own["index"][0])
    first = max(0, place - NEAR)
    return rows.slice(first, place - first + NEAR + 1)


def _others(near: pl.DataFrame, code: str) -> list[str]:
    """Give the neighbours' codes, as many as a comparison takes."""
    return near.filter(pl.col("unit") != code).head(comparison.MOST - 1)["unit"].to_list()


def _fields(view: View, code: str) -> list[dict[str, Any]]:
    rows = view.reader.scores(view.run, unit=code, apart=True)
    rows = rows.filter(pl.col("node") == view.framework.root.id).sort("score", descending=True)
    return [
        {
            "label": fields.label(row["field"], view.lang),
            "said": view.scale.write(row["score"], view.lang),
        }
        for row in rows.iter_rows(named=True)
        if row["score"] is not None
    ]


def _indicators(view: View, code: str) -> list[dict[str, Any]]:
    rows = profile.indicators(view, code).to_dicts()
    order = {item.id: place for place, item in enumerate(view.framework.indicators)}
    return sorted(rows, key=lambda row: order[row["node"]])


def _parts(view: View, code: str) -> list[choices.Choice]:
    """List the units below that the run assesses, best first."""
    below = {each.code for each in view.reader.units.children(code)}
    if not below:
        return []
    rows = replace(view, asked={}).rows.filter(pl.col("unit").is_in(list(below)))
    rows = rows.sort("score", descending=True, nulls_last=True)
    return [
        choices.Choice(row["unit"], f"{row['label']} ({view.scale.write(row['score'], view.lang)})")
        for row in rows.head(200).iter_rows(named=True)
    ]
