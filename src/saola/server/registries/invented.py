"""How a file says that its rows are invented: in a column of its own, as observations do.

`saola population generate` and `saola land generate` write it, the intake keeps it with its batch,
and rows that come back corrected bring it with them.
"""

import polars as pl

COLUMN, SYNTHETIC = "check", "synthetic"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Say of the rows of a file that they are invented."""
    return frame.with_columns(pl.lit(SYNTHETIC).alias(COLUMN))


def said(frame: pl.LazyFrame) -> bool:
    """Tell whether a file says of any of its rows that they are invented."""
    if COLUMN not in frame.collect_schema().names():
        return False
    made_up = pl.col(COLUMN).cast(pl.String).str.strip_chars().str.to_lowercase() == SYNTHETIC
    return bool(frame.select(made_up.any()).collect().item())
