"""A plan of connection as PDF and as a workbook."""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from saola import __version__
from saola.charts import Chart
from saola.connect.outcome import Outcome
from saola.connect.proof import proof
from saola.connect.region.files import PlanFile
from saola.language import number, percent, text
from saola.reports.page import Card, Drawing, Head, Listing, Page, Part, Running, compiled

MOST_BESIDE = 20  # stations that need no page of their own
# Names come from a planner's table: none may run as a formula.
WORKBOOK = {"nan_inf_to_errors": True, "strings_to_formulas": False, "strings_to_urls": False}


def plan_pdf(
    told: PlanFile,
    found: Outcome,
    chart: Chart,
    map_: Chart,
    *,
    when: dt.datetime,
    notes: Sequence[str] = (),
) -> bytes:
    """Set a plan as PDF/UA-1 in the language in use.

    Args:
        told: The plan's file.
        found: Its tables.
        chart: People by technology.
        map_: The map.
        when: The time it was made.
        notes: What was assumed about the input.
    """
    totals, long = found.totals, found.stations.height > MOST_BESIDE
    page = Page(
        head=told.name,
        under=text("Plan of connection: who is brought online by what, at least cost"),
        cards=cards(found),
        summary=[proof(totals, told.budget)],
        parts=[
            Part(map_.title, chart=Drawing.of(map_, room=420)),
            Part(chart.title, chart=Drawing.of(chart)),
            Part(
                text("Every commune in a sentence"), sentences=found.communes["sentence"].to_list()
            ),
            *([Part(text("What was assumed"), sentences=notes)] if notes else []),
            Part(text("Stations"), table=_stations(found.stations), fresh=long),
        ],
    )
    foot = text(
        "Saola {version} · US dollars of {year}", version=__version__, year=totals["price_year"]
    )
    return compiled(page, Running(told.name, foot, told.synthetic), when)


def cards(found: Outcome) -> list[Card]:
    """Give the numbers of a plan that matter most."""
    totals = found.totals
    share = totals["connected"] / totals["people"] if totals["people"] else 0.0
    return [
        Card(
            text("People with service"),
            percent(share),
            note=number(totals["connected"], decimals=0),
        ),
        Card(text("Cost"), number(totals["cost"], decimals=0), "USD"),
        Card(text("Cost a person"), number(totals["cost_a_person"], decimals=0), "USD"),
        Card(text("Subsidy needed"), number(totals["subsidy"], decimals=0), "USD"),
    ]


def _stations(table: pl.DataFrame) -> Listing:
    heads = [
        Head(text("Site")), Head(text("Station")), Head(text("Backhaul")), Head(text("Power")),
        Head(text("People"), right=True), Head(text("Cost"), right=True),
    ]  # fmt: skip
    rows = [
        [
            row["site"], row["station"], text(row["backhaul"]), text(row["power"]),
            number(row["people"], decimals=0), number(row["cost"], decimals=0),
        ]
        for row in table.iter_rows(named=True)
    ]  # fmt: skip
    return Listing(heads, rows)


def plan_workbook(path: Path, found: Outcome, regions: pl.DataFrame | None = None) -> None:
    """Write the tables of a plan into an XLSX file, one sheet each.

    Args:
        path: The file.
        found: The tables.
        regions: Those of a country, on the first sheet.
    """
    first = () if regions is None else ((text("Regions"), regions),)
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, WORKBOOK) as book:
        for title, table in (
            *first,
            (text("Communes"), found.communes),
            (text("Settlements"), found.settlements),
            (text("Stations"), found.stations),
            (text("Hops"), found.hops),
        ):
            table.write_excel(book, worksheet=title, autofit=True)
    path.write_bytes(kept.getvalue())
