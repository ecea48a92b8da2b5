"""Vietnamese names: one spelling, three degrees of blindness, and which token is what.

Three things break plain comparison of names. Unicode composes letters in two ways (NFC, NFD);
tone marks stand in two places ("Hòa", "Hoà"), which Unicode does not unify; and "đ" is a letter of
its own that no decomposition turns into "d". `standard` mends the first two, `folded` all three.

Source: Unicode Standard Annex 15 (NFC); Decision 1989/QĐ-BGDĐT 2018 and Decision 240/QĐ 1984 on
the two placements of tone marks.
"""

import unicodedata
from itertools import product

import polars as pl

from saola import language

_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_PAIRS = (("o", "a"), ("o", "e"), ("u", "y"))


def _placements() -> dict[str, str]:
    """Map each pair with the tone on the first vowel to the pair with it on the second."""
    table: dict[str, str] = {}
    for (first, second), mark in product(_OPEN_PAIRS, _TONE_MARKS):
        for upper_first, upper_second in product((False, True), repeat=2):
            one = first.upper() if upper_first else first
            two = second.upper() if upper_second else second
            table[unicodedata.normalize("NFC", one + mark + two)] = unicodedata.normalize(
                "NFC", one + two + mark
            )
    return table


def _toneless_letters() -> dict[str, str]:
    table: dict[str, str] = {}
    for letter, mark in product("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY", _TONE_MARKS):
        table[unicodedata.normalize("NFC", letter + mark)] = letter
    return table


PLACEMENT = _placements()
TONELESS = _toneless_letters()
FOLDED = {
    letter: language.fold(letter) for letter in ["đ", *TONELESS, *"ăâêôơư"] if letter.islower()
}


def standard(name: str) -> str:
    """Write a name in one way: NFC, single blanks, tone marks of `oa`, `oe`, `uy` on the second.

    A tone on the first vowel ("Hòa", "Thúy") moves to the second ("Hoà", "Thuý"): both styles
    agree wherever a consonant follows ("Toàn"), so this direction needs no dictionary.
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    for old, new in PLACEMENT.items():
        if old in text:
            text = text.replace(old, new)
    return text


def toneless(name: str) -> str:
    """Strip the five tones of a name in lower case, and keep the letters ă â đ ê ô ơ ư."""
    return "".join(TONELESS.get(sign, sign) for sign in standard(name).lower())


def folded(name: str) -> str:
    """Strip tones, marks and case of a name, `đ` becoming `d`."""
    return language.fold(standard(name))


def standard_column(name: pl.Expr) -> pl.Expr:
    """Do as `standard` for a column, in lower case."""
    blanks = name.str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    return blanks.str.replace_many(PLACEMENT).str.to_lowercase()


def toneless_column(standardised: pl.Expr) -> pl.Expr:
    """Do as `toneless` for a column that `standard_column` made."""
    return standardised.str.replace_many(TONELESS)


def folded_column(standardised: pl.Expr) -> pl.Expr:
    """Do as `folded` for a column that `standard_column` made."""
    return standardised.str.replace_many(FOLDED)


def parts(name: str) -> tuple[str, str, str]:
    """Split a Vietnamese full name into family, middle and given name.

    The first token is the family name, the last the given name, what stands between the middle
    name. A name of one token is a given name.
    """
    tokens = standard(name).split()
    if len(tokens) < 2:
        return "", "", "".join(tokens)
    return tokens[0], " ".join(tokens[1:-1]), tokens[-1]


def search_tokens(name: str) -> list[str]:
    """Give the folded tokens of a name in the order written, for a tone-blind index."""
    return folded(name).split()
