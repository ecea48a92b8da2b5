"""How long reports take: `make bench-reports`."""

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from saola import frameworks, observations, reports, units
from saola.frameworks.runs import Run, digest
from saola.reports import Subject

SIZES = {"provinces": 34, "communes": 3321}
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def subject(count: int, rng: np.random.Generator) -> Subject:
    """Invent a run of the online-activity framework."""
    edition = frameworks.framework("online-activity")
    names = pl.DataFrame({"unit": [f"XSA.P.{n:05}" for n in range(count)]})
    inputs = dict.fromkeys(ref for i in edition.indicators for ref in i.rule.references)
    rows = observations.frame(
        pl.concat([
            names.with_columns(
                indicator=pl.lit(each.code),
                breakdown=pl.lit(each.breakdown),
                period=pl.lit("2025-Q4"),
                check=pl.lit("synthetic"),
                value=pl.Series(rng.uniform(1, 100, count)),
            )
            for each in inputs
        ])
    )  # fmt: skip
    scores = frameworks.score(edition, rows)
    run = Run("bench", edition.id, "2025-Q4", NOW.isoformat(), "0", digest(rows), "", "")
    return Subject(edition, run, scores, units.registry(), rows)


def _timed(name: str, make: Callable[[], bytes], repeats: int) -> None:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        raw = make()
        times.append(time.process_time() - start)
    print(f"{name}_s: {min(times):.2f} s")
    print(f"{name}_kib: {len(raw) / 1024:.0f} KiB")


def main() -> None:
    """Print the figures: CPU time, the fastest of a few."""
    rng = np.random.default_rng(1)
    for name, count in SIZES.items():
        made = subject(count, rng)
        one = made.scores["unit"][0]
        _timed(f"unit_pdf_{name}", lambda m=made, u=one: reports.unit_pdf(m, u, "vi"), 3)
        _timed(f"run_pdf_{name}", lambda m=made: reports.run_pdf(m, "vi"), 3)
        _timed(f"workbook_{name}", lambda m=made: reports.workbook(m, "vi"), 2)
        _timed(f"sdmx_csv_{name}", lambda m=made: reports.sdmx_csv(m), 2)
        _timed(f"sdmx_ml_{name}", lambda m=made: reports.sdmx_ml(m), 2)


if __name__ == "__main__":
    main()
