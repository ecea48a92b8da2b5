"""A plan of an invented valley, published in the workspace of the pages' tests."""

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np

from saola.connect.outcome import outcome
from saola.connect.plan.solve import least_cost
from saola.connect.published.shelf import publish
from saola.connect.region.build import build
from saola.connect.region.files import load, read_plan
from saola.connect.sample import write_sample
from saola.reports import plan_folder
from saola.workspace import Workspace

WHEN = dt.datetime(2026, 1, 15, 8, 30, tzinfo=dt.UTC)
CODE = "invented-valley"
FRONTIER = (
    "speed,share,cost,bound\n10.0,0.5,100000,90000\n10.0,0.9,300000,250000\n50.0,0.9,4e5,3e5\n"
)


def add(home: Path) -> None:
    """Plan a valley of a dozen villages and publish the plan."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_sample(Path(folder) / "valley", settlements=12)
        text = files[-1].read_text(encoding="utf-8") + "\n[effort]\nmoves = 4000\nrounds = 2\n"
        files[-1].write_text(text, encoding="utf-8")
        told = read_plan(files[-1])
        loaded = load(told)
        region = build(loaded.inputs, told.settings, told.target)
        rng = np.random.default_rng(told.seed)
        found = least_cost(region.problem, region.position, rng=rng, effort=told.effort)
        tables = outcome(region, found)
        out = Path(folder) / "plan"
        plan_folder.write(out, plan_folder.Made(told, loaded, region, found, tables), WHEN)
        (out / "frontier.csv").write_text(FRONTIER, encoding="utf-8")
        publish(Workspace.open(home), out, who="tests", when=WHEN)
