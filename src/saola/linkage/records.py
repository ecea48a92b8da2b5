"""Records as they are compared: cleaned, numbered through both files, under their own names."""

import polars as pl

from saola.errors import InputError
from saola.linkage.levels import derive
from saola.linkage.model import LinkModel


def check(columns: list[str], rows: int, model: LinkModel, where: str) -> None:
    """See that a file can be linked.

    Args:
        columns: The file's.
        rows: How many it has.
        model: The model.
        where: What the file is called.

    Raises:
        InputError: If a column of the model is missing, or there is no record.
    """
    lacking = model.missing(columns)
    if lacking:
        raise InputError("link-column-missing", where=where, found=", ".join(lacking))
    if not rows:
        raise InputError("link-file-empty", where=where)


def prepared(
    file: pl.DataFrame, model: LinkModel, *, place: int, first: int, before: int = 0
) -> pl.DataFrame:
    """Clean rows of a file and add what levels and blocks ask for.

    Args:
        file: One row a record.
        model: The model.
        place: 0 for the left file, 1 for the right one.
        first: The number of the first row, counted through both files from 0.
        before: How many rows of the file came before these.

    Returns:
        The model's columns, what derives from them, `unique_id`, `side` and `record`: what the
        file calls the record, or its row in the file, counted from 1.

    Raises:
        InputError: If a column cannot be read as text: a list, or bytes that are none.
    """
    named = (
        file[model.record].cast(pl.String)
        if model.record in file.columns
        else pl.int_range(before + 1, before + file.height + 1, eager=True).cast(pl.String)
    )
    rows = file.select(list(model.columns)).with_columns(side=pl.lit(place, dtype=pl.Int8))
    try:
        numbered = derive(rows, model.columns).with_row_index("unique_id", first)
    except pl.exceptions.PolarsError:
        found = ", ".join(name for name in model.columns if not _is_text(rows[name]))
        raise InputError("link-column-kind", found=found) from None
    return numbered.with_columns(pl.col("unique_id").cast(pl.Int64), record=named)


def _is_text(column: pl.Series) -> bool:
    try:
        column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True
