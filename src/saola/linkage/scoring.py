"""How good a linkage is, where the truth is known."""

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of pairs.

    Attributes:
        precision: Share of found pairs that are true.
        recall: Share of true pairs that were found.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(found: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """Compare pairs with the true ones; both have `left_row < right_row`."""
    on = ["left_row", "right_row"]
    right = found.select(on).unique().join(truth.select(on), on=on, how="semi").height
    wanted = truth.select(on).n_unique()
    given = found.select(on).n_unique()
    return Score(right / given if given else 1.0, right / wanted if wanted else 1.0)


def best_threshold(pairs: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, Score]:
    """Find the cut through `probability` that gives the highest F1, and that score."""
    on = ["left_row", "right_row"]
    known = truth.select(on).unique().with_columns(true=pl.lit(1))
    marked = (
        pairs.join(known, on=on, how="left")
        .with_columns(pl.col("true").fill_null(0))
        .sort("probability", "weight", descending=True)
    )
    hits = np.cumsum(marked["true"].to_numpy())
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + known.height)
    place = int(np.argmax(f1))
    found = Score(float(hits[place] / (place + 1)), float(hits[place] / known.height))
    return float(marked["probability"][place]), found


def true_rows(frame: pl.DataFrame, person: str = "person") -> pl.DataFrame:
    """List the pairs of rows that a column says are one person: `left_row < right_row`."""
    side = frame.select(pl.col(person)).with_row_index("row").cast({"row": pl.Int64})
    return (
        side.join(side, on=person, suffix="_right")
        .filter(pl.col("row") < pl.col("row_right"))
        .select(left_row="row", right_row="row_right")
    )
