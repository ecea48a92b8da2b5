"""Take units from a file of another office: names, parents, centres, boundaries."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from saola.errors import InputError, SaolaError
from saola.formulas import defused
from saola.progress import Progress
from saola.units import shapes, tables
from saola.units.registry import Registry
from saola.units.unit import CODE, Unit

# What a column may be called, in the order of preference.
ROLES = {
    "code": ("code", "unit", "unit_code", "commune_code", "pcode", "id"),
    "vi": ("vi", "name_vi"),
    "en": ("en", "name_en", "name"),
    "fr": ("fr", "name_fr"),
    "parent": ("parent", "parent_code", "province_code"),
    "kind": ("kind", "type"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "longitude"),
    "from": ("from", "valid_from"),
    "to": ("to", "valid_to"),
    "source": ("source",),
}
COLUMNS = ("code", "kind", "parent", "vi", "en", "fr", "from", "to", "lat", "lon", "source")
_RESERVED = ("aliases", "lineage", "members", "tiles")


@dataclass(frozen=True)
class Plan:
    """How a file is to be read.

    Attributes:
        columns: Role (a key of `ROLES`) to the name of the column.
        prefix: Put before codes that are not unit codes yet, such as `VNM.C`.
        kind: The kind of every row; empty: the column `kind`.
        parent_scheme: The list the parents' codes come from, such as `gso`.
        start: First day of units whose row names none.
        source: Where the file comes from.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    kind: str = ""
    parent_scheme: str = ""
    start: dt.date | None = None
    source: str = ""


@dataclass(frozen=True)
class Intake:
    """What a file held: `rows` = units + rows set aside.

    Attributes:
        units: The units, in the order of the file.
        boundaries: Columns `unit` and `geometry` (WKB, WGS 84).
        aside: Place, row and reason of each row set aside.
        rows: Count of rows in the file.
        mended: Count of self-crossing boundaries made valid.
    """

    units: tuple[Unit, ...]
    boundaries: pl.DataFrame
    aside: tuple[tuple[str, Mapping[str, Any], SaolaError], ...]
    rows: int
    mended: int


def read(
    file: Path,
    registry: Registry,
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Intake:
    """Read units from a CSV, GeoPackage, GeoParquet or GeoJSON file.

    Args:
        file: The file.
        registry: The units known so far: parents are looked up there and in the file itself.
        plan: Names of columns and what to fill in.
        progress: Called with the rows done and the rows there are.

    Raises:
        DependencyError: If a boundary file is read without the extra `connect`.
        InputError: If the file cannot be read or has no column of codes.
    """
    plan = plan or Plan()
    found = _shapes(file)
    columns = _columns(file, [shape.properties for shape in found], plan)
    work = _Work(registry, plan, columns)
    for number, shape in enumerate(found, start=1):
        work.take(f"{file.name}:{number + (file.suffix.lower() == '.csv')}", shape)
        if progress and (number % 100 == 0 or number == len(found)):
            progress(number, len(found))
    return work.intake(len(found))


def _shapes(file: Path) -> list[shapes.Shape]:
    if not file.is_file():
        raise InputError("unit-file", where=file.name, found="–")
    if file.suffix.lower() in shapes.SUFFIXES:
        return shapes.read(file)
    if file.suffix.lower() != ".csv":
        raise InputError("unit-file", where=file.name, found=file.suffix)
    return [shapes.Shape(row, None) for _, row in tables.rows_of(file, ())]


def _columns(file: Path, rows: Sequence[Mapping[str, Any]], plan: Plan) -> dict[str, str]:
    there = list(dict.fromkeys(name for row in rows for name in row if name))
    lower = {name.casefold(): name for name in reversed(there)}
    columns = {
        role: next((lower[name] for name in names if name in lower), "")
        for role, names in ROLES.items()
    }
    columns.update(plan.columns)
    missing = [name for role, name in plan.columns.items() if role in ROLES and name not in there]
    if rows and not columns["code"]:
        missing.append("code")
    if missing:
        raise InputError(
            "unit-columns", where=file.name, found=", ".join(there), missing=", ".join(missing)
        )
    return columns


class _Work:
    """The rows of one file on their way to units."""

    def __init__(self, registry: Registry, plan: Plan, columns: Mapping[str, str]) -> None:
        self._registry, self._plan, self._columns = registry, plan, columns
        self._units: dict[str, Unit] = {}
        self._shapes: dict[str, bytes] = {}
        self._aside: list[tuple[str, Mapping[str, Any], SaolaError]] = []
        self._mended = 0

    def take(self, place: str, shape: shapes.Shape) -> None:
        """Make a unit of a row, or set the row aside."""
        try:
            row = self._row(shape)
            unit = tables.unit_of(row)
            self._fresh(unit.code)
            outline = self._outline(shape.geometry)
        except InputError as fault:
            self._aside.append((place, shape.properties, fault))
            return
        self._units[unit.code] = unit
        if outline is not None:
            self._shapes[unit.code] = outline

    def _row(self, shape: shapes.Shape) -> dict[str, str]:
        said = {
            role: _text(shape.properties.get(name)) for role, name in self._columns.items() if name
        }
        row = dict.fromkeys(COLUMNS, "") | said
        row["code"] = self._code(row["code"])
        row["kind"] = self._plan.kind or row["kind"]
        row["source"] = row["source"] or self._plan.source
        if not row["from"] and self._plan.start:
            row["from"] = self._plan.start.isoformat()
        row["parent"] = self._parent(row["parent"], tables.day(row, "from"))
        if shape.geometry is not None and not (row["lat"] and row["lon"]):
            centre = shape.geometry.representative_point()
            row["lat"], row["lon"] = f"{centre.y:.5f}", f"{centre.x:.5f}"
        return row

    def _fresh(self, code: str) -> None:
        if code in self._units:
            raise InputError("unit-twice", found=code)

    def _code(self, said: str) -> str:
        ready = CODE.fullmatch(said) or not self._plan.prefix
        return said if ready else f"{self._plan.prefix}.{said}"

    def _parent(self, said: str, on: dt.date | None) -> str:
        if not said or said in self._units or said in self._registry:
            return said
        return self._registry.resolve(said, self._plan.parent_scheme or None, on=on).code

    def _outline(self, geometry: Any) -> bytes | None:
        if geometry is None or geometry.is_empty or geometry.geom_type == "Point":
            return None
        if geometry.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError("unit-shape", found=geometry.geom_type)
        if not geometry.is_valid:
            import shapely  # noqa: PLC0415  (there already: it read the file)

            geometry = _surfaces(shapely.make_valid(geometry))
            self._mended += 1
        west, south, east, north = geometry.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise InputError("unit-shape", found=f"{west:g} {south:g} {east:g} {north:g}")
        return bytes(geometry.wkb)

    def intake(self, rows: int) -> Intake:
        """Give what was taken."""
        frame = pl.DataFrame(
            {"unit": list(self._shapes), "geometry": list(self._shapes.values())},
            schema=shapes.BOUNDARIES,
        )
        return Intake(tuple(self._units.values()), frame, tuple(self._aside), rows, self._mended)


def _surfaces(shape: Any) -> Any:
    """Keep the surfaces of what mending left: it may add lines where a ring crossed itself."""
    import shapely  # noqa: PLC0415  (needs the extra with shapely)

    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    if not parts:  # a ring that goes there and back on one line
        raise InputError("unit-shape", found=shape.geom_type)
    return shapely.union_all(parts)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def write(found: Intake, folder: Path, name: str) -> list[Path]:
    """Write an intake into a workspace's `units/` folder.

    Args:
        found: The intake.
        folder: The folder; made where absent.
        name: The stem of the files: `<name>.csv`, `<name>.parquet` with the boundaries, and
            `<name>.aside.csv` with the rows set aside and the reason of each.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if name.partition("-")[0].partition(".")[0] in _RESERVED:
        name = f"units-{name}"
    written = [folder / f"{name}.csv"]
    _table(written[0], COLUMNS, (_cells(unit) for unit in found.units))
    if found.boundaries.height:
        written.append(folder / f"{name}.parquet")
        shapes.write(found.boundaries, written[-1])
    if found.aside:
        heads = list(dict.fromkeys(head for _, row, _ in found.aside for head in row))
        written.append(folder / f"{name}.aside.csv")
        rows = [
            [*(_text(row.get(head)) for head in heads), place, fault.code, fault.message()]
            for place, row, fault in found.aside
        ]
        cells = defused(pl.DataFrame(rows, orient="row"))
        _table(written[-1], (*heads, "place", "reason", "message"), cells.iter_rows())
    return written


def _cells(unit: Unit) -> list[str]:
    cells = (
        unit.code,
        unit.kind,
        unit.parent,
        *(unit.names.get(lang, "") for lang in ("vi", "en", "fr")),
        unit.start,
        unit.end,
        unit.lat,
        unit.lon,
        unit.source,
    )
    return [_text(cell) for cell in cells]


def _table(file: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)
