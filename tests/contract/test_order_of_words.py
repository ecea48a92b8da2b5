"""One order of Vietnamese words, wherever they are sorted."""

import duckdb
import psycopg
import pytest

from saola import language, units

WORDS = [
    "An", "Ánh", "Ăn", "Ân", "Bắc Ninh", "Bạc Liêu", "Cà Mau", "Dũng", "Dương", "Đà Nẵng",
    "Đắk Lắk", "Đặng", "Điện Biên", "Đỗ", "Hoa", "Hoà", "Hỏa", "Hoã", "Hoá", "Hoạ", "Sơn La",
    "Sóc Trăng", "Ưng", "Uy", "Yên Bái",
]  # fmt: skip
PROVINCES = [unit.names["vi"] for unit in units.registry().select("VNM.P", every=True)]
NAMES = sorted({*WORDS, *PROVINCES})


def test_duckdb_sorts_as_we_do() -> None:
    """`COLLATE vi` of DuckDB and our key give one order of the 63 and 34 provinces and more."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select word from (select unnest(?) as word) order by word collate vi", [NAMES]
        ).fetchall()

    assert [row[0] for row in rows] == sorted(NAMES, key=language.sort_key)


@pytest.mark.postgres
def test_postgresql_sorts_as_we_do(postgres: str) -> None:
    """`vi-x-icu` of PostgreSQL and our key give one order."""
    with psycopg.connect(postgres) as connection:
        rows = connection.execute(
            'select word from unnest(%s::text[]) as t(word) order by word collate "vi-x-icu"',
            [NAMES],
        ).fetchall()

    assert [row[0] for row in rows] == sorted(NAMES, key=language.sort_key)
