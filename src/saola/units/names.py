"""Find units by the names and codes that files use for them."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from saola import language
from saola.units.tables import Alias
from saola.units.unit import Unit

CODE_SCHEME = "code"
NAME_SCHEME = "name"


@lru_cache(maxsize=65536)
def key(said: str) -> str:
    """Strip case, tones, marks and the spaces around and between words.

    >>> key("  Côte d’Ivoire ")
    'cote d ivoire'
    """
    apart = language.fold(unicodedata.normalize("NFKC", said)).replace("&", " and ")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in apart).split())


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: str
    scheme: str
    said: str
    start: dt.date | None
    end: dt.date | None

    def valid(self, on: dt.date | None) -> bool:
        if on is None:
            return self.end is None
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


class Names:
    """An index from every name and code, written plainly, to the units that bear it.

    Args:
        units: The units, by code.
        aliases: Their other names and codes.
    """

    def __init__(self, units: dict[str, Unit], aliases: Iterable[Alias]) -> None:
        self._units = units
        self._index: dict[str, list[_Entry]] = {}
        for unit in units.values():
            self._put(_Entry(unit.code, CODE_SCHEME, unit.code, None, None))
            for name in dict.fromkeys(unit.names.values()):
                self._put(_Entry(unit.code, NAME_SCHEME, name, unit.start, unit.end))
        for alias in aliases:
            if alias.unit in units:
                self._put(_Entry(alias.unit, alias.scheme, alias.code, *_days(alias, units)))

    def _put(self, entry: _Entry) -> None:
        self._index.setdefault(key(entry.said), []).append(entry)

    def find(
        self,
        said: str,
        *,
        scheme: str | None = None,
        on: dt.date | None = None,
        within: str | None = None,
        kind: str | None = None,
    ) -> list[Unit]:
        """Give every unit that may be meant, the narrowest choice that leaves at least one.

        A name alone never matches a code that is all digits: `48` is a province in one list and a
        country in another.
        """
        entries = [
            entry for entry in self._index.get(key(said), ()) if self._asked(entry, scheme, said)
        ]
        if within is not None:
            entries = [entry for entry in entries if self._units[entry.unit].parent == within]
        if kind is not None:
            entries = [entry for entry in entries if self._units[entry.unit].kind == kind]
        entries = [entry for entry in entries if entry.valid(on)] or ([] if on else entries)
        entries = _closest(entries, said.strip())
        return [self._units[code] for code in dict.fromkeys(entry.unit for entry in entries)]

    def _asked(self, entry: _Entry, scheme: str | None, said: str) -> bool:
        if scheme is not None:
            return entry.scheme == scheme
        return entry.scheme in (CODE_SCHEME, NAME_SCHEME) or not said.strip().isdigit()

    def near(self, said: str, count: int = 3) -> list[str]:
        """Give the names nearest to an unknown one."""
        import rapidfuzz  # noqa: PLC0415  (needed for a wrong name only)

        names = {entry.said for entries in self._index.values() for entry in entries}
        found = rapidfuzz.process.extract(
            said, sorted(names), processor=key, scorer=rapidfuzz.fuzz.ratio, limit=count
        )
        return [name for name, score, _ in found if score >= 70]


def _closest(entries: list[_Entry], said: str) -> list[_Entry]:
    """Keep those written in the same way, as far as there are any."""
    plain = unicodedata.normalize("NFC", said)
    same = [entry for entry in entries if entry.said == plain]
    codes = [entry for entry in same if entry.scheme == CODE_SCHEME]
    alike = [entry for entry in entries if entry.said.casefold() == plain.casefold()]
    return codes or same or alike or entries


def _days(alias: Alias, units: dict[str, Unit]) -> tuple[dt.date | None, dt.date | None]:
    unit = units[alias.unit]
    return alias.start or unit.start, alias.end or unit.end
