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
from saola.server.registries import intake, legacy

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
