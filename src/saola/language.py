"""Texts, numbers, dates and the order of words in Vietnamese, English and French.

Messages are English sentences looked up in `locale/<language>/<room>.po`. Data carry their own
labels, a mapping from language to text, of which `pick` takes one.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

LANGUAGES = ("vi", "en", "fr")
NAMES = {"vi": "Tiếng Việt", "en": "English", "fr": "Français"}
DASH = "–"

_BRACE = re.compile(r"\{(\w+)\}")
_current: ContextVar[str] = ContextVar("language", default="en")

Style = Literal["short", "medium", "long"]


def current() -> str:
    """Give the language in use: `vi`, `en` or `fr`."""
    return _current.get()


def speak(lang: str) -> None:
    """Speak `lang`, one of `LANGUAGES`, from here on."""
    _current.set(lang)


@contextmanager
def use(lang: str) -> Iterator[None]:
    """Speak `lang`, one of `LANGUAGES`, inside a `with` block."""
    token = _current.set(lang)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def _messages(lang: str) -> dict[tuple[str | None, str], tuple[str, ...]]:
    from babel.messages.pofile import read_po  # noqa: PLC0415  (English needs no catalogue)

    found: dict[tuple[str | None, str], tuple[str, ...]] = {}
    folder = resources.files("saola") / "locale" / lang
    if not folder.is_dir():
        return found
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".po"):
            with file.open("rb") as stream:
                for message in read_po(stream, locale=lang):
                    if not message.id or message.fuzzy:
                        continue
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    said = message.string
                    forms = (said,) if isinstance(said, str) else tuple(said or ())
                    if forms and all(forms):
                        found[message.context, key] = forms
    return found


def fill(sentence: str, facts: Mapping[str, object]) -> str:
    """Put facts into the braces of a sentence; a brace without a fact stays as it is."""
    if "{" not in sentence or not facts:
        return sentence
    return _BRACE.sub(lambda found: str(facts.get(found[1], found[0])), sentence)


def text(
    message: str, /, *, lang: str | None = None, context: str | None = None, **facts: object
) -> str:
    """Say an English sentence in another language.

    Args:
        message: The English sentence, with facts in braces.
        lang: The language; by default the one in use.
        context: What tells apart two uses of one short word.
        facts: The values of the braces.
    """
    lang = lang or current()
    if lang != "en":
        forms = _messages(lang).get((context, message))
        message = forms[0] if forms else message
    return fill(message, facts)


def plural(
    one: str, many: str, count: float, /, *, lang: str | None = None, **facts: object
) -> str:
    """Say a sentence about a count in the form that the language wants; `{n}` is the count."""
    lang = lang or current()
    facts = {"n": number(count, lang=lang), **facts}
    if lang == "en":
        return fill(one if count == 1 else many, facts)
    forms = _messages(lang).get((None, one))
    if forms is None:
        return fill(many, facts)
    singular = len(forms) > 1 and lang == "fr" and abs(count) < 2
    return fill(forms[0] if singular or len(forms) == 1 else forms[1], facts)


def pick(labels: Mapping[str, str], lang: str | None = None) -> str:
    """Take the label in a language, else English, else whichever there is."""
    for wanted in (lang or current(), "en", "vi", "fr"):
        if labels.get(wanted):
            return labels[wanted]
    return next((label for label in labels.values() if label), "")


@lru_cache(maxsize=64)
def _pattern(decimals: int | None) -> str:
    return (
        "#,##0.######" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    )


def number(value: float | None, *, lang: str | None = None, decimals: int | None = None) -> str:
    """Write a number as the language does; a dash for none and for NaN."""
    if value is None or value != value:  # noqa: PLR0124  (NaN differs from itself)
        return DASH
    from babel.numbers import format_decimal  # noqa: PLC0415  (Babel is slow to import)

    return format_decimal(value, _pattern(decimals), locale=lang or current())


def percent(share: float | None, *, lang: str | None = None, decimals: int = 1) -> str:
    """Write a share in 0..1 as a percentage; a dash for none and for NaN."""
    if share is None or share != share:  # noqa: PLR0124  (NaN differs from itself)
        return DASH
    from babel.numbers import format_percent  # noqa: PLC0415

    spaced = " %" if (lang or current()) == "fr" else "%"
    return format_percent(share, _pattern(decimals) + spaced, locale=lang or current())


_LONG = "d 'tháng' M 'năm' y"


def date(value: dt.date, *, lang: str | None = None, style: Style = "long") -> str:
    """Write a date as the language does; Vietnamese ones as official papers do.

    Source: Decree 30/2020/ND-CP, Annex I, place and date of a document; Unicode CLDR for the rest.
    """
    from babel.dates import format_date  # noqa: PLC0415

    chosen = lang or current()
    return format_date(value, _LONG if (chosen, style) == ("vi", "long") else style, locale=chosen)


def moment(
    value: dt.datetime,
    zone: dt.tzinfo,
    *,
    lang: str | None = None,
    style: Style = "long",
    named: bool = True,
) -> str:
    """Write a moment as the language writes dates, with the time of a zone.

    Args:
        value: With its time zone.
        zone: The zone whose day and time are written.
        lang: The language; by default the one in use.
        style: Of the date.
        named: Say how far the time is from UTC. Where clocks go back an hour comes twice: there
            it is said in any case.
    """
    local = value.astimezone(zone)
    said = f"{date(local, lang=lang, style=style)}, {local:%H:%M}"
    other = local.replace(fold=1 - local.fold).utcoffset()
    return f"{said} {offset(local)}" if named or other != local.utcoffset() else said


def offset(value: dt.datetime) -> str:
    """Say how far the time of a moment is from UTC: `UTC`, `UTC+7`, `UTC+5:45`, `UTC−3`."""
    minutes = round((value.utcoffset() or dt.timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


# -- order of words -----------------------------------------------------------------------------

_VIETNAMESE = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Tones in the order of the `vi` collation: none, grave, hook, tilde, acute, dot below.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPED = {
    ("a", "\u0306"): "ă",
    ("a", "\u0302"): "â",
    ("e", "\u0302"): "ê",
    ("o", "\u0302"): "ô",
    ("o", "\u031b"): "ơ",
    ("u", "\u031b"): "ư",
}
_RANK = {letter: 1000 + place for place, letter in enumerate(_VIETNAMESE)}

SortKey = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


@lru_cache(maxsize=65536)
def sort_key(value: str) -> SortKey:
    """Give the key by which words stand in Vietnamese order.

    Letters first (`a ă â b c d đ e ê …`), then tones (none, huyền, hỏi, ngã, sắc, nặng), then
    case, as CLDR's `vi` collation does. English and French words keep their usual order.

    Source: Unicode CLDR, collation `vi`.
    """
    letters: list[int] = []
    tones: list[int] = []
    cases: list[int] = []
    for sign in unicodedata.normalize("NFD", value):
        low = sign.lower()
        if unicodedata.combining(sign) and letters:
            base = chr(letters[-1]) if letters[-1] < 1000 else _VIETNAMESE[letters[-1] - 1000]
            if (base, sign) in _SHAPED:
                letters[-1] = _RANK[_SHAPED[base, sign]]
            else:
                tones[-1] = _TONES.get(sign, 6)
            continue
        letters.append(_RANK.get(low, _other(low)))
        tones.append(0)
        cases.append(int(sign != low))
    return tuple(letters), tuple(tones), tuple(cases)


def _other(sign: str) -> int:
    """Rank a sign that is no letter of the alphabet: spaces, marks, digits, then other scripts."""
    if sign.isspace():
        return 0
    if sign.isdigit():
        return 500 + int(unicodedata.digit(sign, 0))
    if sign.isalpha():
        return 2000 + ord(sign)
    return 1 + min(ord(sign), 498)


@lru_cache(maxsize=65536)
def fold(value: str) -> str:
    """Strip tones, marks and case, `đ` becoming `d`, for search that is blind to them."""
    apart = unicodedata.normalize("NFD", value.lower().replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
