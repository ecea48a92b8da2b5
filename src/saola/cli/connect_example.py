"""A plan of connection for the demo: one province of the invented country."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from saola import language
from saola.cli import screen
from saola.connect.doubt.frontier import frontier
from saola.connect.outcome import outcome
from saola.connect.plan.improve import Effort
from saola.connect.plan.solve import least_cost
from saola.connect.published.example import Province, province
from saola.connect.published.shelf import publish
from saola.connect.region.build import build
from saola.connect.region.files import Loaded, PlanFile
from saola.connect.region.settings import Settings
from saola.connect.region.unserved import evidence_of
from saola.reports import plan_folder
from saola.workspace import Workspace

LIGHT = Effort(moves=7_500, starts=2, rounds=2)  # for the frontier
EFFORT = Effort(moves=20_000, starts=2, rounds=5)
SETTINGS = Settings(rain_mm_h=85.0)
TARGET = 0.995
SHARES = (0.98, 0.985, 0.99, 0.995)


def make(workspace: Workspace, *, seed: int) -> None:
    """Plan one province of an invented country and publish the plan; nothing where it has none.

    Args:
        workspace: Of the demo.
        seed: The same seed gives the same plan.
    """
    chosen = province(workspace, np.random.default_rng([seed, 6]))
    if chosen is None:
        return
    told = _told(workspace, chosen, seed)
    region = build(chosen.inputs, SETTINGS, TARGET)
    rng = np.random.default_rng(seed)
    found = least_cost(region.problem, region.position, rng=rng, effort=EFFORT)
    tables = outcome(region, found)
    loaded = Loaded(chosen.inputs, pl.DataFrame(), ())
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "plan"
        plan_folder.write(out, plan_folder.Made(told, loaded, region, found, tables), screen.now())
        steps = frontier(chosen.inputs, replace(told, effort=LIGHT), SHARES)
        steps.write_csv(out / "frontier.csv")
        evidence_of(told, loaded).write_csv(out / "evidence.csv")
        publish(workspace, out, who="saola demo", when=screen.now())


def _told(workspace: Workspace, chosen: Province, seed: int) -> PlanFile:
    name = language.text("Connecting {province}", province=chosen.unit.label(language.current()))
    return PlanFile(
        name=name, seed=seed, target=TARGET, budget=None, years=(2027, 2028, 2029, 2030),
        period="2030", synthetic=True, settings=SETTINGS, effort=EFFORT, inputs={},
        folder=workspace.home, household=4.0,
    )  # fmt: skip
