"""A country's plan as a folder: its tables, a short PDF, a workbook, and a folder a region."""

import datetime as dt
from pathlib import Path

import polars as pl

from saola import __version__
from saola.charts import Chart
from saola.connect.country.whole import Whole
from saola.connect.outcome import TABLES
from saola.connect.proof import proof
from saola.connect.region.files import PlanFile
from saola.language import number, percent, text
from saola.reports.connect_plan import cards, plan_workbook
from saola.reports.page import Drawing, Head, Listing, Page, Part, Running, compiled
from saola.reports.plan_folder import asked, safe, write_summary, write_tables

REGIONS = "regions"
MOST_NOTES = 40  # in the PDF; all are in plan.json


def write(out: Path, told: PlanFile, found: Whole, when: dt.datetime) -> None:
    """Write everything a country's plan gives into a folder that `saola connect publish` takes.

    Args:
        out: Made if it is not there.
        told: The plan's file.
        found: The country, planned.
        when: The time it was made.
    """
    now, tables = when.replace(microsecond=0), found.tables
    chart, map_ = write_tables(out, told, tables, found.fibre, found.aside, now)
    safe(found.sentences).write_csv(out / "sentences.csv")
    safe(found.regions).write_csv(out / "regions.csv")
    if found.phases.width:
        found.phases.write_csv(out / "phases.csv")
    _each(out / REGIONS, found)
    (out / "plan.pdf").write_bytes(country_pdf(told, found, chart, map_, now))
    plan_workbook(out / "plan.xlsx", tables, found.regions)
    said = {"notes": list(found.notes), "set_aside": found.aside.height}
    write_summary(out, tables.totals | asked(told, now) | said)


def _each(folder: Path, found: Whole) -> None:
    """Write the tables of each region."""
    for name, slug in found.slugs.items():
        own = folder / slug
        own.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            rows = getattr(found.tables, table).filter(pl.col("region") == name)
            safe(rows).write_csv(own / f"{table}.csv")


def country_pdf(
    told: PlanFile, found: Whole, chart: Chart, map_: Chart, when: dt.datetime
) -> bytes:
    """Set a country's plan as a short PDF/UA-1: totals, map, regions; no list of communes.

    Args:
        told: The plan's file.
        found: The country, planned.
        chart: People by technology.
        map_: The map.
        when: The time it was made.
    """
    notes = found.notes[:MOST_NOTES]
    page = Page(
        head=told.name,
        under=text("Plan of connection: who is brought online by what, at least cost"),
        cards=cards(found.tables),
        summary=[proof(found.tables.totals), _of_regions(found)],
        parts=[
            Part(text("Regions"), table=_listing(found.regions)),
            Part(map_.title, chart=Drawing.of(map_, room=420), fresh=True),
            Part(chart.title, chart=Drawing.of(chart)),
            *([Part(text("What was assumed"), sentences=notes)] if notes else []),
        ],
    )
    foot = text(
        "Saola {version} · US dollars of {year}",
        version=__version__, year=found.tables.totals["price_year"],
    )  # fmt: skip
    return compiled(page, Running(told.name, foot, told.synthetic), when)


def _of_regions(found: Whole) -> str:
    totals = found.tables.totals
    return text(
        "Each of the {regions} regions is planned by itself; {joins} of them then borrow a "
        "neighbour’s fibre, which saves USD {saved}. What planning all at once could save is "
        "not known. Every commune has its sentence in communes.csv and in the workbook.",
        regions=number(totals["regions"]), joins=number(totals["joins"]),
        saved=number(totals["saved"], decimals=0),
    )  # fmt: skip


def _listing(regions: pl.DataFrame) -> Listing:
    heads = [
        Head(text("Region")), Head(text("Communes"), right=True),
        Head(text("People newly connected"), right=True), Head(text("Cost"), right=True),
        Head(text("Cost a person"), right=True), Head(text("Gap to the best, at most"), right=True),
        Head(text("Borrows from")),
    ]  # fmt: skip
    rows = [
        [
            row["region"], number(row["communes"]),
            number(row["connected"] - row["before"], decimals=0), number(row["cost"], decimals=0),
            number(row["cost_a_person"], decimals=0), percent(row["gap"]),
            row["borrows_from"] or "–",
        ]
        for row in regions.iter_rows(named=True)
    ]  # fmt: skip
    return Listing(heads, rows)
