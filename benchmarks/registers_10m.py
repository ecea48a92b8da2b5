"""The population register at ten million persons: intake, look-ups, statistics, snapshot.

`python benchmarks/bench_registers.py 10m` makes a PostgreSQL cluster and a workspace in the folder
that SAOLA_BENCH_FOLDER names (by default a temporary one; 30 GB), invents SAOLA_BENCH_PERSONS
persons (by default ten million), takes them in and asks the register through its API.
"""

import base64
import datetime as dt
import http.client
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import wire
from bench_site import saola, served
from cluster import Cluster
from load import share

PERSONS = int(os.environ.get("SAOLA_BENCH_PERSONS", "10000000"))
SECONDS = float(os.environ.get("SAOLA_BENCH_SECONDS", "30"))
Line = Callable[[str, float, str], None]


def run(line: Line) -> None:
    """Print the figures; the folder and its cluster are removed."""
    folder = Path(tempfile.mkdtemp(prefix="saola-10m-", dir=os.environ.get("SAOLA_BENCH_FOLDER")))
    folder.chmod(0o755)
    tempfile.tempdir = str(folder)
    try:
        with Cluster() as cluster:
            os.environ["SAOLA_DATABASE_URL"] = cluster.address
            measure(folder, line)
    finally:
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, line: Line) -> None:
    """Fill the register that SAOLA_DATABASE_URL names, unless it is full, and measure it."""
    home = folder / "home"
    numbers = _direct(home, folder, line)
    with served(home, "--workers", "2") as (port, _):
        _through_api(home, port, numbers, line)


def _direct(home: Path, folder: Path, line: Line) -> list[tuple[str, str]]:
    """Take the persons in and measure what needs no server; give numbers and names to ask for."""
    os.environ |= {"SAOLA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "saola.server.settings"}
    import django  # noqa: PLC0415  (Django has to be set up first)

    django.setup()
    from django.db import connections  # noqa: PLC0415  (Django has to be set up first)

    from saola.server import databases  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.population import search, snapshot, statistics  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.population.models import Name, Number, Person  # noqa: PLC0415  (Django has to be set up first)

    databases.prepare(home)
    if Person.objects.using("population").count() < 0.8 * PERSONS:
        file = folder / "people.csv"
        _call(home, "population", "generate", str(PERSONS), "--register", "--out", str(file))
        began = time.perf_counter()
        _call(home, "population", "import", str(file))
        line("import_10m_rows_s", PERSONS / (time.perf_counter() - began), "rows/s")
        file.unlink()
        with connections["population"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    last = Person.objects.using("population").order_by("-pk").values_list("pk", flat=True)[0]
    keys = random.Random(1).sample(range(1, last + 1), 8_000)  # noqa: S311  (no secret)
    borne = Number.objects.using("population").filter(person__in=keys, kind="personal")
    named = dict(
        Name.objects.using("population")
        .filter(person__in=keys, kind="birth")
        .values_list("person_id", "text")
    )
    asked = [(value, named[key]) for key, value in borne.values_list("person_id", "value")]
    waits = []
    for number, _ in asked[:4_000]:
        start = time.perf_counter()
        assert search.by_number(number)
        waits.append((time.perf_counter() - start) * 1000)
    line("lookup_query_p99_ms", share(sorted(waits), 0.99), "ms")
    today = dt.date(2026, 11, 22)
    began = time.perf_counter()
    written = snapshot.write(home, today=today) / "persons.parquet"
    line("snapshot_10m_s", time.perf_counter() - began, "s")
    best = min(_timed(lambda: statistics.cells(written, on=today)) for _ in range(3))
    line("statistics_10m_s", best, "s")
    return asked


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _call(home: Path, *words: str) -> str:
    done = subprocess.run([*saola(home), *words], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _token(home: Path, port: int) -> str:
    """Register a system that may read, and get its token."""
    options = ["--grant", "client_credentials", "--scope", "registries"]
    made = json.loads(
        _call(
            home, "identity", "client", "add", "Bench", *options, "--method", "client_secret_basic"
        )
    )
    fields = ["--field", "names", "--field", "numbers", "--field", "born", "--field", "sex"]
    why = ["--purpose", "Benchmark", "--ground", "None", "--agency", "Bench"]
    _call(home, "registry", "permit", "population", "--client", made["client_id"], *why, *fields)
    pair = base64.b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Basic {pair}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line.request("POST", "/oidc/token", "grant_type=client_credentials", headers)
    return str(json.loads(line.getresponse().read())["access_token"])


def _through_api(home: Path, port: int, asked: list[tuple[str, str]], line: Line) -> None:
    token = _token(home, port)

    def by_number(place: int) -> bytes:
        wanted = {"query": {"content": {"number": asked[place % len(asked)][0]}}}
        return wire.written("/data/population/1.0/read", token, json.dumps(wanted).encode())

    def by_name(place: int) -> bytes:
        name = quote(asked[place % len(asked)][1])
        return wire.written(f"/data/population/1.0?filter=name&search={name}", token)

    wire.open_loop(port, by_number, rate=100, seconds=4)  # connections and plans are made
    waits = wire.open_loop(port, by_number, rate=200, seconds=SECONDS)
    line("lookup_p50_ms", share(waits, 0.5), "ms")
    line("lookup_p99_ms", share(waits, 0.99), "ms")
    waits = wire.open_loop(port, by_name, rate=20, seconds=SECONDS)
    line("name_search_p95_ms", share(waits, 0.95), "ms")
    rate = wire.closed_loop(port, by_number, clients=50, seconds=SECONDS / 2)
    line("lookup_50_clients_s", rate, "answers/s")


if __name__ == "__main__":
    run(lambda name, value, unit: print(f"{name}: {value:.6g} {unit}", flush=True))
