"""How long scoring a country's communes takes: `make bench-score`."""

import time

import numpy as np
import polars as pl

from saola import frameworks, observations
from saola.frameworks.rules import Reference

COMMUNES, QUARTERS = 3321, 20


def invented(edition: frameworks.Framework, rng: np.random.Generator) -> pl.DataFrame:
    """Invent every input of an edition for every commune and quarter."""
    units = [f"XSA.C.{n:05}" for n in range(COMMUNES)]
    periods = [f"{2020 + n // 4}-Q{n % 4 + 1}" for n in range(QUARTERS)]
    keys = pl.DataFrame({"unit": units}).join(pl.DataFrame({"period": periods}), how="cross")
    references = dict.fromkeys(ref for i in edition.indicators for ref in i.rule.references)
    frames = [_column(keys, reference, rng) for reference in references]
    return observations.frame(pl.concat(frames))


def _column(keys: pl.DataFrame, reference: Reference, rng: np.random.Generator) -> pl.DataFrame:
    return keys.with_columns(
        indicator=pl.lit(reference.code),
        breakdown=pl.lit(reference.breakdown),
        value=pl.Series(rng.uniform(1, 100, keys.height)),
    )


def main() -> None:
    """Print the figures."""
    edition = frameworks.framework("online-activity")
    rows = invented(edition, np.random.default_rng(1))
    times = []
    for _ in range(4):
        start = time.perf_counter()
        scores = frameworks.score(edition, rows)
        times.append(time.perf_counter() - start)
    print(f"communes_20_quarters_s: {min(times[1:]):.2f} s")
    print(f"communes_20_quarters_observations: {rows.height} rows")
    print(f"communes_20_quarters_scores: {scores.height} rows")


if __name__ == "__main__":
    main()
