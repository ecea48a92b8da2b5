"""All regions of a country on all cores, then those again that a neighbour's fibre may help."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import polars as pl

from saola import language
from saola.connect.country.kept import Planned, read
from saola.connect.country.sources import Source, slug
from saola.connect.country.task import Answer, Task, answered
from saola.connect.region.files import PlanFile
from saola.connect.region.joins import Lent, pairs
from saola.errors import InputError, SaolaError, raise_all
from saola.executors import answers
from saola.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Done:
    """A region with its plan and what was said on the way.

    Attributes:
        name: Of the region.
        slug: Its name in names of files and sites, distinct in the country.
        planned: Its plan.
        aside: Rows of its settlements that cannot be used, with the reason; None for none.
        notes: What was assumed.
        lender: The region it borrows from, empty for none.
        saved: What that saves.
    """

    name: str
    slug: str
    planned: Planned
    aside: pl.DataFrame | None
    notes: tuple[str, ...]
    lender: str = ""
    saved: float = 0.0


Heard = Callable[[str, Answer], None]
"""Told the name of each region that is done, and the answer."""


def plan_country(
    told: PlanFile,
    regions: Sequence[Source],
    folder: Path,
    *,
    workers: int | None = None,
    pool: Executor | None = None,
    progress: Progress = silent,
    heard: Heard = lambda _name, _answer: None,
) -> list[Done]:
    """Plan every region by itself, each worker one at a time, then the joins.

    A region whose result is in the folder, of the same input, is not planned again; so a run cut
    short goes on, whenever it was cut. The result does not depend on the number of workers.

    Args:
        told: The plan's file.
        regions: In an order that stays: the seed of each is the plan's plus its place.
        folder: Where the regions' results are kept.
        workers: Processes; None for one on each core.
        pool: What plans the regions instead of processes, such as `Spark`.
        progress: Told how many regions are done, those planned again among them.
        heard: Told of each region.

    Raises:
        InputError: If a region cannot be planned, all of them at once, after the others are done;
            or everyone has service.
    """
    names = _slugs(regions)
    tasks = [
        Task(n, one, replace(told, seed=told.seed + n), folder / names[n], language.current())
        for n, one in enumerate(regions)
    ]
    with nullcontext(pool) if pool else _pool(workers) as made:
        first = _round(made, tasks, (0, len(tasks)), progress, heard)
        plans = [read(task.folder) for task in tasks]
        if all(plan.part is None and not plan.cost and _served(plan) for plan in plans):
            raise InputError("connect-all-served", where=told.name, found=len(plans))
        lent = _lent(plans)
        again = [
            replace(tasks[n], lender=room, folder=folder / f"{names[n]}.joined")
            for n, (_, room) in sorted(lent.items())
        ]
        _round(made, again, (len(tasks), len(tasks) + len(again)), progress, heard)
    found = []
    for n, (one, plan, answer) in enumerate(zip(regions, plans, first, strict=True)):
        done = Done(one.name, names[n], plan, answer.aside, answer.notes)
        if n in lent:
            done = _cheaper(done, read(folder / f"{names[n]}.joined"), regions[lent[n][0]].name)
        found.append(done)
    return found


def _served(plan: Planned) -> bool:
    return bool(plan.tables.settlements["served"].all())


def _slugs(regions: Sequence[Source]) -> list[str]:
    """Name the folders; regions whose names fold into one are told apart by their place."""
    plain = [slug(one.name) for one in regions]
    return [one if plain.count(one) == 1 else f"{one}-{n}" for n, one in enumerate(plain)]


def _lent(plans: Sequence[Planned]) -> dict[int, tuple[int, Lent]]:
    """Choose who borrows: by borrower, the lender and what it lends."""
    shown = [(n, plan.part) for n, plan in enumerate(plans) if plan.part is not None]
    return {
        shown[taker][0]: (shown[giver][0], shown[giver][1].lent)
        for taker, giver in pairs([part for _, part in shown])
    }


def _cheaper(alone: Done, joined: Planned, lender: str) -> Done:
    """Take the plan that borrows where it fits and costs less."""
    saved = alone.planned.cost - joined.cost
    if not joined.fits or saved <= 0:
        return alone
    return replace(alone, planned=joined, lender=lender, saved=saved)


def _round(
    pool: Executor | None,
    tasks: Sequence[Task],
    span: tuple[int, int],
    progress: Progress,
    heard: Heard,
) -> list[Answer]:
    """Do tasks, those with the most people without service first.

    Raises:
        InputError: The faults of all regions.
    """
    names = {task.number: task.source.name for task in tasks}
    found: dict[int, Answer] = {}
    progress(*span)
    for answer in answers(pool, answered, sorted(tasks, key=lambda task: -task.source.weight)):
        found[answer.number] = answer
        heard(names[answer.number], answer)
        progress(span[0] + len(found), span[1])
    faults: list[SaolaError] = [fault for n in sorted(found) for fault in found[n].faults]
    raise_all(faults)
    return [found[task.number] for task in tasks]


@contextmanager
def _pool(workers: int | None) -> Iterator[Executor | None]:
    """Give processes, none where one is enough."""
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    # A forked child would wait forever for the threads its parent had (Polars).
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_follow)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _follow() -> None:
    """End this process when the one that began it is gone: a killed run leaves none behind."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
