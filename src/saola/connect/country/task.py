"""The plan of one region of a country, as one process makes it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola import language
from saola.connect.country.kept import Planned, holds, write
from saola.connect.country.served import today
from saola.connect.country.sources import Source
from saola.connect.outcome import outcome, phases, sentences
from saola.connect.plan.solve import least_cost
from saola.connect.plan.stages import Stages
from saola.connect.region.build import Inputs, build
from saola.connect.region.files import PlanFile
from saola.connect.region.joins import Lent, keeps_room, part_of
from saola.errors import InputErrors, SaolaError

FIBRE_POINTS = 300  # of one region, on the country's map


@dataclass(frozen=True, eq=False)
class Task:
    """What a process is given.

    Attributes:
        number: Of the region.
        source: Its tables.
        told: The plan's file, with the region's own seed.
        folder: Where the result is kept.
        lang: The language of notes and reasons.
        lender: What a neighbour lends; None in the first round.
    """

    number: int
    source: Source
    told: PlanFile
    folder: Path
    lang: str
    lender: Lent | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What a process gives back; the plan itself is in the task's folder.

    Attributes:
        number: Of the region.
        fresh: Whether it was planned now; else it was kept from a run before.
        joined: Whether it was planned with what a neighbour lends.
        aside: Rows of its settlements that cannot be used.
        notes: What was assumed.
        faults: Why it could not be planned, each naming the region.
    """

    number: int
    fresh: bool = False
    joined: bool = False
    aside: pl.DataFrame | None = None
    notes: tuple[str, ...] = ()
    faults: tuple[SaolaError, ...] = ()


def answered(task: Task) -> Answer:
    """Plan a region unless its folder holds the plan of the same input.

    Args:
        task: The region.
    """
    with language.use(task.lang):
        try:
            return _planned(task)
        except SaolaError as fault:
            listed = fault.faults if isinstance(fault, InputErrors) else (fault,)
            return Answer(task.number, faults=tuple(_of(task.source.name, one) for one in listed))


def _of(name: str, fault: SaolaError) -> SaolaError:
    """Say of an error in which region it is."""
    where = f"{name}: {fault.where}" if fault.where else name
    facts: dict[str, Any] = fault.facts | {"where": where}
    return type(fault)(fault.code, **facts)


def _planned(task: Task) -> Answer:
    rng = np.random.default_rng(task.told.seed)
    loaded = task.source.load(task.told, rng)
    inputs = loaded.inputs
    if task.lender is not None:
        inputs = replace(inputs, fibre=np.concatenate((inputs.fibre, task.lender.points)))
    mark = _mark(task, inputs)
    fresh = not holds(task.folder, mark)
    if fresh:
        stages = Stages(task.folder.with_name(f"{task.folder.name}.stages"), mark)
        write(task.folder, _solved(task, inputs, rng, stages), mark)
        stages.close()
    return Answer(task.number, fresh, task.lender is not None, loaded.aside, loaded.notes)


def _mark(task: Task, inputs: Inputs) -> str:
    """Mark all that a region's result depends on."""
    room = b"" if task.lender is None else task.lender.room.tobytes()
    said = f"{task.told.mark(inputs)} {task.told.years}"
    return hashlib.sha256(said.encode() + room).hexdigest()[:16]


def _solved(task: Task, inputs: Inputs, rng: np.random.Generator, stages: Stages) -> Planned:
    told = task.told
    if inputs.settlements["served"].all():
        tables, said = today(inputs.settlements, told.settings.money.price_year)
        return Planned(tables, said, _thinned(inputs), pl.DataFrame(), None)
    region = build(inputs, told.settings, told.target)
    plan = least_cost(
        region.problem, region.position, rng=rng, effort=told.effort, stages=stages
    )  # fmt: skip
    tables = outcome(region, plan)
    fits = task.lender is None or keeps_room(region, plan.design, task.lender)
    order = phases(region.problem, plan.design, told.years) if told.years else pl.DataFrame()
    part = part_of(region, plan.design) if plan.design.hop.any() else None
    return Planned(tables, sentences(region, tables), _thinned(inputs), order, part, fits)


def _thinned(inputs: Inputs) -> pl.DataFrame:
    """Give points of the fibre on a region's land, as many as a country's map can show."""
    west, south, east, north = inputs.ground.terrain.bounds
    lon, lat = inputs.fibre[:, 0], inputs.fibre[:, 1]
    held = inputs.fibre[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)]
    points = held[:: max(1, -(-len(held) // FIBRE_POINTS))].round(5)
    return pl.DataFrame({"lat": points[:, 1], "lon": points[:, 0]})
