"""A plan as `saola connect plan` wrote it, read back from its folder."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from saola.connect.route import straight
from saola.errors import InputError
from saola.workspace import Workspace

PLANS = "plans"
SUMMARY = "plan.json"
NEEDED = (SUMMARY, "communes.csv", "settlements.csv", "stations.csv", "hops.csv", "sentences.csv")
TEXTS = {"id": pl.String, "name": pl.String, "unit": pl.String, "site": pl.String}


@dataclass(frozen=True)
class Kept:
    """A plan's folder.

    Attributes:
        id: The folder's name.
        folder: Where it is.
    """

    id: str
    folder: Path

    @classmethod
    def open(cls, folder: Path) -> "Kept":
        """Open the folder of a plan.

        Raises:
            InputError: If a file that a plan always has is missing.
        """
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise InputError("connect-not-plan", where=str(folder), found=", ".join(missing))
        return cls(folder.name, folder)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Totals, bound, gap, seed and the rest of `plan.json`."""
        found: dict[str, Any] = json.loads((self.folder / SUMMARY).read_text(encoding="utf-8"))
        return found

    @property
    def name(self) -> str:
        """What the plan is called."""
        return str(self.summary["name"])

    @cached_property
    def settlements(self) -> pl.DataFrame:
        """Who is served by what."""
        return self._table("settlements").with_columns(pl.col("technology", "site").fill_null(""))

    @cached_property
    def stations(self) -> pl.DataFrame:
        """What is built where."""
        return self._table("stations")

    @cached_property
    def hops(self) -> pl.DataFrame:
        """How sites are joined."""
        found = self._table("hops")
        if "route" in found.columns:
            return found
        ends = found.select("from_lon", "from_lat", "lon", "lat").rows()  # of an older release
        return found.with_columns(route=pl.Series(straight(ends), dtype=pl.String))

    @cached_property
    def communes(self) -> pl.DataFrame:
        """One row a commune, with `code` where the workspace knows the unit, else null."""
        found = self._table("communes").with_columns(pl.col("technology").fill_null(""))
        codes = self.table("units")
        if codes is None:
            return found.with_columns(code=pl.lit(None, pl.String))
        return found.join(codes.select("unit", "code"), on="unit", how="left")

    @cached_property
    def sentences(self) -> pl.DataFrame:
        """What the plan says of each commune: `unit, vi, en, fr`."""
        return self._table("sentences")

    @cached_property
    def fibre(self) -> pl.DataFrame:
        """Points of the existing fibre."""
        found = self.table("fibre")
        return (
            pl.DataFrame(schema={"lat": pl.Float64, "lon": pl.Float64}) if found is None else found
        )

    def table(self, name: str) -> pl.DataFrame | None:
        """Read a table that not every plan has; None where it has none."""
        file = self.folder / f"{name}.csv"
        return self._table(name) if file.is_file() else None

    def _table(self, name: str) -> pl.DataFrame:
        return pl.read_csv(
            self.folder / f"{name}.csv", schema_overrides=TEXTS, infer_schema_length=None
        )

    @property
    def files(self) -> list[str]:
        """Name what can be taken along."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())


def plans(workspace: Workspace) -> list[Kept]:
    """List the plans of a workspace, the newest first."""
    folders = [path.parent for path in (workspace.home / PLANS).glob(f"*/{SUMMARY}")]
    found = [Kept(folder.name, folder) for folder in folders]
    return sorted(found, key=lambda plan: (plan.summary["made"], plan.id), reverse=True)


def plan(workspace: Workspace, code: str) -> Kept:
    """Give a plan of a workspace.

    Raises:
        InputError: If there is none of this code.
    """
    known = {path.parent.name for path in (workspace.home / PLANS).glob(f"*/{SUMMARY}")}
    if code not in known:
        raise InputError("connect-plan-unknown", found=code, known=", ".join(sorted(known)) or "–")
    return Kept(code, workspace.home / PLANS / code)
