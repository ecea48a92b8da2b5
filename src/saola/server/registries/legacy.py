"""Vietnamese text in the fonts of before Unicode, TCVN3 (ABC) and VNI: told apart and converted.

Old tables show `Nguyễn` as `NguyÔn` (TCVN3) or `Nguyeãn` (VNI): the letters are Latin ones that a
font drew otherwise. Which it is shows in the words: read rightly, they are Vietnamese syllables.

Source: TCVN 5712:1993 (VN3); VNI-Win of VNI Software.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
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
# Letters that no sign of the old encodings becomes without a table: the text is Unicode.
_BEYOND = "[\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]"
_CELLS = re.compile(rb'([,;\t|"\r\n]+)')
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


def converted(frame: pl.LazyFrame, found: "Found") -> pl.LazyFrame:
    """Convert the columns and heads of a frame that are in an old encoding."""
    changed = [_texts(pl.col(name), encoding).alias(name) for name, encoding in found.columns]
    return frame.with_columns(changed).rename(dict(found.heads))


def _texts(column: pl.Expr, encoding: str) -> pl.Expr:
    table = tables()[encoding]
    text = column.str.replace_many(list(table), list(table.values()), leftmost=True)
    # TCVN3 has capitals in fonts of their own: "NGUYÔN" means NGUYỄN.
    capitals = text.str.replace_all(r"[^A-Za-z]", "").str.contains(r"^[A-Z]{2,}$")
    meant = pl.when(capitals).then(text.str.to_uppercase()).otherwise(text)
    return pl.when(column.str.contains(_BEYOND)).then(column).otherwise(meant)


def detect(texts: list[str]) -> str:
    """Tell which old encoding texts are in, by the words that become Vietnamese; empty for none.

    Args:
        texts: Cells, such as names.
    """
    return _judged(texts) or ""


def _judged(texts: list[str]) -> str | None:
    """Tell the old encoding of texts: empty for Unicode, None where they do not say."""
    words = [word for text in texts for word in _WORD.findall(text)][:SAMPLE]
    if len(words) < FEWEST_WORDS:
        return None
    if _share(words) >= VALID:
        return ""
    shares = {name: _share(_words(words, name)) for name in tables()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= CONVERTED else None


def _words(words: list[str], encoding: str) -> list[str]:
    frame = pl.DataFrame({"word": words}, schema={"word": pl.String})
    return frame.select(_texts(pl.col("word"), encoding)).to_series().to_list()


def _share(words: list[str]) -> float:
    return sum(bool(_SYLLABLE.fullmatch(toneless(word))) for word in words) / len(words)


def _fits(texts: list[str], encoding: str, *, alone: bool) -> bool:
    """Tell whether the words of few texts read better converted, or as well in a file all old."""
    words = [word for text in texts for word in _WORD.findall(text)][:SAMPLE]
    if not words or any(re.search(_BEYOND, text) for text in texts):
        return False
    plain, converted = _share(words), _share(_words(words, encoding))
    return converted > plain or (alone and converted == plain > 0)


@dataclass(frozen=True)
class Found:
    """What of a table is in an old encoding.

    Attributes:
        columns: Column → encoding, of those whose cells are.
        heads: Head → what it means, of those that are.
    """

    columns: tuple[tuple[str, str], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> str:
        """Name the encodings; empty for none."""
        return ", ".join(sorted({encoding for _, encoding in self.columns}))


def of_frame(frame: pl.LazyFrame) -> Found:
    """Tell column by column, and for the heads, what is in an old encoding.

    A column with too few words to say follows the others, where it reads as well that way. Heads
    are of Unicode in many a file whose cells are not.

    Args:
        frame: Text columns; of each, the first cells with marked letters are read.
    """
    heads = frame.collect_schema().names()
    texts = dict(zip(heads, pl.collect_all([_marked(frame, head) for head in heads]), strict=True))
    cells = {head: found.to_series().to_list() for head, found in texts.items()}
    judged = {head: _judged(cells[head]) for head in heads}
    votes = Counter(encoding for encoding in judged.values() if encoding)
    if not votes:
        return Found()
    usual = votes.most_common(1)[0][0]
    alone = "" not in judged.values()
    told = {
        head: (usual if _fits(cells[head], usual, alone=alone) else "") if said is None else said
        for head, said in judged.items()
    }
    columns = tuple((head, encoding) for head, encoding in told.items() if encoding)
    marked = [head for head in heads if not head.isascii()]
    said = _judged(marked)
    if said is None:
        alone = alone and not any(re.search(_BEYOND, head) for head in marked)
        old = [head for head in marked if _fits([head], usual, alone=alone)]
    else:
        old = marked if said == usual else []
    return Found(columns, tuple(_renamed(heads, old, usual)))


def _marked(frame: pl.LazyFrame, head: str) -> pl.LazyFrame:
    """Give the first cells of a column with letters beyond ASCII, wherever in it they begin."""
    column = pl.col(head)
    return (
        frame.select(column).filter(column.str.len_bytes() != column.str.len_chars()).head(SAMPLE)
    )


def _renamed(heads: list[str], old: list[str], encoding: str) -> Iterator[tuple[str, str]]:
    """Convert heads; two must not become one."""
    taken = set(heads) - set(old)
    for head, meant in zip(old, _words(old, encoding), strict=True):
        name = meant
        while name in taken:
            name += "'"
        taken.add(name)
        yield head, name


def of_bytes(data: bytes) -> str:
    """Read text in which cells of UTF-8 stand beside cells of one byte a letter."""
    return "".join(map(_cell, _CELLS.split(data)))


def _cell(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.decode("latin-1")


def in_bytes(file: Path) -> bool:
    """Tell whether a text file has cells of one byte a letter, in one of the old encodings."""
    if _is_unicode(file):
        return False
    cells: list[str] = []
    with file.open("rb") as stream:
        for line in stream:
            if not _is_utf8(line):
                cells += [_cell(cell) for cell in _CELLS.split(line) if not _is_utf8(cell)]
            if len(cells) >= SAMPLE:
                break
    return bool(detect(cells))


def _is_unicode(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
