"""Figures of the radio half: P.1812 against its validation set, and how fast it goes.

`SAOLA_PY1812` names a folder from which `import Py1812` works, for the peer's figure; without it
the peer's figure is the quoted one.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from saola.connect.radio import p1812
from saola.connect.radio.over_ground import Links, Steps, link_losses, radial_losses, toward
from saola.connect.radio.p1812 import Antennas, Profile, Signal, logs
from saola.connect.terrain import Ground, Look, invented_ground, invented_terrain

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "itu-p1812"
TOLERANCE_DB = 1e-6
QUOTED_PY1812 = 2650
SIGNAL = Signal(7e8, 10.0)
SITE = (16.3, 107.3)


def official() -> Iterator[str]:
    errors, passed = [], 0
    for path in sorted((DATA / "profiles").glob("*.csv")):
        file = logs.read(path)
        for k, case in enumerate(file.cases):
            found = p1812.intermediates(file.profile, case.antennas, case.signal)
            log = (DATA / "results" / f"{path.stem}_{k}_log.csv").read_text().splitlines()
            (published,) = [float(line.split(",")[3]) for line in log if line.startswith("Lb (dB)")]
            errors.append(abs(found.lb - published))
            passed += errors[-1] <= TOLERANCE_DB
    yield f"p1812_cases_passed: {passed} of {len(errors)}"
    yield f"p1812_max_error_db: {max(errors):.1e} dB (the logs print 10 digits)"


def profiles(points: int, count: int) -> list[tuple[Profile, Antennas]]:
    """Hilly inland profiles with clutter, 100 m between points."""
    rng = np.random.default_rng(1)
    made = []
    for _ in range(count):
        x = np.linspace(0.0, 0.1 * (points - 1), points)
        walk = np.cumsum(rng.normal(0.0, 3.0, points))
        ground = 200.0 + walk + 40.0 * np.sin(6.0 * x / x[-1] + rng.uniform(0.0, 6.0))
        clutter = rng.choice([0.0, 0.0, 5.0, 15.0], points)
        profile = Profile.inland(x, np.maximum(ground, 0.0), clutter)
        middle = p1812.middle_latitude(16.0, 107.0, 16.5, 107.0, float(x[-1]))
        made.append((profile, Antennas(30.0, 1.5 + 8.0 * rng.random(), middle)))
    return made


def rate(work: Callable[[], object], count: int) -> float:
    """Give how many a CPU second, the best of five after one to warm up."""
    work()
    best = np.inf
    for _ in range(5):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return count / best


def speed() -> Iterator[str]:
    sizes, found = (50, 100, 200, 400, 1000, 2000), {}
    for points in sizes:
        rows = p1812.rows_of(profiles(points, 2000))
        found[points] = rate(lambda rows=rows: p1812.losses(rows, SIGNAL), 2000)
    yield f"p1812_paths_s_200: {found[200]:,.0f} paths/s, one thread, p = 10 %"
    micros = np.array([1e6 / found[points] for points in sizes])
    slope, start = np.polyfit(sizes, micros, 1)
    line = ", ".join(f"{n}: {found[n]:,.0f}" for n in sizes)
    yield f"p1812_paths_s: {line} paths/s by points of a profile"
    yield f"p1812_us: {start:.2f} + {1000 * slope:.2f}/1000 · points µs a path (straight-line fit)"


def peer() -> Iterator[str]:
    folder = os.environ.get("SAOLA_PY1812")
    if not folder:
        yield f"py1812_paths_s_200: {QUOTED_PY1812:,} paths/s (quoted)"
        return
    sys.path.insert(0, folder)
    bt_loss = importlib.import_module("Py1812.P1812").bt_loss
    paths = profiles(200, 300)
    ours = p1812.losses(p1812.rows_of(paths), SIGNAL)
    theirs = np.empty(len(paths))

    def run() -> None:
        for k, (profile, ends) in enumerate(paths):
            loss, _ = bt_loss(
                SIGNAL.frequency_hz / 1e9, SIGNAL.time, profile.distance_km, profile.ground_m,
                profile.clutter_m, profile.zone, ends.transmitter_m, ends.receiver_m, 2,
                16.0, 16.5, 107.0, 107.0, DN=ends.gradient, N0=ends.refractivity,
            )  # fmt: skip
            theirs[k] = loss

    found = rate(run, len(paths))
    yield f"py1812_paths_s_200: {found:,.0f} paths/s (measured)"
    off = np.abs(theirs - ours).max()
    yield f"p1812_py1812_difference_db: {off:.1e} dB at most on {len(paths)} invented profiles"


def invented() -> Ground:
    rng = np.random.default_rng(7)
    terrain = invented_terrain(rng, (107.0, 16.0, 107.6, 16.6), step_m=90.0, look=Look(sea=0.1))
    return invented_ground(rng, terrain)


def over_terrain() -> Iterator[str]:
    ground, count = invented(), 20_000
    rng = np.random.default_rng(2)
    start = np.column_stack([rng.uniform(16.2, 16.4, count), rng.uniform(107.2, 107.4, count)])
    ends = [
        toward(tuple(a), b, 19.9) for a, b in zip(start, rng.uniform(0, 360, count), strict=True)
    ]
    links = Links(start, np.array(ends), np.full(count, 30.0), np.full(count, 1.5))
    found = rate(lambda: link_losses(ground, links, SIGNAL, step_m=100.0), count)
    yield f"p1812_dem_paths_s: {found:,.0f} paths/s, 200 points cut from terrain with cover"
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        link_losses(ground, links, SIGNAL, step_m=100.0, threads=2)
        best = min(best, time.perf_counter() - started)
    yield f"p1812_dem_paths_s_2_threads: {count / best:,.0f} paths/s (wall)"


def radials() -> Iterator[str]:
    ground, steps = invented(), Steps(0.1, 199, 30.0, 1.5)
    found = rate(lambda: radial_losses(ground, SITE, steps, SIGNAL), 360 * 199)
    shared = radial_losses(ground, SITE, steps, SIGNAL)
    places = np.array([toward(SITE, float(r), 0.1 * k) for r in range(360) for k in range(1, 200)])
    high, low = np.full(len(places), 30.0), np.full(len(places), 1.5)
    links = Links(np.tile(SITE, (len(places), 1)), places, high, low)
    alone = link_losses(ground, links, SIGNAL, step_m=100.0).reshape(shared.shape)
    off = np.abs(shared - alone)
    yield f"p1812_radial_receivers_s: {found:,.0f} receivers/s, 360 radials of 200 points"
    yield (
        f"p1812_radial_error_db: mean {off.mean():.1e}, 99 % {np.quantile(off, 0.99):.1e},"
        f" most {off.max():.1e} dB against each receiver's own path"
    )


FIGURES: list[tuple[str, Callable[[], Iterator[str]]]] = [
    ("p1812_cases", official),
    ("p1812_paths", speed),
    ("py1812", peer),
    ("p1812_dem", over_terrain),
    ("p1812_radial", radials),
]
