"""Tables of before Unicode: TCVN3 and VNI are told apart, converted and said."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.linkage import register_file
from saola.server.population import models, register
from saola.server.registries import intake, legacy, reading

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
SAID = "Nguyễn Văn Hoà, Trần Thị Thuý, Lê Đức Phượng, Đỗ Quỳnh Hương, Bùi Kiều Trinh, Võ Ỷ"


def old(text: str, encoding: str) -> str:
    """Write text as an old font had it."""
    table = legacy.tables()[encoding]
    back = {meant: sign for sign, meant in reversed(list(table.items()))}
    return "".join(back.get(sign, back.get(sign.lower(), sign)) for sign in text)


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI"])
def test_old_text_is_told_apart_and_converted(encoding: str) -> None:
    """Names in an old encoding are recognised as such, and come out as they were meant."""
    written = old(SAID, encoding)

    assert encoding == legacy.detect([written])
    assert SAID.lower() == legacy.convert(written, encoding).lower()


@pytest.mark.parametrize(
    "text", [SAID, "Müller, Größe, Façade, Noël", "José Ángel Muñoz Peña", "", "abc", "Đà"]
)
def test_other_text_is_left_alone(text: str) -> None:
    """Vietnamese in Unicode, German, French and Spanish are of no old encoding."""
    assert "" == legacy.detect([text])


@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    """Whatever stands in a cell, judging it ends."""
    assert legacy.detect([text]) in ("", "TCVN3", "VNI")


def test_capitals_of_a_capital_font_become_capitals() -> None:
    """TCVN3 draws capitals by another font: the word's other letters tell."""
    assert "NGUYỄN" == legacy.convert("NGUYÔN", "TCVN3")


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI"])
@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_an_old_file_is_taken_in_with_right_names(
    home: Path, emptied: Callable[[], None], tmp_path: Path, encoding: str, coding: str
) -> None:
    """A CSV of one byte a letter, or its letters saved as Unicode: names and heads are right."""
    emptied()
    frame = register_file.people(60, seed=4, faulty=0.0).drop("fault")
    file = tmp_path / "cu.csv"
    text = frame.rename({"name": "Họ và tên"}).write_csv()
    file.write_bytes(old(text, encoding).encode(coding))
    found: Any = intake.run(register.register(), file, home=home, who="clerk", now=lambda: NOW)

    assert (60, 60, encoding) == (found.read, found.accepted, found.encoding)
    names = models.Name.objects.using("population").filter(kind="birth").order_by("person")
    kept = [name.lower() for name in names.values_list("text", flat=True)]
    assert [name.lower() for name in frame["name"]] == kept
    assert frame["name"].dtype == pl.String


def _in_old(frame: pl.DataFrame, columns: list[str], encoding: str) -> pl.DataFrame:
    """Write some columns of a table as an old font had them."""
    return frame.with_columns(
        pl.Series(name, [cell and old(cell, encoding) for cell in frame[name]], dtype=pl.String)
        for name in columns
    )


def _csv_by_cells(frame: pl.DataFrame, one_byte: list[str]) -> bytes:
    """Write a CSV whose named columns are of one byte a letter, and everything else of UTF-8."""
    lines = [",".join(frame.columns).encode()]
    for row in frame.iter_rows(named=True):
        cells = [
            (cell or "").encode("latin-1" if name in one_byte else "utf-8")
            for name, cell in row.items()
        ]
        lines.append(b",".join(cells))
    return b"\r\n".join(lines)


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI"])
@pytest.mark.parametrize("form", ["bytes", "utf-8", "xlsx"])
def test_old_cells_under_heads_of_unicode(tmp_path: Path, encoding: str, form: str) -> None:
    """Heads in Unicode stay, columns in an old encoding are converted, columns in Unicode stay."""
    people = register_file.people(60, seed=4, faulty=0.0).select("name", "born", "ethnicity")
    meant = people.with_columns(place=pl.lit("Xã Ngọc Liệp"), father=pl.col("name").reverse())
    heads = ["Họ và tên", "Ngày sinh", "Dân tộc", "Nơi sinh", "Họ tên cha"]
    written = _in_old(meant, ["name", "father"], encoding).cast(pl.String)
    written.columns = heads
    file = tmp_path / f"mixed.{'xlsx' if form == 'xlsx' else 'csv'}"
    if form == "xlsx":
        written.write_excel(file)
    elif form == "utf-8":
        written.write_csv(file)
    else:
        file.write_bytes(_csv_by_cells(written, [heads[0], heads[4]]))
    reading.stage(file, tmp_path / "staged.parquet")
    found = pl.read_parquet(tmp_path / "staged.parquet")

    assert heads == found.columns
    assert encoding == reading.encoding_of(tmp_path / "staged.parquet")
    for head, name in zip(heads, meant.columns, strict=True):
        kept = [cell.lower() for cell in found[head].drop_nulls()]
        assert [str(cell).lower() for cell in meant[name].drop_nulls()] == kept, head


def test_a_head_that_reads_both_ways_stays_beside_one_of_unicode(tmp_path: Path) -> None:
    """Heads were written at one time: where one is of Unicode, all are."""
    cells = [old(name, "TCVN3") for name in SAID.split(", ")]
    file = tmp_path / "heads.csv"
    pl.DataFrame({"Tên": cells, "Nước": ["France"] * len(cells)}).write_csv(file)
    reading.stage(file, tmp_path / "staged.parquet")

    assert ["Tên", "Nước"] == pl.read_parquet(tmp_path / "staged.parquet").columns


def test_old_text_that_begins_late_is_converted(tmp_path: Path) -> None:
    """What a column is written in, all its cells tell, and not the first rows alone."""
    cells = ["Nguyen Van A"] * 5_000 + [old(name, "TCVN3") for name in SAID.split(", ")]
    file = tmp_path / "late.csv"
    pl.DataFrame({"name": cells}).write_csv(file)
    reading.stage(file, tmp_path / "staged.parquet")

    found = pl.read_parquet(tmp_path / "staged.parquet")["name"]
    assert SAID.lower().split(", ") == [cell.lower() for cell in found[5_000:]]


def test_a_few_words_follow_the_other_columns(tmp_path: Path) -> None:
    """A column of one word is converted with its file where it reads better so, else left."""
    count = len(SAID.split(", "))
    frame = pl.DataFrame(
        {
            "name": [old(name, "TCVN3") for name in SAID.split(", ")],
            "role": [old("Chủ hộ", "TCVN3"), *[None] * (count - 1)],
            "town": ["Đà Nẵng", *[None] * (count - 1)],
            "firm": ["Müller", *[None] * (count - 1)],
        }
    )
    file = tmp_path / "few.csv"
    frame.write_csv(file)
    reading.stage(file, tmp_path / "staged.parquet")

    first = pl.read_parquet(tmp_path / "staged.parquet").row(0)
    assert ("Nguyễn Văn Hoà", "Chủ hộ", "Đà Nẵng", "Müller") == first
