"""Rows as PostgreSQL's COPY takes them in binary form."""

import datetime as dt
import unicodedata

import polars as pl
import psycopg
from hypothesis import given
from hypothesis import strategies as st

from saola.linkage import names
from saola.server.population.load import name_columns
from saola.server.registries import packed

KINDS = {
    "whole": "bigint",
    "small": "integer",
    "real": "double precision",
    "day": "date",
    "moment": "timestamp with time zone",
    "text": "text",
    "blob": "bytea",
}
SCHEMA = {
    "whole": pl.Int64,
    "small": pl.Int32,
    "real": pl.Float64,
    "day": pl.Date,
    "moment": pl.Datetime("us", "UTC"),
    "text": pl.String,
    "blob": pl.Binary,
}
VALUES = {
    "whole": [0, -1, 2**63 - 1, None],
    "small": [7, None, -(2**31), 2**31 - 1],
    "real": [None, -0.5, 1e300, 0.0],
    "day": [dt.date(1900, 1, 1), dt.date(2000, 1, 1), None, dt.date(2026, 11, 22)],
    "moment": [
        dt.datetime(1999, 12, 31, 23, 59, 59, 999_999, dt.UTC),
        None,
        dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC),
        dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
    ],
    "text": ["", None, 'Nguyễn "Hoà", \\N\n\t', "Đ" * 300],
    "blob": [b"", b"\x00\xff\x01", None, b"x" * 70_000],
}


def test_postgresql_reads_back_what_was_packed(postgres: str) -> None:
    """Every type, null, empty, border and odd sign comes back from the database as it was."""
    frame = pl.DataFrame(VALUES, schema=SCHEMA)
    kinds = list(KINDS.values())
    columns = ", ".join(f"{name} {kind}" for name, kind in KINDS.items())
    with psycopg.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(f"SET timezone = 'UTC'; CREATE TEMPORARY TABLE packed ({columns})")
        with cursor.copy("COPY packed FROM STDIN (FORMAT binary)") as copy:
            copy.write(packed.HEAD)
            for piece in frame.iter_slices(3):
                copy.write(packed.rows(piece, kinds))
            copy.write(packed.TAIL)
        found = cursor.execute("SELECT * FROM packed").fetchall()

    assert frame.rows() == found


def test_columns_of_another_type_are_not_packed() -> None:
    """A column that would have to be converted is left to the form in text."""
    assert packed.fits(pl.DataFrame({"a": [1]}), ["bigint"])
    assert packed.fits(pl.DataFrame({"a": ["x"]}), ["varchar(12)"])
    assert not packed.fits(pl.DataFrame({"a": ["1"]}), ["bigint"])
    assert not packed.fits(pl.DataFrame({"a": ["{}"]}), ["jsonb"])
    assert not packed.fits(pl.DataFrame({"a": [1.5]}), ["integer"])


@given(st.lists(st.text("aAăâÂeêòÒơýÝýđĐ ouynNH\u0300\u0301ạ", min_size=1), min_size=1))
def test_where_a_tone_mark_stands_does_not_count_once_folded(typed: list[str]) -> None:
    """The column that a name is found by is the same for both placements of a tone mark."""
    cleaned = [" ".join(unicodedata.normalize("NFC", name).split()) for name in typed]
    name = pl.col("name")
    found = pl.DataFrame({"name": cleaned}).select(
        name_columns(name)[0], moved=names.folded_column(names.standard_column(name))
    )

    assert found["moved"].to_list() == found["folded"].to_list()
