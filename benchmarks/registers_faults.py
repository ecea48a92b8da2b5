"""What an intake bears: kill −9 at random moments, and files spoilt at random.

`SAOLA_BENCH_KILLS` and `SAOLA_BENCH_SPOILT` say how many (200 and 1,000).
"""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import django
import numpy as np
import polars as pl

from saola.errors import SaolaError
from saola.linkage import register_file

TABLES = ("Person", "Number", "Name", "Residence", "Member", "Relative", "Event", "Household")
ROWS = 12_000
# A process that has imported everything and computed nothing: each intake is a fork of it, so that
# a kill does not cost the start of an interpreter.
PARENT = """
import datetime as dt, os, sys
from pathlib import Path
import django; django.setup()
from django.conf import settings
from saola.server.population.register import register
from saola.server.registries import intake, late, records, scan_folder
from saola.server.registries.act import Act
rows = int(os.environ["SAOLA_BENCH_CHUNK"])
intake.ROWS_A_CHUNK.update(sqlite=rows, postgresql=rows)
late.ROWS.update(sqlite=(1, 10**6), postgresql=(1, 10**6))
def now():
    return dt.datetime.now(dt.UTC)
def work(path):
    if path.is_dir():
        act = Act("bench", now().date(), now(), reason="bench")
        scan_folder.run(records.get("population"), path, home=Path(settings.HOME), act=lambda: act)
    else:
        home = Path(settings.HOME)
        intake.run(register(), path, home=home, who="bench", now=now, resume=True)
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        work(Path(line.strip()))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
CHUNK, SMALL_CHUNK = 3_000, 500  # rows; a file of corrections is small
SCANS, SCAN_BYTES = 1_200, 100_000


def _ready(address: str) -> Path:
    home = Path(tempfile.mkdtemp(prefix="saola-bench-"))
    os.environ |= {"SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": address}
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    django.setup()
    from saola.server import databases  # noqa: PLC0415  (Django has to be set up first)

    databases.prepare(home)
    return home


def _counts() -> dict[str, int]:
    """Count the rows and indexes of every table, and the numbers that are there twice."""
    from django.db import connections  # noqa: PLC0415  (Django has to be set up first)

    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)

    found = {name: getattr(models, name).objects.using("population").count() for name in TABLES}
    numbers = models.Number.objects.using("population").filter(kind="personal")
    found["doubled"] = numbers.count() - numbers.values("value").distinct().count()
    rows = models.SetAside.objects.using("population")
    batches = sorted(set(rows.values_list("batch", flat=True)))
    for batch, state in rows.order_by("id").values_list("batch", "state"):
        name = f"{batches.index(batch)} {state}"
        found[name] = found.get(name, 0) + 1
    with connections["population"].cursor() as cursor:
        tables = [f"population_{name.lower()}" for name in TABLES]
        of_each = connections["population"].introspection.get_constraints
        found["indexes"] = sum(len(of_each(cursor, table)) for table in tables)
    return found


def kills(address: str, moments: int) -> dict[str, int]:
    """Kill an intake at random moments and let it go on, until it was killed so often.

    Args:
        address: Of the PostgreSQL server; empty for SQLite.
        moments: How many kills.

    Returns:
        `moments`, `intakes` and `mismatches`: counts that differ from an undisturbed run.
    """
    home = _ready(address)
    file = home / "people.csv"
    register_file.people(ROWS, seed=1).write_csv(file)
    with _Intakes(CHUNK) as intakes:
        done = _often(intakes, file, moments, _counts, _emptied)
    shutil.rmtree(home)
    return done


def corrected_kills(address: str, moments: int) -> dict[str, int]:
    """Kill the intake of a corrected file: half its rows are mended, half are set aside again.

    Args and returns: as `kills`; the rows that wait, are mended or sent back count too.
    """
    home = _ready(address)
    file = home / "people.csv"
    register_file.people(ROWS, seed=1, faulty=0.5).write_csv(file)
    with _Intakes(SMALL_CHUNK) as intakes:
        intakes.take(file, None)
        aside = pl.read_csv(home / "people.aside.csv", infer_schema=False)
        true = register_file.people(ROWS, seed=1, faulty=0.0).cast(pl.String)
        fresh = true[(aside["row"].cast(pl.Int64) - 1).to_list()]
        mended = pl.concat(
            [aside.select(pl.exclude(fresh.columns)), fresh],
            how="horizontal",
        ).select(aside.columns)
        halves = pl.concat([mended.gather_every(2), aside.gather_every(2, offset=1)])
        corrected = home / "corrected.csv"
        halves.write_csv(corrected)
        done = _often(intakes, corrected, moments, _counts, _taken_back)
    shutil.rmtree(home)
    return done


def scan_kills(address: str, moments: int) -> dict[str, int]:
    """Kill the attaching of a folder of scans, and run it again until it ends.

    Args and returns: as `kills`; and `stray`: files that a kill left in the store half written.
    """
    home = _ready(address)
    folder = _scans(home, SCANS, 1_000)
    with _Intakes(CHUNK) as intakes:
        intakes.take(home / "people.csv", None)
        done = _often(intakes, folder, moments, _scan_counts, _without_scans, by_itself=True)
    done["stray"] = len(list((home / "files" / "scans").rglob(".*")))
    shutil.rmtree(home)
    return done


def scans_a_second(address: str) -> float:
    """Attach a folder of scans of 100 kB once, and say how many files a second."""
    home = _ready(address)
    folder = _scans(home, SCANS, SCAN_BYTES)
    with _Intakes(CHUNK) as intakes:
        intakes.take(home / "people.csv", None)
        took, _ = intakes.take(folder, None)
        assert _scan_counts()["scans"] == SCANS
    shutil.rmtree(home)
    return SCANS / took


def _scans(home: Path, count: int, size: int) -> Path:
    """Write people, and a folder with a scan of each."""
    people, random = register_file.people(count, seed=1, faulty=0.0), np.random.default_rng(3)
    people.write_csv(home / "people.csv")
    folder = home / "scans-1998"
    folder.mkdir()
    for number in people["number"]:
        (folder / f"{number}_p1.pdf").write_bytes(b"%PDF-1.7\n" + random.bytes(size))
    return folder


def _often(
    intakes: "_Intakes",
    file: Path,
    moments: int,
    counted: Callable[[], dict[str, int]],
    again: Callable[[], None],
    *,
    by_itself: bool = False,
) -> dict[str, int]:
    """Do a work undisturbed, then again under kills; count where the outcome differs."""
    random, done = np.random.default_rng(1), Counter[str]()
    took, _ = intakes.take(file, None)
    expected = counted()
    again()
    while done["moments"] < moments:
        finished = False
        while not finished:
            wait = float(random.uniform(0, took)) if done["moments"] < moments else None
            _, ended = intakes.take(file, wait)
            done["moments"] += not ended
            # A kill may come after the last row was committed.
            finished = ended or (not by_itself and _done())
        done["intakes"] += 1
        if (found := counted()) != expected:
            print(f"expected {expected}, found {found}")
            done["mismatches"] += 1
        again()
    return dict(done) | {"mismatches": done["mismatches"]}


def _scan_counts() -> dict[str, int]:
    """Count scans, those that are there twice, the log's lines of them, and files in the store."""
    from django.conf import settings  # noqa: PLC0415  (Django has to be set up first)

    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.registries import scans  # noqa: PLC0415  (Django has to be set up first)

    rows = models.Scan.objects.using("population")
    log = models.Access.objects.using("population").filter(purpose=scans.ATTACHED)
    store = Path(settings.HOME) / "files" / "scans"
    kept = [file for file in store.rglob("*") if file.is_file() and file.name[0] != "."]
    return {
        "scans": rows.count(),
        "doubled": rows.count() - rows.values("record", "sha256").distinct().count(),
        "logged": sum(last - first + 1 for first, last in log.values_list("first", "last")),
        "kept": len(kept),
    }


def _without_scans() -> None:
    """Take the scans out again, so that the next begins on records without."""
    from django.conf import settings  # noqa: PLC0415  (Django has to be set up first)

    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.registries import scans  # noqa: PLC0415  (Django has to be set up first)

    models.Scan.objects.using("population").all().delete()
    models.Access.objects.using("population").filter(purpose=scans.ATTACHED).delete()
    for file in (Path(settings.HOME) / "files" / "scans").rglob("[!.]*"):
        if file.is_file():
            file.unlink()


def _done() -> bool:
    """Tell whether the intake has come to its end."""
    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)

    last = models.Batch.objects.using("population").order_by("-id").first()
    return last is not None and last.state == "done"


class _Intakes:
    """Intakes in processes of their own, killed some seconds into their work or not at all."""

    def __init__(self, chunk: int) -> None:
        self._chunk = chunk

    def __enter__(self) -> Self:
        line = [sys.executable, "-c", PARENT]
        env = os.environ | {"SAOLA_BENCH_CHUNK": str(self._chunk)}
        self._parent = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )
        self._said()
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate()

    def _said(self) -> str:
        assert self._parent.stdout
        return self._parent.stdout.readline()

    def take(self, file: Path, wait: float | None) -> tuple[float, bool]:
        """Run an intake; give the seconds it ran, and whether it came to its end."""
        assert self._parent.stdin
        print(file, file=self._parent.stdin, flush=True)
        child, began = int(self._said()), time.monotonic()
        killer = threading.Timer(wait, os.kill, (child, signal.SIGKILL)) if wait else None
        if killer:
            killer.start()
        code = int(self._said())
        if killer:
            killer.cancel()
        assert code in (0, -signal.SIGKILL)
        return time.monotonic() - began, code == 0


def _emptied() -> None:
    """Undo the intake, so that the next begins on an empty register."""
    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)

    _taken_back()
    models.SetAside.objects.using("population").all().delete()


def _taken_back() -> None:
    """Undo the latest intake; what came back in it waits in the earlier one again."""
    from saola.server.population import models  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.population.register import register  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.registries import intake  # noqa: PLC0415  (Django has to be set up first)

    batch = models.Batch.objects.using("population").latest("id")
    intake.undo(register(), batch.pk, now=lambda: dt.datetime.now(dt.UTC))
    models.SetAside.objects.using("population").filter(batch=batch).delete()


def spoilt(files: int) -> dict[str, int]:
    """Take in files spoilt at random, and count what must not be.

    Returns:
        `files`, `refused` (with a message), `tracebacks`, and `lost` rows: read, but neither
        accepted nor set aside, or staged and not read.
    """
    home = _ready("")
    from saola.server.population.register import register  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.registries import intake  # noqa: PLC0415  (Django has to be set up first)

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
