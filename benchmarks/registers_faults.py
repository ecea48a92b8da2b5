"""What an intake bears: kill −9 at random moments, and files spoilt at random.

`SAOLA_BENCH_KILLS` and `SAOLA_BENCH_SPOILT` say how many (200 and 1,000).
"""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import numpy as np
import polars as pl

from saola.errors import SaolaError
from saola.linkage import register_file

TABLES = ("Person", "Number", "Name", "Residence", "Member", "Relative", "Event", "Household")
ROWS = {"sqlite": 60_000, "postgres": 200_000}
CHILD = """
import datetime as dt, sys
from pathlib import Path
import django; django.setup()
from django.conf import settings
from saola.server.population.register import register
from saola.server.registries import intake
register(); print("ready", flush=True)
intake.run(register(), Path(sys.argv[1]), home=Path(settings.HOME), who="bench",
    now=lambda: dt.datetime.now(dt.UTC), resume=True)
"""


def _ready(address: str) -> Path:
    home = Path(tempfile.mkdtemp(prefix="saola-bench-"))
    os.environ |= {"SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": address}
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    django.setup()
    from saola.server import databases  # noqa: PLC0415  (Django has to be set up first)

    databases.prepare(home)
    return home


def _counts() -> dict[str, int]:
    """Count the rows of every table, and the numbers that are there twice."""
    from saola.server.population import models  # noqa: PLC0415

    found = {name: getattr(models, name).objects.using("population").count() for name in TABLES}
    numbers = models.Number.objects.using("population").filter(kind="personal")
    found["doubled"] = numbers.count() - numbers.values("value").distinct().count()
    found["aside"] = models.SetAside.objects.using("population").count()
    return found


def kills(engine: str, address: str, moments: int) -> dict[str, int]:
    """Kill an intake at random moments and let it go on, until it was killed so often.

    Args:
        engine: `sqlite` or `postgres`.
        address: Of the PostgreSQL server; empty for SQLite.
        moments: How many kills.

    Returns:
        `moments`, `intakes` and `mismatches`: counts that differ from an undisturbed run.
    """
    home = _ready(address)
    file, random = home / "people.csv", np.random.default_rng(1)
    register_file.people(ROWS[engine], seed=1).write_csv(file)
    took, _ = _child(file, None)
    expected, done = _counts(), Counter[str]()
    _emptied()
    while done["moments"] < moments:
        finished = False
        while not finished:
            wait = float(random.uniform(0, took)) if done["moments"] < moments else None
            _, ended = _child(file, wait)
            done["moments"] += not ended
            finished = ended or _done()  # a kill may come after the last row was committed
        done["intakes"] += 1
        done["mismatches"] += _counts() != expected
        _emptied()
    shutil.rmtree(home)
    return dict(done) | {"mismatches": done["mismatches"]}


def _done() -> bool:
    """Tell whether the intake has come to its end."""
    from saola.server.population import models  # noqa: PLC0415

    last = models.Batch.objects.using("population").order_by("-id").first()
    return last is not None and last.state == "done"


def _child(file: Path, wait: float | None) -> tuple[float, bool]:
    """Run an intake in a process of its own, killed some seconds into its work or not at all."""
    line = [sys.executable, "-c", CHILD, str(file)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    began = time.monotonic()
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return time.monotonic() - began, False
    assert not process.returncode
    return time.monotonic() - began, True


def _emptied() -> None:
    """Undo the intake, so that the next begins on an empty register."""
    from saola.server.population import models  # noqa: PLC0415
    from saola.server.population.register import register  # noqa: PLC0415
    from saola.server.registries import intake  # noqa: PLC0415

    batch = models.Batch.objects.using("population").latest("id")
    intake.undo(register(), batch.pk, now=lambda: dt.datetime.now(dt.UTC))
    models.SetAside.objects.using("population").all().delete()


def spoilt(files: int) -> dict[str, int]:
    """Take in files spoilt at random, and count what must not be.

    Returns:
        `files`, `refused` (with a message), `tracebacks`, and `lost` rows: read, but neither
        accepted nor set aside, or staged and not read.
    """
    home = _ready("")
    from saola.server.population.register import register  # noqa: PLC0415
    from saola.server.registries import intake  # noqa: PLC0415

    random, done = np.random.default_rng(2), Counter[str](files=files)
    for number in range(files):
        file = _spoil(home, number, random)
        try:
            _, staged = intake.stage(register(), file, home)
            rows = pl.scan_parquet(staged).select(pl.len()).collect().item()
            found = intake.run(
                register(), file, home=home, who="bench", now=lambda: dt.datetime.now(dt.UTC)
            )
        except SaolaError:
            done["refused"] += 1
        except Exception as error:  # noqa: BLE001  (a fault is what is looked for)
            print(f"{file.name}: {error!r}"[:300])
            done["tracebacks"] += 1
        else:
            kept = found.accepted + found.aside + found.review
            done["lost"] += abs(rows - found.read) + abs(found.read - kept)
    shutil.rmtree(home)
    return {name: done[name] for name in ("files", "refused", "tracebacks", "lost")}


def _spoil(home: Path, number: int, random: np.random.Generator) -> Path:
    """Write a good file of one of four kinds, then change, cut, add or repeat bytes."""
    frame = register_file.people(40, seed=number % 60).drop("fault")
    kind = ("csv", "jsonl", "xlsx", "parquet")[int(random.choice(4, p=(0.55, 0.2, 0.15, 0.1)))]
    file = home / f"spoilt-{number}.{kind}"
    writers: dict[str, Callable[[Any], Any]] = {
        "csv": frame.write_csv,
        "jsonl": frame.write_ndjson,
        "xlsx": frame.write_excel,
        "parquet": frame.write_parquet,
    }
    writers[kind](file)
    data = bytearray(file.read_bytes())
    for _ in range(int(random.integers(1, 12))):
        place, way = int(random.integers(max(len(data), 1))), int(random.integers(6))
        some = int(random.integers(1, 40))
        if way == 0 and data:
            data[place % len(data)] = int(random.integers(256))
        elif way == 1:
            del data[place : place + some]
        elif way == 2:
            data[place:place] = random.bytes(some)
        elif way == 3:
            data[place:place] = b'",;\n\0\xff\xfe'[int(random.integers(7)) :]
        elif way == 4:
            data[place:place] = data[place : place + 50 * some]
        elif random.random() < 0.1:
            del data[place:]
    file.write_bytes(bytes(data))
    return file
