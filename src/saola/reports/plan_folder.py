"""A plan as a folder: tables, GeoPackage, maps, charts, PDF, workbook, observations."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from saola import __version__, language
from saola.charts import Chart
from saola.charts.connected import connected
from saola.charts.plan_map import Drawn, plan_map
from saola.charts.render import draw
from saola.connect import geopackage
from saola.connect.outcome import TABLES, Outcome, phases, sentences
from saola.connect.plan.solve import Plan
from saola.connect.published import exchange
from saola.connect.published.after import after
from saola.connect.region.build import Inputs, Region
from saola.connect.region.files import Loaded, PlanFile
from saola.connect.route import points_of
from saola.connect.stations import said
from saola.reports.connect_plan import plan_pdf, plan_workbook

FIBRE_POINTS = 1500


@dataclass(frozen=True, eq=False)
class Made:
    """All that a run of the planner made.

    Attributes:
        told: The plan's file.
        loaded: What was read.
        region: The problem with what its parts are.
        found: The plan.
        tables: What it means.
    """

    told: PlanFile
    loaded: Loaded
    region: Region
    found: Plan
    tables: Outcome


def write(out: Path, made: Made, when: dt.datetime) -> list[Path]:
    """Write everything a plan gives into a folder.

    Args:
        out: Made if it is not there.
        made: The plan.
        when: The time it was made.

    Returns:
        The files written.
    """
    now, tables = when.replace(microsecond=0), made.tables
    fibre, aside = thinned(made.loaded.inputs), made.loaded.aside
    chart, map_ = write_tables(out, made.told, tables, fibre, aside, now)
    safe(sentences(made.region, tables)).write_csv(out / "sentences.csv")
    if made.told.years:
        told = phases(made.region.problem, made.found.design, made.told.years)
        told.write_csv(out / "phases.csv")
    pdf = plan_pdf(made.told, tables, chart, map_, when=now, notes=made.loaded.notes)
    (out / "plan.pdf").write_bytes(pdf)
    plan_workbook(out / "plan.xlsx", tables)
    write_summary(out, summary(made, now))
    return sorted(path for path in out.iterdir() if path.is_file())


def write_tables(
    out: Path,
    told: PlanFile,
    tables: Outcome,
    fibre: pl.DataFrame,
    aside: pl.DataFrame,
    now: dt.datetime,
) -> tuple[Chart, Chart]:
    """Write the tables, the GeoPackage, what others read, the chart and the map.

    Args:
        out: Made if it is not there.
        told: The plan's file.
        tables: What the plan means.
        fibre: Points of the existing fibre.
        aside: Rows set aside.
        now: The time it was made.

    Returns:
        The chart of people by technology, and the map.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        safe(getattr(tables, name)).write_csv(out / f"{name}.csv")
    fibre.write_csv(out / "fibre.csv")
    if aside.height:
        safe(aside).write_csv(out / "set-aside.csv")
    seen = after(tables.settlements, told.period, name=told.name, synthetic=told.synthetic)
    seen.write_csv(out / "observations.csv")
    speed = told.settings.demand.mbps_a_person
    asked = tables.settlements.with_columns(mbps=pl.col("people") * speed)
    sets = {"settlements": safe(asked), "stations": tables.stations, "hops": tables.hops}
    exchange.write(out, told.name, sets)
    _geopackage(out / "plan.gpkg", tables, now)
    chart, map_ = charts(tables, fibre)
    (out / "technologies.svg").write_bytes(draw(chart))
    (out / "map.svg").write_bytes(draw(map_))
    (out / "map.png").write_bytes(draw(map_, "png"))
    return chart, map_


def write_summary(out: Path, said: dict[str, Any]) -> None:
    """Write `plan.json`."""
    told = json.dumps(said, ensure_ascii=False, indent=1)
    (out / "plan.json").write_text(told + "\n", encoding="utf-8")


def safe(table: pl.DataFrame) -> pl.DataFrame:
    """Put a mark before texts that a spreadsheet would run as a formula."""
    words = pl.col(pl.String)
    formula = words.str.contains(r"^[=+@\t\r]|^-[^\d]")
    return table.with_columns(
        pl.when(formula).then(pl.lit("'") + words).otherwise(words).name.keep()
    )


def summary(made: Made, when: dt.datetime) -> dict[str, Any]:
    """Give totals, bound, gap, seed, notes and the checksum of the input."""
    return made.tables.totals | asked(made.told, when) | {
        "notes": list(made.loaded.notes),
        "set_aside": made.loaded.aside.height,
        "input_sha256": hashlib.sha256(b"".join(made.region.problem.digest_parts())).hexdigest(),
    }  # fmt: skip


def asked(told: PlanFile, when: dt.datetime) -> dict[str, Any]:
    """Give what a plan's file asked for, and by which engine and when it was made."""
    return {
        "name": told.name,
        "seed": told.seed,
        "period": told.period,
        "target": told.target,
        "budget": told.budget,
        "speed_mbps": told.settings.demand.speed_mbps,
        "sharing": told.settings.money.sharing,
        "years": list(told.years),
        "engine": __version__,
        "made": when.isoformat(timespec="seconds"),
        "synthetic": told.synthetic,
    }


def thinned(inputs: Inputs) -> pl.DataFrame:
    """Give points of the existing fibre for a map, thinned to what one can show."""
    every = max(1, -(-len(inputs.fibre) // FIBRE_POINTS))
    points = inputs.fibre[::every].round(5)
    return pl.DataFrame({"lat": points[:, 1], "lon": points[:, 0]})


def charts(tables: Outcome, fibre: pl.DataFrame) -> tuple[Chart, Chart]:
    """Draw people by technology, and the map, in the language in use."""
    lang = language.current()
    by = tables.settlements.filter(pl.col("connected") > 0).group_by("technology")
    labels = said(lang)
    bars = by.agg(people=pl.sum("connected")).with_columns(pl.col("technology").replace(labels))
    drawn = Drawn(tables.settlements, tables.stations, tables.hops, fibre, labels)
    return connected(bars, lang), plan_map(drawn, lang)


def _geopackage(path: Path, tables: Outcome, now: dt.datetime) -> None:
    def points(table: pl.DataFrame) -> list[list[tuple[float, float]]]:
        return [[point] for point in zip(table["lon"], table["lat"], strict=True)]

    layers: dict[str, geopackage.Layer] = {
        "settlements": (tables.settlements, points(tables.settlements)),
        "stations": (tables.stations, points(tables.stations)),
        "hops": (tables.hops, [points_of(line) for line in tables.hops["route"]]),
    }
    geopackage.write(path, layers, now.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
