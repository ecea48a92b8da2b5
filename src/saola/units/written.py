"""Which commune of a country a file means by what it wrote, and what became of it since."""

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from importlib import resources

from saola.units.names import CODE_SCHEME, key
from saola.units.registry import Registry
from saola.units.unit import Unit

SHAPE = r"^[A-Z]{3}\.[A-Z]+\.\S+$"
_CODE = re.compile(SHAPE)
LONGEST = 200  # letters of a name with those of the units it lies in
_PARTS = re.compile(r"[,;]")
_KEPT = 32_768  # texts whose meaning is remembered: chunk after chunk of a file has the same


class Written:
    """The communes of a country by their codes, official numbers and names, of all times.

    A name or number counts only where a single commune ever bore it: an old paper may mean one
    that is no more, and a wrong commune is worse than none.

    Args:
        units: All units known.
        country: Whose communes; empty for all.
    """

    def __init__(self, units: Registry, country: str) -> None:
        self._units = units
        self._within = f"{country}." if country else ""
        self._communes = {
            unit.code: unit
            for unit in units
            if unit.kind == "commune" and unit.code.startswith(self._within)
        }
        self.standing = frozenset(code for code, unit in self._communes.items() if unit.end is None)
        self.places = frozenset(unit.code for unit in units if unit.end is None)
        self._meant = lru_cache(maxsize=_KEPT)(self._meaning)
        self._wholes: dict[tuple[str, dt.date], Unit | None] = {}
        self._families = {unit.code.rpartition(".")[0] for unit in units}

    def __bool__(self) -> bool:
        """Say whether any commune is known: where none is, nothing can be checked."""
        return bool(self._communes)

    @cached_property
    def digits(self) -> frozenset[int]:
        """How many digits the official numbers of communes have."""
        return frozenset(len(number) for number in self._numbers)

    @cached_property
    def _numbers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        tails = ((code, code.rpartition(".")[2].partition("@")[0]) for code in self._communes)
        listed = ((each.unit, each.code) for each in self._units.aliases)
        for code, number in (*tails, *listed):
            if number.isdecimal() and code in self._communes:
                _put(found, number, code)
        return found

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in self._communes:
            for name in self._called(code):
                _put(found, name, code)
        return found

    @cached_property
    def _aliases(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self._units.aliases:
            if each.scheme != CODE_SCHEME and not each.code.isdecimal():
                found.setdefault(each.unit, []).append(each.code)
        return found

    def _called(self, code: str) -> set[str]:
        """Give the names of a unit, as they are compared."""
        names = [*self._units.unit(code).names.values(), *self._aliases.get(code, ())]
        return {plain for name in names for plain in _plain(name)}

    def commune(self, text: str) -> list[Unit]:
        """Give the communes that a text may mean: by code, official number, or name.

        After a name may stand those of units it lies in, nearest first: `Xã Hòa An, Cao Bằng`.
        Each has to be one of them.
        """
        return list(self._meant(text.strip()[:LONGEST]))

    def _meaning(self, text: str) -> list[Unit]:
        if text in self._communes:
            return [self._communes[text]]
        if text.isdecimal():
            # Workbooks that take numbers for numbers lose the noughts before them.
            full = text.zfill(max(self.digits, default=0))
            return [self._communes[code] for code in self._numbers.get(full, ())]
        name, *above = [part for part in _PARTS.split(text) if part.strip()] or [""]
        found = dict.fromkeys(code for each in _plain(name) for code in self._names.get(each, ()))
        lying = [self._communes[code] for code in found if self._lies(code, above)]
        return self._same(lying, name) if len(lying) > 1 else lying

    def _same(self, found: list[Unit], name: str) -> list[Unit]:
        """Keep the units that are written with the very tones and marks, as far as any are."""
        said = _marked(name)
        same = [
            unit
            for unit in found
            if any(
                said == each or said.endswith(f" {each}")
                for each in map(_marked, (*unit.names.values(), *self._aliases.get(unit.code, ())))
            )
        ]
        return same or found

    def like(self, text: str, day: dt.date, count: int) -> list[Unit]:
        """Give the communes of a day that a text may be the beginning of, the likeliest first.

        Those it means come first, then names that begin with it, then names and codes in which it
        stands, and those written nearly so where there is none. Marks and case do not matter.
        """
        plain = _plain(_PARTS.split(text[:LONGEST])[0])[-1]
        begin = [name for name in self._names if plain and name.startswith(plain)]
        stand = [name for name in self._names if plain and f" {plain}" in name]
        codes = [unit.code for unit in self.commune(text)]
        codes += [code for name in sorted(begin) + sorted(stand) for code in self._names[name]]
        codes += [code for code in self._communes if text.strip() and text.strip().upper() in code]
        units = [self._communes[code] for code in dict.fromkeys(codes)]
        standing = [unit for unit in units if unit.exists(day)][:count]
        return standing or self.near(text, day, count)

    def near(self, text: str, day: dt.date, count: int = 5) -> list[Unit]:
        """Give the communes of a day whose names are most like a text."""
        import rapidfuzz  # noqa: PLC0415  (needed for a wrong name only)

        plain = key(_PARTS.split(text[:LONGEST])[0])
        found = rapidfuzz.process.extract(
            plain, list(self._names), scorer=rapidfuzz.fuzz.ratio, limit=4 * count, score_cutoff=70
        )
        codes = dict.fromkeys(code for name, _, _ in found for code in self._names[name])
        units = (self._communes[code] for code in codes)
        return [unit for unit in units if unit.exists(day) or unit.exists()][:count]

    def _lies(self, code: str, above: list[str]) -> bool:
        """Say whether each name is that of a unit in which another lies."""
        if not above:
            return True
        called = [self._called(unit) for unit in self._above(code)]
        return all(any(names & set(_plain(part)) for names in called) for part in above)

    def _above(self, code: str) -> Iterator[str]:
        seen = {code}
        while (code := self._units.unit(code).parent) and code in self._units and code not in seen:
            seen.add(code)
            yield code

    def place(self, text: str) -> list[Unit] | None:
        """Give the units that a text may mean if it is a code; None where it is words.

        Words are not judged, nor codes of kinds of units of which none is known, nor numbers that
        several communes bore.
        """
        text = text.strip()
        if text in self._units:
            return [self._units.unit(text)]
        if text.isdecimal() and len(text) in self.digits and self:
            found = self.commune(text)
            return found if len(found) < 2 else None
        known = _CODE.match(text) and text.rpartition(".")[0] in self._families
        return [] if known else None

    @cached_property
    def _steps(self) -> dict[str, list[tuple[dt.date, str, float]]]:
        found: dict[str, list[tuple[dt.date, str, float]]] = {}
        for step in self._units.lineage:
            if step.new in self._units:
                found.setdefault(step.old, []).append((step.date, step.new, step.share))
        return found

    def heirs(self, code: str, day: dt.date) -> list[Unit]:
        """Give the units that stand on a day where another stood."""
        return [self._units.unit(heir) for heir in self._heirs(code, day, whole=False)]

    def heir(self, code: str, day: dt.date) -> Unit | None:
        """Give the one unit into which another went as a whole, as it stands on a day."""
        if (code, day) not in self._wholes:
            found = self._heirs(code, day, whole=True)
            self._wholes[code, day] = self._units.unit(found[0]) if found else None
        return self._wholes[code, day]

    def _heirs(self, code: str, day: dt.date, *, whole: bool) -> list[str]:
        found: list[str] = []
        waiting, seen = [code], {code}
        while waiting:
            at = waiting.pop(0)
            steps = [step for step in self._steps.get(at, ()) if step[0] <= day]
            if whole and at != code and self._units.unit(at).exists(day):
                return [at]
            if whole and (len(steps) != 1 or steps[0][2] != 1.0):
                return []
            if at != code and self._units.unit(at).exists(day):
                found.append(at)
                continue
            new = [step[1] for step in steps if step[1] not in seen]
            seen.update(new)
            waiting += new
        return found


def _put(found: dict[str, list[str]], said: str, code: str) -> None:
    codes = found.setdefault(said, [])
    if code not in codes:
        codes.append(code)


@cache
def _words() -> tuple[str, ...]:
    file = resources.files("saola") / "data" / "unit_words.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))["words"]
    return tuple(sorted({f"{key(word)} " for word in words}, key=len, reverse=True))


def _marked(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _plain(name: str) -> list[str]:
    """Give a name as it is compared, and without the word for its kind."""
    whole = key(name)
    rest = next((whole[len(word) :] for word in _words() if whole.startswith(word)), "")
    return [whole, rest] if rest else [whole]
