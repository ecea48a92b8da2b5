"""Keeping a spreadsheet from taking a text for a formula."""

import polars as pl

# A cell that begins so would be run, unless it is a number with its sign.
_FORMULA = r"^[=+\-@\t\r]"
_SIGNED = r"^[+-][\d.,\s]+%?$"


def defused(table: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run.

    Source: OWASP, CSV injection.
    """
    words = pl.col(pl.String)
    runs = words.str.contains(_FORMULA) & ~words.str.contains(_SIGNED)
    return table.with_columns(pl.when(runs).then(pl.lit("'") + words).otherwise(words).name.keep())
