"""Figures of the planning half: siting, fibre, joint plans, a whole country."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.backhaul.connector import connect
from saola.connect.siting import Cover, maximal_cover, set_cover

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 1


def siting(radius_km: int) -> tuple[Cover, np.ndarray]:
    table = pl.read_csv(DATA / "vietnam" / "siting.csv")
    lat, lon, weight = (table[name].to_numpy().astype(float) for name in ("lat", "lon", "weight"))
    return Cover.within(lat, lon, radius_km * 1000.0), weight


def maximal(radius_km: int, limit: int) -> Callable[[], Iterator[str]]:
    def figure() -> Iterator[str]:
        started = time.perf_counter()
        cover, weight = siting(radius_km)
        found = maximal_cover(cover, weight, limit, rng=np.random.default_rng(SEED))
        seconds = time.perf_counter() - started
        share = found.value / weight.sum()
        yield (
            f"mclp_gap_{radius_km}km: {100 * found.gap:.3f} % in {seconds:.1f} s"
            f" (p = {limit}, covers {100 * share:.3f} %)"
        )

    return figure


def fewest(radius_km: int) -> Callable[[], Iterator[str]]:
    def figure() -> Iterator[str]:
        started = time.perf_counter()
        cover, _ = siting(radius_km)
        found = set_cover(cover, rng=np.random.default_rng(SEED))
        seconds = time.perf_counter() - started
        yield (
            f"lscp_gap_{radius_km}km: {100 * found.gap:.2f} % in {seconds:.1f} s"
            f" ({found.value:.0f} sites, bound {found.bound:.2f})"
        )

    return figure


def fibre() -> Iterator[str]:
    rng = np.random.default_rng(SEED)
    lat, lon = rng.uniform(9, 23, 100_000), rng.uniform(102, 109, 100_000)
    existing = np.column_stack((rng.uniform(102, 109, 500), rng.uniform(9, 23, 500)))
    started = time.perf_counter()
    tree = connect(lat, lon, existing)
    seconds = time.perf_counter() - started
    yield f"fibre_100k_s: {seconds:.2f} s ({tree.total / 1000:.0f} km of tree)"


FIGURES: list[tuple[str, Callable[[], Iterator[str]]]] = [
    *((f"mclp_gap_{km}km", maximal(km, sites)) for km, sites in ((5, 1578), (10, 530), (20, 150))),
    *((f"lscp_gap_{km}km", fewest(km)) for km in (5, 10, 20)),
    ("fibre_100k_s", fibre),
]
