import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.linkage import names

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyAĐÁÀẢÃẠấầẩẫậóòỏõọớờởỡợúùủũụýỳỷỹỵ ", max_size=30
)


@pytest.mark.parametrize(
    ("old", "new"), [("Hòa", "Hoà"), ("THÚY", "THUÝ"), ("Khỏe", "Khoẻ"), ("Toàn", "Toàn")]
)
def test_both_placements_of_a_tone_are_one_spelling(old: str, new: str) -> None:
    """A tone mark on either vowel of oa, oe, uy gives the same standard name."""
    assert new == names.standard(old) == names.standard(new)


@given(VIETNAMESE)
def test_composed_and_decomposed_letters_are_one_spelling(name: str) -> None:
    """NFC and NFD of one name have the same standard form."""
    assert names.standard(name) == names.standard(unicodedata.normalize("NFD", name))


@given(VIETNAMESE)
def test_columns_do_what_the_scalars_do(name: str) -> None:
    """A column of names is standardised, stripped and folded as a single name is."""
    frame = pl.DataFrame({"name": [name]}).with_columns(s=names.standard_column(pl.col("name")))
    frame = frame.with_columns(
        t=names.toneless_column(pl.col("s")), f=names.folded_column(pl.col("s"))
    )

    expected = (names.standard(name).lower(), names.toneless(name), names.folded(name))
    assert expected == (frame["s"][0], frame["t"][0], frame["f"][0])


def test_blindness_comes_in_degrees() -> None:
    """Tones go first and leave the letters; folding takes the letters' marks and đ too."""
    assert "đăng thuy hương" == names.toneless("Đặng Thúy Hường")
    assert "dang thuy huong" == names.folded("Đặng Thúy Hường")


def test_given_name_is_the_last_token() -> None:
    """A Vietnamese name is family, middle, given, in this order."""
    assert ("Nguyễn", "Thị Thu", "Hà") == names.parts("Nguyễn  Thị Thu Hà")
    assert ("", "", "Hà") == names.parts("Hà")
    assert ["nguyen", "ha"] == names.search_tokens("Nguyễn Hà")
