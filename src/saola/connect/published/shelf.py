"""Putting a plan into a workspace: its folder, its observations, what it does to the index."""

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saola import language, observations
from saola.connect.published.after import COVERED_4G, COVERED_5G, SERVED
from saola.connect.published.effect import effect, gains, observed_people, raised
from saola.connect.published.kept import PLANS, Kept
from saola.errors import InputError
from saola.workspace import Workspace


@dataclass(frozen=True)
class Published:
    """What publishing did.

    Attributes:
        plan: The plan as the workspace keeps it.
        batch: Code of the batch of observations; empty where none was added.
        rows: Observations added.
        unknown: Communes of the plan that are no unit of the workspace.
    """

    plan: Kept
    batch: str
    rows: int
    unknown: tuple[str, ...]


def publish(workspace: Workspace, folder: Path, *, who: str, when: dt.datetime) -> Published:
    """Copy a plan into a workspace and add its observations after the plan.

    A plan of the same name is replaced; its earlier observations give way to the new ones.

    Args:
        workspace: Where.
        folder: As `saola connect plan` wrote it.
        who: The person who publishes.
        when: Now, with its time zone.

    Raises:
        InputError: If the folder holds no plan.
    """
    source = Kept.open(folder)
    codes = resolved(workspace, source.communes["unit"].to_list())
    gain = gains(source.settlements, codes, workspace)
    kept = _copied(workspace, source, codes, effect(workspace, gain))
    rows = after_plan(workspace, source, codes, gain)
    batch = ""
    if rows.height:
        told = f"saola connect publish {kept.id}"
        batch = observations.append(workspace, rows, source=told, who=who, when=when).id
    unknown = codes.filter(pl.col("code").is_null())["unit"].to_list()
    return Published(kept, batch, rows.height, tuple(unknown))


def resolved(workspace: Workspace, units: list[str]) -> pl.DataFrame:
    """Look the communes of a plan up: `unit` as written, `code` or null."""
    rows = []
    for unit in units:
        code: str | None = None
        try:
            known = unit in workspace.units
            code = unit if known else workspace.units.resolve(unit, kind="commune").code
        except InputError:
            code = None
        rows.append({"unit": unit, "code": code})
    return pl.DataFrame(rows, schema={"unit": pl.String, "code": pl.String})


def _copied(workspace: Workspace, source: Kept, codes: pl.DataFrame, changed: pl.DataFrame) -> Kept:
    """Copy a folder whole or not at all."""
    name = re.sub(r"[^a-z0-9]+", "-", language.fold(source.name)).strip("-") or "plan"
    home = workspace.folder(PLANS)
    part, target = home / f".{name}.part", home / name
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source.folder, part, ignore=shutil.ignore_patterns(".*"))
    codes.write_csv(part / "units.csv")
    changed.write_csv(part / "effect.csv")
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    return Kept(name, target)


def after_plan(
    workspace: Workspace, plan: Kept, codes: pl.DataFrame, gain: pl.DataFrame
) -> pl.DataFrame:
    """Give the observations after a plan, in the units of a workspace.

    People with service in each commune, of the settlements that the plan knows. Where the
    workspace counts coverage, today's counts of 4G and 5G raised by what the plan adds, for
    communes and the units above them.
    """
    check = "synthetic" if plan.summary["synthetic"] else "modelled"
    period, name = str(plan.summary["period"]), f"saola connect plan: {plan.name}"
    known = codes.drop_nulls("code")
    own = plan.communes.drop("code").join(known, on="unit", how="inner").select(
        indicator=pl.lit(SERVED), unit="code", value=pl.col("connected").cast(pl.Float64)
    )  # fmt: skip
    today = observed_people(workspace, gain["unit"].to_list(), (COVERED_4G, COVERED_5G))
    more = raised(today, gain).select("indicator", "unit", "value")
    rows = pl.concat([own, more]).with_columns(
        period=pl.lit(period), check=pl.lit(check), status=pl.lit("F"), source=pl.lit(name)
    )
    return observations.frame(rows.to_dicts())
