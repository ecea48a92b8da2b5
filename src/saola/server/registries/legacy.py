"""Vietnamese text in the fonts of before Unicode, TCVN3 (ABC) and VNI: told apart and converted.

Old tables show `Nguyễn` as `NguyÔn` (TCVN3) or `Nguyeãn` (VNI): the letters are Latin ones that a
font drew otherwise. Which it is shows in the words: read rightly, they are Vietnamese syllables.

Source: TCVN 5712:1993 (VN3); VNI-Win of VNI Software.
"""

import re
import unicodedata
from functools import cache
from itertools import product
from pathlib import Path

import polars as pl

from saola.linkage.names import toneless

SAMPLE = 2_000
FEWEST_WORDS = 3
VALID, CONVERTED = 0.7, 0.85
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
# TCVN3, one vowel a row: letter, then with grave, hook, tilde, acute, dot below.
_TCVN3 = {
    "a": "µ¶·¸¹", "ă": "»¼½¾Æ", "â": "ÇÈÉÊË", "e": "ÌÎÏÐÑ", "ê": "ÒÓÔÕÖ", "i": "×ØÜÝÞ",
    "o": "ßáâãä", "ô": "åæçèé", "ơ": "êëìíî", "u": "ïñòóô", "ư": "õö÷øù", "y": "úûüýþ",
}  # fmt: skip
_TCVN3_LETTERS = dict(zip("¡¢£¤¥¦§¨©ª«¬\u00ad®", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
_ORDER = (_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT)
# VNI writes a letter and its mark side by side.
_VNI_TONES = dict(zip("ùøûõï", (_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_ROOF = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BOWL = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_NUCLEI = (
    "uyê uya uyu oai oay oao oeo iêu yêu uôi ươi ươu uây uyê ia iê ya yê ua uô ưa ươ oa oă oe uê "
    "uy uơ uâ ai ay ây ao au âu eo êu iu oi ôi ơi ui ưi ưu a ă â e ê i o ô ơ u ư y"
)
_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    f"(?:{'|'.join(_NUCLEI.split())})(?:ch|ng|nh|[cmnpt])?"
)
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\d\s,.;:()/\"'-][^\x00-\x7f\d\s,.;:()/\"'-]*[^\s,;]*")


def _composed(letter: str, mark: str) -> str:
    return unicodedata.normalize("NFC", letter + mark)


def _tcvn3() -> dict[str, str]:
    table = dict(_TCVN3_LETTERS)
    for letter, row in _TCVN3.items():
        table |= {sign: _composed(letter, mark) for sign, mark in zip(row, _ORDER, strict=True)}
    return table


def _vni() -> dict[str, str]:
    table = dict(_VNI_LETTERS)
    for letter, (sign, mark) in product("aeiouy", _VNI_TONES.items()):
        table[letter + sign] = _composed(letter, mark)
    for (vowel, letter), (sign, mark) in product((("ô", "ơ"), ("ö", "ư")), _VNI_TONES.items()):
        table[vowel + sign] = _composed(letter, mark)
    for letter, (sign, mark) in product("aeo", _VNI_ROOF.items()):
        table[letter + sign] = _composed(_composed(letter, "\u0302"), mark)
    for sign, mark in _VNI_BOWL.items():
        table["a" + sign] = _composed("ă", mark)
    capitals = {
        key[0].upper() + rest: value.upper()
        for key, value in table.items()
        for rest in {key[1:], key[1:].upper()}
    }
    return table | capitals


@cache
def tables() -> dict[str, dict[str, str]]:
    """Give the encodings: name → what stands there → what is meant."""
    found = {"TCVN3": _tcvn3(), "VNI": _vni()}
    longest = {name: sorted(table, key=len, reverse=True) for name, table in found.items()}
    return {name: {key: found[name][key] for key in keys} for name, keys in longest.items()}


def convert(text: str, encoding: str) -> str:
    """Write text of an old encoding in Unicode; a word in capitals stays in capitals."""
    return _words([text], encoding)[0]


def converted(frame: pl.LazyFrame, encoding: str) -> pl.LazyFrame:
    """Convert every text column of a frame, and the columns' names."""
    heads = frame.collect_schema().names()
    named = dict(zip(heads, _words(heads, encoding), strict=True))
    return _texts(frame, encoding).rename(named)


def _texts(frame: pl.LazyFrame, encoding: str) -> pl.LazyFrame:
    table = tables()[encoding]
    text = pl.col(pl.String).str.replace_many(list(table), list(table.values()), leftmost=True)
    # TCVN3 has capitals in fonts of their own: "NGUYÔN" means NGUYỄN.
    plain = pl.col(pl.String).str.replace_all(r"[^A-Za-z]", "")
    capitals = plain.str.contains(r"^[A-Z]{2,}$")
    upper = pl.col(pl.String).str.to_uppercase()
    return frame.with_columns(text).with_columns(
        pl.when(capitals).then(upper).otherwise(pl.col(pl.String))
    )


def detect(texts: list[str]) -> str:
    """Tell which old encoding texts are in, by the words that become Vietnamese; empty for none.

    Args:
        texts: Cells, such as names.
    """
    words = [word for text in texts for word in _WORD.findall(text)][:SAMPLE]
    if len(words) < FEWEST_WORDS or _share(words) >= VALID:
        return ""
    shares = {name: _share(_words(words, name)) for name in tables()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= CONVERTED else ""


def _words(words: list[str], encoding: str) -> list[str]:
    frame = pl.LazyFrame({"word": words}, schema={"word": pl.String})
    return [str(word) for word in _texts(frame, encoding).collect()["word"]]


def _share(words: list[str]) -> float:
    return sum(bool(_SYLLABLE.fullmatch(toneless(word))) for word in words) / len(words)


def of_frame(frame: pl.DataFrame) -> str:
    """Tell which old encoding the text columns of a frame are in."""
    cells = [
        text
        for column in frame.select(pl.col(pl.String)).iter_columns()
        for text in column.drop_nulls().head(SAMPLE).to_list()
    ]
    return detect([text for text in cells if not text.isascii()])


def in_bytes(file: Path) -> bool:
    """Tell whether a text file is of one byte a letter, in one of the old encodings."""
    with file.open("rb") as stream:
        data = stream.read(1 << 18)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:
            lines = data.decode("latin-1").splitlines()
            cells = [cell for line in lines for cell in re.split(r"[,;\t|]", line)]
            return bool(detect(cells))
    return False
