"""Keeping a spreadsheet from taking a text for a formula."""

import polars as pl

# A cell that begins so would be run, unless it is a number with its sign; one with an apostrophe
# before it gets another, so that `restored` gives every text back.
_FORMULA = r"^'*[=+\-@\t\r]"
_DEFUSED = r"^'+[=+\-@\t\r]"
_SIGNED = r"^[+-][\d.,\s]+%?$"


def defused(table: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run.

    Source: OWASP, CSV injection.
    """
    words = pl.col(pl.String)
    runs = words.str.contains(_FORMULA) & ~words.str.contains(_SIGNED)
    return table.with_columns(pl.when(runs).then(pl.lit("'") + words).otherwise(words).name.keep())


def restored(table: pl.LazyFrame) -> pl.LazyFrame:
    """Take away the apostrophes that `defused` put."""
    words = pl.col(pl.String)
    put = words.str.contains(_DEFUSED)
    return table.with_columns(pl.when(put).then(words.str.slice(1)).otherwise(words).name.keep())
