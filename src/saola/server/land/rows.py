"""Rows of a file of parcels: their geometry in its zone, and what is wrong with them."""

import datetime as dt
from collections.abc import Mapping

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.cadastre import shares
from saola.server.land import certificates, geometry, models
from saola.server.registries import bulk, communes, rules
from saola.server.registries.rules import REASONS, REVIEW, ROW

KEY, SERIES = "__key", "__generation"
LISTS = ("holder", "holder_number", "share")
NUMBER = r"^(\d{9}|\d{10}|\d{12}|\d{10}-\d{3})$"


def check(frame: pl.DataFrame, today: dt.date, *, types: Mapping[str, str]) -> pl.DataFrame:
    """Read the geometry, and add the faults that need several fields.

    Args:
        frame: What the rules for single fields gave.
        today: The day.
        types: Land type → its newest code list.
    """
    frame = geometry.shaped(frame)
    written = [name for name in (communes.CARRIED + "commune", "commune") if name in frame.columns]
    commune = pl.coalesce(written)  # as it was when the sheet was drawn
    type_ = pl.col("land_type").str.to_uppercase().str.replace_all(" ", "")
    frame = frame.with_columns(
        land_type=type_,
        serial=pl.col("serial").str.to_uppercase(),
        **{KEY: pl.concat_str(commune, "sheet", "number", separator="/")},
    ).with_columns(
        certificates.column(pl.col("serial"), pl.col("issued")).alias(SERIES),
        *(pl.col(name).str.split(";").alias(f"__{name}") for name in LISTS),
    )
    known = pl.col("land_type").str.split("+").list.eval(pl.element().is_in(list(types))).list.all()
    count = pl.col("__holder").list.len()
    numbers = pl.col("__holder_number").list.eval(pl.element().str.strip_chars())
    formed = pl.element().str.contains(NUMBER) | (pl.element() == "")
    faults = {
        "land_type-unknown": ~known,
        "area-range": pl.col("area") <= 0,
        "issued-range": pl.col("issued") > today,
        "serial-generation": pl.col("serial").is_not_null() & pl.col(SERIES).is_null(),
        "holder-missing": pl.col("holder").is_null()
        & (pl.col("holder_number").is_not_null() | pl.col("share").is_not_null()),
        "holder-empty": (
            pl.col("__holder").list.eval(pl.element().str.strip_chars() == "")
        ).list.any(),
        "holder_number-count": pl.col("__holder_number").list.len() != count,
        "holder_number-form": ~numbers.list.eval(formed).list.all(),
        **_share_faults(frame, count),
    }
    return rules.mark(frame, faults)


def _share_faults(frame: pl.DataFrame, count: pl.Expr) -> dict[str, pl.Expr]:
    """Judge shares exactly; a file holds few different ones, so each is read once."""
    written = frame["share"].drop_nulls().unique().to_list()
    read = {text: shares.read(text) for text in written}
    bad = [text for text, found in read.items() if found is None]
    off = [text for text, found in read.items() if found is not None and sum(found) != 1]
    return {
        "share-form": pl.col("share").is_in(bad),
        "share-sum": pl.col("share").is_in(off),
        "share-count": pl.col("__share").list.len() != count,
    }


def clash(connection: BaseDatabaseWrapper, frame: pl.DataFrame) -> pl.DataFrame:
    """List in `REVIEW` the rows whose older key a parcel of the register or file bears."""
    good = pl.col(REASONS).list.len() == 0
    keys = frame.filter(good)[KEY].unique().to_list()
    taken = bulk.present(connection, models.Version, "key", keys) if keys else set()
    twice = good & (pl.col(ROW) > pl.col(ROW).min().over(pl.when(good).then(pl.col(KEY))))
    faults = {"key-taken": good & pl.col(KEY).is_in(list(taken)), "key-twice": twice}
    return rules.mark(frame, faults, into=REVIEW)
