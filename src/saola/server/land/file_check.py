"""Check a file of parcels as the register is checked, without the register.

The file is read and its columns are mapped as an intake does. Nothing here asks a database.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from saola import units
from saola.cadastre import checks, layers, wkb
from saola.errors import InputError
from saola.server.land import geometry
from saola.server.land.fields import fields
from saola.server.registries import communes, mapping, places, reading, rules
from saola.server.registries.rules import REASONS, REVIEW
from saola.units.written import Written

CHECKED = ("geometry", "epsg", "area", "commune")
_SHAPED = ("commune-", "area-unreadable")  # reasons that keep no shape from being checked
KEY = ("commune", "sheet", "number")  # what a finding says of its parcel beside its row
_OWN = [("epsg", pl.Int64), ("code", pl.String), *((name, pl.String) for name in KEY)]
SCHEMA = pl.Schema([*checks.FINDINGS.items(), *_OWN])
_ROW = "__row"


@dataclass(frozen=True)
class Checked:
    """What a check of a file found.

    Attributes:
        findings: `SCHEMA`; `parcel` and `other` count the file's rows from 1.
        rows: How many rows the file has.
        supposed: The zone that was supposed, for the file names none; None where it does.
        encoding: The old encoding that the text was converted from; empty for none.
    """

    findings: pl.DataFrame
    rows: int
    supposed: int | None
    encoding: str


def run(
    file: Path,
    *,
    home: Path,
    layer: str = "",
    given: dict[str, str] | None = None,
    epsg: int,
    commune: str = "",
    today: dt.date,
) -> Checked:
    """Check a file's parcels: whether each can be read, its commune, and the shapes zone by zone.

    A row whose shape cannot be checked is a finding, too: its rule is the reason for which an
    intake would set it aside.

    Args:
        file: Of any kind that the land register takes in.
        home: The workspace whose remembered mappings count; it need not be there.
        layer: The layer that is read of a file with several.
        given: Field → head, or `=value` for every row, over what is guessed.
        epsg: The zone, where the file names none.
        commune: Only this commune's rows; by default all.
        today: The day; communes have to stand then.

    Raises:
        InputError: If the file is no table, no column is known to hold the geometry, or no row is
            of the commune.
    """
    with tempfile.TemporaryDirectory(prefix="saola-check-") as folder:
        staged = Path(folder) / "staged.parquet"
        reading.stage(file, staged, layers.readers(layer))
        frame, encoding = pl.read_parquet(staged), reading.encoding_of(staged)
    every = fields()
    head = frame.head(mapping.LOOKED_AT)
    chosen = mapping.choose(head, every, mapping.memory(home, "land"), given)
    mapping.check(chosen, [each for each in every if each.name == "geometry"])
    supposed = None if "epsg" in chosen else epsg
    chosen.setdefault("epsg", f"{mapping.CONSTANT}{epsg}")
    known = Written(units.registry(home / "units"), places.country(home))
    rows = _rows(frame, chosen, _checked(every), known, today)
    if commune:
        meant = known.commune(commune)
        commune = meant[0].code if len(meant) == 1 else commune
        rows = rows.filter(pl.col("commune") == commune)
        if rows.is_empty():
            raise InputError("commune-empty", where=file.name, found=commune)
    return Checked(_findings(rows), rows.height, supposed, encoding)


def _checked(fields: list[rules.Field]) -> list[rules.Field]:
    """Give the fields that are checked; of a commune only whether there is one of that name."""
    return [
        replace(each, required=each.required and each.name != rules.COMMUNE)
        for each in fields
        if each.name in CHECKED
    ]


def _rows(
    frame: pl.DataFrame,
    chosen: dict[str, str],
    fields: list[rules.Field],
    known: Written,
    today: dt.date,
) -> pl.DataFrame:
    """Give each row its shape in its zone, its code, and what keeps it from being checked."""
    named = frame.select(
        (mapping.column(chosen[name]) if name in chosen else pl.lit(None)).alias(name)
        for name in dict.fromkeys((*CHECKED, *KEY))
    ).cast(pl.String)
    ragged = pl.lit(frame[reading.CELLS]) if reading.CELLS in frame.columns else pl.lit(None)
    ruled = communes.apply(rules.apply(named, fields), fields, today, known)
    read = geometry.shaped(ruled).with_row_index(_ROW, offset=1)
    read = rules.mark(read, {"cells": ragged.is_not_null()})
    starts = pl.any_horizontal(pl.element().str.starts_with(each) for each in _SHAPED)
    fit = read[REASONS].list.eval(starts).list.all()
    if REVIEW in read.columns:
        read = read.with_columns(pl.col(REASONS).list.concat(REVIEW))
    codes = np.full(read.height, None, dtype=object)
    codes[fit.to_numpy()] = _codes(read.filter(fit)).to_list()
    zone = pl.col(geometry.ZONE).replace(0, None)
    return read.with_columns(
        pl.col(_ROW).cast(pl.Int64), zone, fit=fit, code=pl.Series(codes.tolist(), dtype=pl.String)
    )


def _codes(rows: pl.DataFrame) -> pl.Series:
    return geometry.minted(rows[geometry.WKB], rows[geometry.ZONE]).replace("", None)


def _findings(rows: pl.DataFrame) -> pl.DataFrame:
    told = rows.select(pl.col(_ROW).alias("parcel"), "code", pl.col(geometry.ZONE), *KEY)
    found = pl.concat([_unfit(rows), *_shapes(rows.filter("fit"))])
    return (
        found.join(told, on="parcel", how="left", maintain_order="left")
        .rename({geometry.ZONE: "epsg"})
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def _unfit(rows: pl.DataFrame) -> pl.DataFrame:
    """Name what cannot be read, a row for each reason."""
    bad = rows.filter(pl.col(REASONS).list.len() > 0).explode(REASONS)
    return bad.select(
        rule=REASONS, parcel=_ROW, **dict.fromkeys(("other", "value", "x", "y"), pl.lit(None))
    ).cast(checks.FINDINGS)


def _shapes(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Run the rules over the parcels of each zone."""
    for part in rows.partition_by(geometry.ZONE, maintain_order=True):
        shapes = wkb.read(part[geometry.WKB])
        found = checks.all_checks(shapes, documented=part["area"], codes=part["code"])
        place = pl.lit(part[_ROW])
        yield found.with_columns(
            parcel=place.gather(pl.col("parcel")), other=place.gather(pl.col("other"))
        )
