"""One plan of connection: its map, what it costs, what it does, and each of its communes."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from saola import language
from saola.charts import Chart, sobol
from saola.charts import render as drawing
from saola.charts.connected import connected, frontier
from saola.charts.plan_map import Drawn, plan_map
from saola.charts.slim import slim
from saola.connect.costs import items
from saola.connect.proof import proof
from saola.connect.published.kept import Kept, plan
from saola.connect.stations import said
from saola.errors import InputError
from saola.server.portal.cache import public
from saola.server.portal.figure import drawings
from saola.server.portal.plans import line
from saola.server.portal.reading import reader

MOST_ROWS = 400


@dataclass(frozen=True)
class Picture:
    """A chart of a plan, drawn for a page.

    Attributes:
        chart: The chart.
        files: Names of the plan's files that hold it.
    """

    chart: Chart
    files: tuple[str, ...] = ()

    @property
    def svg(self) -> SafeString:
        """The drawing, fit for the page."""
        return _inline(self.chart, self.chart.kind)

    @property
    def slim_svg(self) -> SafeString:
        """The drawing for a phone; empty where the chart has none."""
        narrow = slim(self.chart)
        return SafeString() if narrow is None else _inline(narrow, f"{self.chart.kind}-slim")


def _inline(chart: Chart, name: str) -> SafeString:
    drawn = drawing.kept(chart, drawings()).decode()
    return mark_safe(drawing.inline(drawn, name))  # noqa: S308  (drawn here, its labels escaped by the drawing program)


def found_plan(code: str) -> Kept:
    """Give a plan of the workspace, or answer 404."""
    found = reader()
    if found.workspace is None:
        raise Http404
    workspace = found.workspace
    try:
        return found.once(("plan", code), lambda: plan(workspace, code))
    except InputError as error:
        raise Http404 from error


@public
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show a plan: cards, map, technologies, frontier, communes, effect on the index, files."""
    found = found_plan(code)
    facts = {
        "plan": found,
        "line": line(found),
        "told": found.summary,
        "proof": proof(found.summary, found.summary.get("budget")),
        "pictures": pictures(found),
        "communes": communes(found)[:MOST_ROWS],
        "count": found.communes.height,
        "effects": effects(found),
        "files": found.files,
        "levers": _levers(found),
        "choice": _choice(found),
        "phases": phases(found),
        "rules": _rules(found),
    }
    return render(request, "portal/plan.html", facts)


def pictures(found: Kept) -> list[Picture]:
    """Draw the map, people by technology and, if it was worked out, the frontier."""
    lang, labels = language.current(), said()
    drawn = Drawn(found.settlements, found.stations, found.hops, found.fibre, labels)
    new = found.settlements.filter(~pl.col("served") & (pl.col("connected") > 0))
    by = new.group_by("technology").agg(people=pl.sum("connected"))
    bars = by.with_columns(pl.col("technology").replace(labels))
    charts = [
        Picture(plan_map(drawn, lang), ("map.svg", "map.png", "plan.gpkg")),
        Picture(connected(bars, lang), ("technologies.svg", "settlements.csv")),
    ]
    steps = found.table("frontier")
    if steps is not None and steps.height:
        charts.append(Picture(frontier(steps, lang), ("frontier.csv",)))
    priced = found.table("drivers")
    if priced is not None and priced.height:
        title = language.text("What drives the cost")
        named = priced.head(8).with_columns(label=pl.col("item").replace(items(lang)))
        shares = sobol(named.drop("item"), lang, title=title)
        charts.append(Picture(shares, ("drivers.csv", "choice.csv", "quantities.csv")))
    return charts


def _levers(found: Kept) -> list[dict[str, Any]]:
    table = found.table("levers")
    return [] if table is None else table.to_dicts()


def _choice(found: Kept) -> list[dict[str, Any]]:
    table = found.table("choice")
    return [] if table is None else table.to_dicts()


def phases(found: Kept) -> list[dict[str, Any]]:
    """Say year by year what is built and whom it reaches; none where the plan names no years."""
    order = found.table("phases")
    if order is None or order.is_empty():
        return []
    ways = found.hops.group_by("to").agg(hops=pl.sum("cost"))
    sites = found.stations.select("site", "people", "cost").join(
        ways, left_on="site", right_on="to", how="left"
    )
    built = order.join(sites, on="site", how="left").group_by("year").agg(
        sites=pl.len(), people=pl.sum("people"),
        cost=(pl.col("cost") + pl.col("hops").fill_null(0.0)).sum(),
    )  # fmt: skip
    return built.sort("year").with_columns(so_far=pl.col("people").cum_sum()).to_dicts()


def communes(found: Kept) -> list[dict[str, Any]]:
    """Give a row a commune, the dearest for the public purse first."""
    rows = found.communes.with_row_index("place").join(found.sentences, on="unit", how="left")
    labels = said()
    return [
        row
        | {
            "label": _label(row),
            "said": sentence(row),
            "technology_said": labels.get(row["technology"], row["technology"]),
            "new": row["connected"] - row["before"],
        }
        for row in rows.sort("subsidy", "cost", "unit", descending=[True, True, False]).iter_rows(
            named=True
        )
    ]


def _label(row: dict[str, Any]) -> str:
    """Name a commune as the workspace does, else as the plan does."""
    units = reader().units
    code = row["code"]
    return units.unit(code).label(language.current()) if code in units else str(row["unit"])


def sentence(row: dict[str, Any]) -> str:
    """Give a commune's sentence in the language, with its name in the place of its code."""
    told = str(row.get(language.current()) or row.get("sentence_right") or row["sentence"])
    unit = str(row["unit"])
    return _label(row) + told[len(unit) :] if told.startswith(unit) else told


def effects(found: Kept) -> list[dict[str, Any]]:
    """Say what the plan does to the index: the whole and coverage, provinces before communes."""
    table = found.table("effect")
    if table is None or table.is_empty():
        return []
    known, units = reader().catalogue, reader().units
    rows = []
    for row in table.iter_rows(named=True):
        framework = known.get(row["framework"])
        if framework is None or row["unit"] not in units:
            continue
        unit = units.unit(row["unit"])
        whole = row["node"] == framework.root.id
        if unit.kind != "province" or not (whole or row["node"].startswith("coverage")):
            continue
        rows.append(
            row
            | {
                "label": unit.label(language.current()),
                "node_label": language.pick(framework.label_of(row["node"])),
                "gain": row["after"] - row["before"],
            }
        )
    return rows


def _rules(found: Kept) -> list[dict[str, Any]]:
    """Give what rules of thumb would cost on the same input."""
    names = {
        "nearest-fibre": language.text("Fibre to the nearest point, then the cheapest radio"),
        "per-place": language.text("Every place for itself, as ITU's platform plans"),
    }
    told = found.summary
    return [
        {"name": names.get(name, name), "cost": cost, "saving": told["saving"].get(name)}
        for name, cost in told["rules"].items()
        if cost is not None
    ]


@public
def commune(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """Show what a plan brings to one commune, settlement by settlement, and who is unserved."""
    found = found_plan(code)
    own = next((row for row in communes(found) if row["place"] == place), None)
    if own is None:
        raise Http404
    labels = said()
    rows = found.settlements.filter(pl.col("unit").cast(pl.String) == str(own["unit"]))
    evidence = found.table("evidence")
    facts = {
        "plan": found,
        "told": found.summary,
        "row": own,
        "settlements": [
            row | {"technology_said": labels.get(row["technology"], row["technology"])}
            for row in rows.iter_rows(named=True)
        ],
        "evidence": [] if evidence is None else _evidence(evidence, str(own["unit"])),
    }
    return render(request, "portal/plan_commune.html", facts)


def _evidence(table: pl.DataFrame, unit: str) -> list[dict[str, Any]]:
    """Give what is known of a commune's settlements, in the language."""
    lang = language.current()
    rows = table.filter(pl.col("unit").cast(pl.String) == unit)
    return [row | {"said": row.get(lang) or row["evidence"]} for row in rows.iter_rows(named=True)]


def send(request: HttpRequest, code: str, name: str) -> HttpResponse | FileResponse:
    """Send a file of a plan."""
    del request
    found = found_plan(code)
    if name not in found.files:
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    stream = Path(found.folder / name).open("rb")  # noqa: SIM115  (the response closes it)
    return FileResponse(
        stream, as_attachment=True, filename=f"{found.id}-{name}", content_type=kind
    )
