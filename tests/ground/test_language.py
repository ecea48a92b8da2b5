import pytest

from saola import language


def test_words_stand_in_vietnamese_order() -> None:
    """Đ follows D and precedes E; ă and â follow a; tones break ties."""
    names = ["Sơn La", "Đà Nẵng", "Điện Biên", "Đắk Lắk", "Dũng", "Dương", "Ân", "Ăn", "Ánh", "An"]

    expected = [
        "An",
        "Ánh",
        "Ăn",
        "Ân",
        "Dũng",
        "Dương",
        "Đà Nẵng",
        "Đắk Lắk",
        "Điện Biên",
        "Sơn La",
    ]
    assert expected == sorted(names, key=language.sort_key)


@pytest.mark.parametrize(
    ("lang", "expected"), [("vi", "1.234,50"), ("en", "1,234.50"), ("fr", "1\u202f234,50")]
)
def test_numbers_are_written_as_the_language_does(lang: str, expected: str) -> None:
    """Vietnamese and French write a decimal comma, English a point."""
    assert expected == language.number(1234.5, lang=lang, decimals=2)


def test_missing_numbers_are_a_dash() -> None:
    """None and NaN are shown as a dash, never as a word of the machine."""
    assert ["–", "–"] == [language.number(None), language.percent(float("nan"))]


def test_folding_is_blind_to_tones_and_d_bar() -> None:
    """Search finds `Đà Nẵng` for `da nang`, composed or decomposed."""
    assert ["da nang", "hoa"] == [language.fold("Đà Nẵng"), language.fold("Hoa\u0300")]


def test_a_fact_is_no_pattern() -> None:
    """A brace in a fact, such as a name from a file, is text and is not filled in its turn."""
    said = language.fill("{who} saw {what}; {nobody}", {"who": "{what}", "what": "{who}"})

    assert "{what} saw {who}; {nobody}" == said
