"""What linking found: pairs with their probability, where to cut, and who belongs together."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from saola.linkage.model import LinkModel
from saola.linkage.training import Weights

PAIRS = pl.Schema(
    {
        "left": pl.String,
        "right": pl.String,
        "left_row": pl.Int64,
        "right_row": pl.Int64,
        "probability": pl.Float64,
        "weight": pl.Float64,
        "key": pl.String,
    }
)


@dataclass(frozen=True)
class Linkage:
    """The pairs of one linkage.

    Attributes:
        pairs: `PAIRS`, most probable first; rows count through both files from 0; `key` names the
            key that decided, or is empty where the weights did.
        model: The model used.
        weights: What was learnt, or assumed where keys found too few pairs.
        rows: How many records were compared.
        files: 1 or 2.
        seed: The seed used.
    """

    pairs: pl.DataFrame
    model: LinkModel
    weights: Weights
    rows: int
    files: int
    seed: int

    def threshold(self) -> float:
        """Give the probability at which F1 is expected to be highest, without knowing the truth.

        The probabilities are the expected truth: above a cut, their sum is the expected number of
        right pairs, and the sum over all pairs is the number there are to find. Where there were
        too few pairs to learn from, none is accepted that is more likely wrong than right: the
        highest F1 of a file without doubles is close to 0, and any pair would raise it.
        """
        probability = self.pairs["probability"].sort(descending=True).to_numpy()
        if not len(probability):
            return 0.5
        right = np.cumsum(probability)
        f1 = 2 * right / (np.arange(1, len(right) + 1) + right[-1])
        cut = float(probability[int(np.argmax(f1))])
        return max(cut, 0.5) if self.weights.assumed else cut

    def merge_threshold(self, precision: float = 0.9999) -> float:
        """Give the lowest probability above which pairs are expected to be right this often.

        Args:
            precision: The share of right pairs wanted among those above, in (0, 1).
        """
        probability = self.pairs["probability"].sort(descending=True).to_numpy()
        expected = np.cumsum(probability) / np.arange(1, len(probability) + 1)
        good = np.flatnonzero(expected >= precision)
        return float(probability[good[-1]]) if len(good) else 1.0

    def accepted(self, threshold: float | None = None) -> pl.DataFrame:
        """Take the pairs at or above a threshold; between two files, one partner a record."""
        cut = self.threshold() if threshold is None else threshold
        pairs = self.pairs.filter(pl.col("probability") >= cut)
        return pairs if self.files == 1 else _one_to_one(pairs)

    def review(self, low: float, high: float) -> pl.DataFrame:
        """Take the pairs that a person has to look at: probability in [low, high)."""
        inside = (pl.col("probability") >= low) & (pl.col("probability") < high)
        return self.pairs.filter(inside)

    def clusters(self, threshold: float | None = None) -> pl.DataFrame:
        """Group the records that accepted pairs hold together.

        Returns:
            `row` and `cluster` for every record; a cluster is named by its lowest row.
        """
        pairs = self.accepted(threshold)
        left, right = pairs["left_row"].to_numpy(), pairs["right_row"].to_numpy()
        graph = coo_array((np.ones(len(left)), (left, right)), shape=(self.rows, self.rows))
        _, label = connected_components(graph, directed=False)
        return (
            pl.DataFrame({"row": np.arange(self.rows), "label": label})
            .with_columns(cluster=pl.col("row").min().over("label"))
            .select("row", "cluster")
        )

    def closed(self, threshold: float | None = None) -> pl.DataFrame:
        """List all pairs inside the clusters: `left_row < right_row`."""
        groups = self.clusters(threshold)
        groups = groups.filter(pl.len().over("cluster") > 1)
        return (
            groups.join(groups, on="cluster", suffix="_right")
            .filter(pl.col("row") < pl.col("row_right"))
            .select(left_row="row", right_row="row_right")
        )


def _one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """Keep each record's best pair where it is the best of both, again and again."""
    kept: list[pl.DataFrame] = []
    rest = pairs.with_row_index("order")
    while rest.height:
        best = (pl.col("order") == pl.col("order").min().over("left_row")) & (
            pl.col("order") == pl.col("order").min().over("right_row")
        )
        chosen = rest.filter(best)
        kept.append(chosen)
        rest = rest.filter(
            ~pl.col("left_row").is_in(chosen["left_row"].implode())
            & ~pl.col("right_row").is_in(chosen["right_row"].implode())
        )
    found = pl.concat(kept) if kept else rest
    return found.sort("order").drop("order")
