"""Fill both registers, scan and mark some records, and print what progress counts, as JSON."""

import datetime as dt
import json
from pathlib import Path

import django
import polars as pl

django.setup()

from django.conf import settings  # noqa: E402  (Django is set up above)

from saola.linkage import register_file  # noqa: E402
from saola.server import databases  # noqa: E402
from saola.server.land import synthetic  # noqa: E402
from saola.server.registries import intake, known, marks, records, scans  # noqa: E402
from saola.server.registries.act import Act  # noqa: E402

HOME = Path(settings.HOME)
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def act(who: int) -> Act:
    """An officer's act, some minutes after the intake."""
    now = NOW + dt.timedelta(minutes=who)
    return Act(f"officer{who}@example.org", now.date(), now, reason="book", account=who)


databases.prepare(HOME)
counted = {}
for name, rows in (
    ("population", register_file.people(50, seed=3, faulty=0.0)),
    ("land", synthetic.parcels(50, seed=3, faulty=0.0)),
):
    rows.write_csv(HOME / f"{name}.csv")
    register = known.get(name).make()
    intake.run(register, HOME / f"{name}.csv", home=HOME, who="clerk", now=lambda: NOW)
    found = records.get(name)
    marks.approve(found, marks.compared(found, act(1), key=1).pk, act(2))
    marks.rebuild(found, act(1), key=2)
    marks.rebuild(found, act(1), commune=found.counts()["commune"][0], book="7", count=800)
    scans.attach(found, 1, scans.Kept("0" * 64, "pdf", 9), scans.Sheet(book="7"), act(1))
    steps = found.counts().group_by("step").agg(pl.col("records").sum())
    counted[name] = dict(steps.iter_rows())
print(json.dumps(counted))  # noqa: T201  (the test reads it)
