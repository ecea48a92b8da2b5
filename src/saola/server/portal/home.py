"""The home page: the state of the country in one screen."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from saola import language
from saola.frameworks.runs import Run
from saola.server.portal.cache import public
from saola.server.portal.choices import context
from saola.server.portal.figure import figure
from saola.server.portal.figures import movement
from saola.server.portal.view import View, view_of

TOP = 10


@public
def show(request: HttpRequest) -> HttpResponse:
    """Show the state of the country in one screen."""
    view = view_of(request)
    if view.edition is None:
        return render(request, "portal/empty.html", {"view": view})
    facts = {
        "cards": _cards(view),
        "heat": figure("heat", view),
        "trend": figure("trend", view),
        "gaps": figure("gaps", view),
        "best": _placed(view).head(TOP).to_dicts(),
        "latest": _latest(view),
    }
    return render(request, "portal/home.html", context(view) | facts)


def _latest(view: View) -> list[tuple[Run, Mapping[str, str], dt.date]]:
    """Give the newest run of each index with the name of its edition and its day."""
    found: dict[str, tuple[Run, Mapping[str, str], dt.date]] = {}
    for run in view.reader.runs:
        framework = view.reader.catalogue.get(run.framework)
        if framework is not None:
            made = timezone.localdate(dt.datetime.fromisoformat(run.when))
            found.setdefault(framework.index, (run, framework.label, made))
    return list(found.values())


def _cards(view: View) -> list[dict[str, Any]]:
    """Give the few figures that a leader asks for first."""
    placed = _placed(view)
    if placed.is_empty():
        return []
    rows = placed.filter(pl.col("score").is_not_null())
    cards = [_level(view, rows)] if rows.height else []
    cards += [_leader(view, part) for part in placed.partition_by("group", maintain_order=True)]
    moved = _changes(view)
    if moved.height:
        cards.append(_riser(view, moved.row(0, named=True)))
    return [*cards, _known(view)]


def _placed(view: View) -> pl.DataFrame:
    """Give the units that have a score, or a rank where scores were not published."""
    known = pl.any_horizontal(pl.col("score", "rank").is_not_null())
    return view.peers.filter(known)


def _level(view: View, rows: pl.DataFrame) -> dict[str, Any]:
    whole = view.rows.filter(pl.col("kind") == "country", pl.col("score").is_not_null())
    if whole.height == 1 and view.level != "country":
        row = whole.row(0, named=True)
        return {
            "label": row["label"],
            "value": view.scale.write(row["score"], view.lang),
            "note": view.title,
        }
    mean = view.scale.write(float(rows["score"].mean() or 0), view.lang)  # type: ignore[arg-type]  # a column of floats
    said = language.plural("Mean of {n} unit", "Mean of {n} units", rows.height)
    return {"label": said, "value": mean, "note": view.title}


def _leader(view: View, rows: pl.DataFrame) -> dict[str, Any]:
    row = rows.row(0, named=True)
    told = []
    if row["score"] is not None:
        told = [language.text("{score} points", score=view.scale.write(row["score"], view.lang))]
    if row["carried"] and row["rank"] is not None:
        told.append(language.text("published rank {rank}", rank=language.number(row["rank"])))
    return {
        "label": _lead(view, row["group"]),
        "value": row["label"],
        "note": " · ".join(told),
        "unit": row["unit"],
    }


def _lead(view: View, group: str | None) -> str:
    if not group or view.peers["group"].n_unique() < 2:
        return language.text("In the lead")
    named = view.names.filter(code=group)["label"].first() or group
    return language.text("In the lead: {group}", group=named)


def _changes(view: View) -> pl.DataFrame:
    """Give the change since the period before, the largest rise first."""
    every = movement.history(view).filter(pl.col("kind") == view.level)
    before = movement.before(every["period"].unique().to_list(), view.period)
    if before is None:
        return every.head(0).with_columns(change=pl.col("score"))
    then = every.filter(pl.col("period") == before).select("unit", then="score", before="period")
    now = every.filter(pl.col("period") == view.period).join(then, on="unit")
    changed = now.with_columns(change=pl.col("score") - pl.col("then"))
    return changed.drop_nulls("change").sort("change", descending=True)


def _riser(view: View, row: dict[str, Any]) -> dict[str, Any]:
    change = view.scale.write(abs(row["change"]), view.lang)
    sign = "+" if row["change"] >= 0 else "−"
    return {
        "label": language.text("Most improved since {period}", period=row["before"]),
        "value": row["label"],
        "note": language.text("{change} points", change=sign + change),
        "unit": row["unit"],
    }


def _known(view: View) -> dict[str, Any]:
    """Say how much of what the framework asks for is known."""
    rows = view.reader.scores(view.run)
    leaves = rows.filter(pl.col("node").is_in(list(view.framework.indicator_of)))
    share = 1 - leaves["score"].null_count() / max(leaves.height, 1)
    return {
        "label": language.text("Figures reported"),
        "value": language.percent(share, decimals=0),
        "note": language.plural(
            "of {n} figure asked for", "of {n} figures asked for", leaves.height
        ),
    }
