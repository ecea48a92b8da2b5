"""Figures of the planning half: siting, fibre, joint plans, a whole country."""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from connect_country import plan_country

from saola.connect.backhaul.connector import connect
from saola.connect.plan.solve import least_cost
from saola.connect.region.build import build
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Settings
from saola.connect.siting import Cover, maximal_cover, set_cover

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 1
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


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


def joint() -> Iterator[str]:
    """Five invented provinces of 300 settlements: gap, time, saving over the two rules."""
    settings = Settings(rain_mm_h=70.0)
    gaps, times, savings = [], [], []
    for seed in range(1, 6):
        inputs = invented_region(np.random.default_rng(seed), 300)
        started = time.perf_counter()
        region = build(inputs, settings, 0.95, threads=2)
        plan = least_cost(region.problem, region.position, rng=np.random.default_rng(seed))
        times.append(time.perf_counter() - started)
        gaps.append(plan.gap)
        savings += [1 - plan.cost / value for value in plan.rules.values() if np.isfinite(value)]
        each = ", ".join(f"{name} {value / 1e6:.2f}" for name, value in plan.rules.items())
        yield (
            f"joint_case_{seed}: cost {plan.cost / 1e6:.2f}, bound {plan.bound / 1e6:.2f} M USD,"
            f" gap {100 * plan.gap:.1f} %, {times[-1]:.0f} s; rules: {each}"
        )
    yield f"joint_gap: {100 * max(gaps):.1f} % (largest of {len(gaps)})"
    yield f"joint_s: {max(times):.0f} s (longest)"
    yield f"joint_saving: {100 * min(savings):.0f} to {100 * max(savings):.0f} % below the rules"


def country() -> Iterator[str]:
    """Every commune of Viet Nam on synthetic terrain, fibre and coverage: a test of scale."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as spare:
        # With a folder of one's own a run that is cut short goes on; its time then says nothing.
        folder = Path(os.environ.get("SAOLA_BENCH_COUNTRY", spare))
        communes, provinces = plan_country(DATA / "vietnam" / "communes.csv", SEED, folder)
    seconds = time.perf_counter() - started
    own, child = (resource.getrusage(who).ru_maxrss for who in WHO)
    peak = (own + 2 * child) / 2**20  # two children at most at a time
    said = communes.filter(pl.col("sentence").str.len_chars() > 0).height
    cost, bound = provinces["cost"].sum(), provinces["bound"].sum()
    yield f"country_s: {seconds:.0f} s (wall, 2 cores; SYNTHETIC terrain, fibre and coverage)"
    yield f"country_peak_gib: {peak:.2f} GiB"
    yield f"country_communes: {said} of {communes.height} with a sentence"
    yield f"country_gap: {100 * (1 - bound / cost):.1f} % ({cost / 1e6:.0f} million USD, SYNTHETIC)"
    yield f"country_joins: {provinces['saved'].sum() / 1e6:.2f} million USD saved across borders"
    for row in density(communes).iter_rows(named=True):
        yield (
            f"country_cost_a_person_{row['class']}: {row['each']:.0f} USD"
            f" ({row['connected']:.0f} people, SYNTHETIC)"
        )


def density(communes: pl.DataFrame) -> pl.DataFrame:
    """Cost a newly connected person by class of people per square kilometre."""
    edges = [50, 100, 200, 500]
    labels = ["below_50", "50_100", "100_200", "200_500", "above_500"]
    new = communes.with_columns(
        connected=pl.col("connected") - pl.col("before"),
        **{"class": pl.col("density").cut(edges, labels=labels)},
    ).filter(pl.col("connected") > 0)
    return (
        new.group_by("class")
        .agg(pl.sum("connected"), each=pl.col("cost").sum() / pl.col("connected").sum())
        .sort("class")
    )


FIGURES: list[tuple[str, Callable[[], Iterator[str]]]] = [
    *((f"mclp_gap_{km}km", maximal(km, sites)) for km, sites in ((5, 1578), (10, 530), (20, 150))),
    *((f"lscp_gap_{km}km", fewest(km)) for km in (5, 10, 20)),
    ("fibre_100k_s", fibre),
    ("joint_gap", joint),
    ("country_s", country),
]
