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
from saola.connect.outcome import Outcome, phases, sentences
from saola.connect.plan.solve import Plan
from saola.connect.published import exchange
from saola.connect.published.after import after
from saola.connect.region.build import Inputs, Region
from saola.connect.region.files import Loaded, PlanFile
from saola.connect.route import points_of
from saola.connect.stations import said
from saola.reports.connect_plan import plan_pdf, plan_workbook

TABLES = ("stations", "hops", "settlements", "communes")
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
    out.mkdir(parents=True, exist_ok=True)
    now, tables = when.replace(microsecond=0), made.tables
    for name in TABLES:
        safe(getattr(tables, name)).write_csv(out / f"{name}.csv")
    safe(sentences(made.region, tables)).write_csv(out / "sentences.csv")
    fibre = thinned(made.loaded.inputs)
    fibre.write_csv(out / "fibre.csv")
    if made.loaded.aside.height:
        safe(made.loaded.aside).write_csv(out / "set-aside.csv")
    if made.told.years:
        told = phases(made.region.problem, made.found.design, made.told.years)
        told.write_csv(out / "phases.csv")
    seen = after(
        tables.settlements, made.told.period, name=made.told.name, synthetic=made.told.synthetic
    )
    seen.write_csv(out / "observations.csv")
    speed = made.told.settings.demand.mbps_a_person
    asked = tables.settlements.with_columns(mbps=pl.col("people") * speed)
    sets = {"settlements": safe(asked), "stations": tables.stations, "hops": tables.hops}
    exchange.write(out, made.told.name, sets)
    _geopackage(out / "plan.gpkg", tables, now)
    chart, map_ = charts(tables, fibre)
    (out / "technologies.svg").write_bytes(draw(chart))
    (out / "map.svg").write_bytes(draw(map_))
    (out / "map.png").write_bytes(draw(map_, "png"))
    pdf = plan_pdf(
        made.told.name, tables, chart, map_, synthetic=made.told.synthetic, when=now,
        notes=made.loaded.notes,
    )  # fmt: skip
    (out / "plan.pdf").write_bytes(pdf)
    plan_workbook(out / "plan.xlsx", tables)
    said = json.dumps(summary(made, now), ensure_ascii=False, indent=1)
    (out / "plan.json").write_text(said + "\n", encoding="utf-8")
    return sorted(path for path in out.iterdir() if path.is_file())


def safe(table: pl.DataFrame) -> pl.DataFrame:
    """Put a mark before texts that a spreadsheet would run as a formula."""
    words = pl.col(pl.String)
    formula = words.str.contains(r"^[=+@\t\r]|^-[^\d]")
    return table.with_columns(
        pl.when(formula).then(pl.lit("'") + words).otherwise(words).name.keep()
    )


def summary(made: Made, when: dt.datetime) -> dict[str, Any]:
    """Give totals, bound, gap, seed, notes and the checksum of the input."""
    return made.tables.totals | {
        "name": made.told.name,
        "seed": made.told.seed,
        "period": made.told.period,
        "target": made.told.target,
        "budget": made.told.budget,
        "speed_mbps": made.told.settings.demand.speed_mbps,
        "sharing": made.told.settings.money.sharing,
        "years": list(made.told.years),
        "engine": __version__,
        "made": when.isoformat(timespec="seconds"),
        "synthetic": made.told.synthetic,
        "notes": list(made.loaded.notes),
        "set_aside": made.loaded.aside.height,
        "input_sha256": hashlib.sha256(b"".join(made.region.problem.digest_parts())).hexdigest(),
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
