"""The CSV tables behind a registry: read, checked, bad rows set aside with their reasons."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from saola import language
from saola.errors import InputError, SaolaError
from saola.units.lineage import RULES, Lineage
from saola.units.unit import CODE, Unit

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name or code of a unit, with the days it is valid.

    Attributes:
        unit: Code of the unit.
        scheme: The list it comes from: `name`, `iso2`, `m49`, `gso`, `un-egov` …
        code: The other name or code.
        start: First day, or None.
        end: Last day, or None.
    """

    unit: str
    scheme: str
    code: str
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One unit's membership of a group, with its days."""

    group: str
    unit: str
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit's place in a grid of equal tiles."""

    grid: str
    unit: str
    x: int
    y: int
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass
class Tables:
    """What the files hold, and the rows set aside."""

    units: dict[str, Unit] = field(default_factory=dict)
    aliases: list[Alias] = field(default_factory=list)
    lineage: list[Lineage] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    aside: list[tuple[str, Row, SaolaError]] = field(default_factory=list)
    rows: int = 0


def day(row: Row, name: str) -> dt.date | None:
    """Read an ISO date of a row; None for a blank."""
    said = (row.get(name) or "").strip()
    try:
        return dt.date.fromisoformat(said) if said else None
    except ValueError:
        raise InputError("unit-date", where=name, found=said) from None


def real(row: Row, name: str, bound: float) -> float | None:
    """Read a number of a row within plus or minus `bound`; None for a blank."""
    said = (row.get(name) or "").strip()
    try:
        value = float(said) if said else None
    except ValueError:
        value = float("nan")
    if value is not None and not -bound <= value <= bound:
        raise InputError("unit-number", where=name, found=said, bound=bound)
    return value


def code_of(row: Row, name: str) -> str:
    """Read a unit code of a row."""
    said = (row.get(name) or "").strip()
    if not CODE.fullmatch(said):
        raise InputError("unit-code", where=name, found=said)
    return said


def span(row: Row) -> tuple[dt.date | None, dt.date | None]:
    """Read the first and the last day of a row."""
    start, end = day(row, "from"), day(row, "to")
    if start and end and end < start:
        raise InputError("unit-span", found=f"{start} – {end}")
    return start, end


def unit_of(row: Row) -> Unit:
    """Make a unit of a row of a units table."""
    start, end = span(row)
    names = {
        lang: row[lang].strip() for lang in language.LANGUAGES if (row.get(lang) or "").strip()
    }
    kind = (row.get("kind") or "").strip()
    if not kind:
        raise InputError("unit-kind", where="kind")
    if not names:
        raise InputError("unit-name", where="vi, en, fr", found=row.get("code", ""))
    return Unit(
        code=code_of(row, "code"),
        kind=kind,
        parent=code_of(row, "parent") if (row.get("parent") or "").strip() else "",
        names=names,
        start=start,
        end=end,
        lat=real(row, "lat", 90.0),
        lon=real(row, "lon", 180.0),
        source=(row.get("source") or "").strip(),
    )


def alias_of(row: Row) -> Alias:
    """Make an alias of a row."""
    said = (row.get("code") or "").strip()
    if not said:
        raise InputError("unit-name", where="code", found=row.get("unit", ""))
    return Alias(code_of(row, "unit"), (row.get("scheme") or "name").strip(), said, *span(row))


def lineage_of(row: Row) -> Lineage:
    """Make a step of lineage of a row."""
    when, share, rule = day(row, "date"), real(row, "share", 1.0), (row.get("rule") or "").strip()
    if when is None:
        raise InputError("unit-date", where="date")
    if rule not in RULES:
        raise InputError("unit-rule", where="rule", found=rule, rules=", ".join(RULES))
    return Lineage(
        code_of(row, "from"), code_of(row, "to"), when, 1.0 if share is None else share, rule
    )


def member_of(row: Row) -> Member:
    """Make a membership of a row."""
    return Member(code_of(row, "group"), code_of(row, "unit"), *span(row))


def tile_of(row: Row) -> Tile:
    """Make a tile of a row."""
    x, y = real(row, "x", 1000.0), real(row, "y", 1000.0)
    if x is None or y is None or x != int(x) or y != int(y):
        raise InputError("unit-number", where="x, y", found=f"{row.get('x')}, {row.get('y')}")
    return Tile((row.get("grid") or "").strip(), code_of(row, "unit"), int(x), int(y), *span(row))


def _keep_unit(tables: Tables, row: Row) -> None:
    unit = unit_of(row)
    tables.units[unit.code] = unit  # a later file's row replaces an earlier one's


# A file's name says what it holds; every other name holds units.
_KINDS: dict[str, tuple[Callable[[Tables, Row], None], tuple[str, ...]]] = {
    "aliases": (lambda t, row: t.aliases.append(alias_of(row)), ("unit", "scheme", "code")),
    "lineage": (lambda t, row: t.lineage.append(lineage_of(row)), ("from", "to", "date", "rule")),
    "members": (lambda t, row: t.members.append(member_of(row)), ("group", "unit")),
    "tiles": (lambda t, row: t.tiles.append(tile_of(row)), ("grid", "unit", "x", "y")),
    "": (_keep_unit, ("code", "kind")),
}


def read(folders: Iterable[Traversable | Path]) -> Tables:
    """Read every `*.csv` of some folders, in order; a bad row is set aside, never lost.

    Raises:
        InputError: If a file lacks a column or is not UTF-8 text.
    """
    tables = Tables()
    for folder in folders:
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith(".csv") and not file.name.endswith(".aside.csv"):
                _read_file(tables, file)
    return tables


def rows_of(file: Traversable | Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a CSV file, each with its place.

    Raises:
        InputError: If a wanted column is missing or the file is not UTF-8 text.
    """
    try:
        said = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("unit-encoding", where=file.name) from None
    reader = csv.DictReader(io.StringIO(said, newline=""))
    try:
        yield from _checked(reader, file.name, wanted)
    except csv.Error as fault:
        raise InputError("unit-file", where=file.name, found=fault) from fault


def _checked(
    reader: "csv.DictReader[str]", file: str, wanted: tuple[str, ...]
) -> Iterator[tuple[str, Row]]:
    missing = [name for name in wanted if name not in (reader.fieldnames or ())]
    if missing:
        found = ", ".join(reader.fieldnames or ())
        raise InputError("unit-columns", where=file, found=found, missing=", ".join(missing))
    for number, row in enumerate(reader, start=2):
        yield f"{file}:{number}", row


def _read_file(tables: Tables, file: Traversable | Path) -> None:
    name = file.name.partition(".")[0].partition("-")[0]
    keep, wanted = _KINDS.get(name, _KINDS[""])
    for place, row in rows_of(file, wanted):
        tables.rows += 1
        try:
            keep(tables, row)
        except InputError as fault:
            tables.aside.append((place, row, fault))
