"""A planned region on disk: written whole or not at all, so that a run cut short loses nothing."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.outcome import TABLES, Outcome
from saola.connect.region.joins import Lent, Part

RESULT = "result.json"
BESIDE = ("sentences", "fibre", "phases")


@dataclass(frozen=True, eq=False)
class Planned:
    """One region, planned.

    Attributes:
        tables: What its plan means.
        sentences: Of its communes, in every language: `unit, vi, en, fr`.
        fibre: Points of the fibre of today on its land, thinned: `lat, lon`.
        phases: What is built when: `site, year`.
        part: What its neighbours may use; None where nothing is built.
        fits: Whether it takes no more from a neighbour than there is.
    """

    tables: Outcome
    sentences: pl.DataFrame
    fibre: pl.DataFrame
    phases: pl.DataFrame
    part: Part | None
    fits: bool = True

    @property
    def cost(self) -> float:
        """Net present cost of its plan."""
        return float(self.tables.totals["cost"])


def holds(folder: Path, mark: str) -> bool:
    """Tell whether a folder holds the result of an input.

    Args:
        folder: Of the region.
        mark: Of the input.
    """
    file = folder / RESULT
    return file.is_file() and json.loads(file.read_text(encoding="utf-8"))["mark"] == mark


def write(folder: Path, planned: Planned, mark: str) -> None:
    """Write a region beside its place and move it there in one step.

    Args:
        folder: Where it is to be; what is there is replaced.
        planned: The region.
        mark: Of its input.
    """
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    frames = {name: getattr(planned.tables, name) for name in TABLES}
    frames |= {name: getattr(planned, name) for name in BESIDE}
    for name, frame in frames.items():
        if frame.width:
            frame.write_parquet(part / f"{name}.parquet")
    if planned.part is not None:
        shown = planned.part
        np.savez(
            part / "part.npz", points=shown.points, metres=shown.metres,
            lent=shown.lent.points, room=shown.lent.room,
        )  # fmt: skip
    told = {"mark": mark, "fits": planned.fits, "totals": planned.tables.totals}
    (part / RESULT).write_text(json.dumps(told), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def read(folder: Path) -> Planned:
    """Read a region back."""
    told = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    frames = {name: _frame(folder / f"{name}.parquet") for name in (*TABLES, *BESIDE)}
    tables = Outcome(**{name: frames[name] for name in TABLES}, totals=told["totals"])
    beside = {name: frames[name] for name in BESIDE}
    return Planned(tables, **beside, part=_part(folder / "part.npz"), fits=told["fits"])


def _frame(file: Path) -> pl.DataFrame:
    return pl.read_parquet(file) if file.is_file() else pl.DataFrame()


def _part(file: Path) -> Part | None:
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as held:
        return Part(held["points"], held["metres"], Lent(held["lent"], held["room"]))
