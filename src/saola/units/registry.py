"""The registry: find a unit by code or by any name a file may use for it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

import polars as pl

from saola.errors import InputError
from saola.units import lineage, tables
from saola.units.names import Names
from saola.units.unit import Unit

FRAME = pl.Schema(
    {
        "code": pl.String,
        "kind": pl.String,
        "parent": pl.String,
        "vi": pl.String,
        "en": pl.String,
        "fr": pl.String,
        "from": pl.Date,
        "to": pl.Date,
        "lat": pl.Float64,
        "lon": pl.Float64,
        "tile_x": pl.Int32,
        "tile_y": pl.Int32,
        "source": pl.String,
    }
)
TILES = pl.Schema({"unit": pl.String, "x": pl.Int32, "y": pl.Int32})


class Registry:
    """All units known, with their names, groups, lineage and tiles.

    Args:
        found: The tables read from files.
    """

    def __init__(self, found: tables.Tables) -> None:
        newest = {tile.unit: tile for tile in sorted(found.tiles, key=_since)}
        self._units = {code: _placed(unit, newest) for code, unit in found.units.items()}
        self.aliases = tuple(found.aliases)
        self.lineage = tuple(found.lineage)
        self.aside = tuple(found.aside)
        self._members = tuple(found.members)
        self._tiles = tuple(found.tiles)
        self._below: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            self._below.setdefault(unit.parent, []).append(unit)

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, code: object) -> bool:
        return code in self._units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    @cached_property
    def _names(self) -> Names:
        return Names(self._units, self.aliases)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All units as one frame with the columns of `FRAME`, by code."""
        rows = [
            (
                unit.code,
                unit.kind,
                unit.parent,
                *(unit.names.get(lang, "") for lang in ("vi", "en", "fr")),
                unit.start,
                unit.end,
                unit.lat,
                unit.lon,
                unit.tile_x,
                unit.tile_y,
                unit.source,
            )
            for unit in self._units.values()
        ]
        return pl.DataFrame(rows, schema=FRAME, orient="row").sort("code")

    def unit(self, code: str) -> Unit:
        """Give the unit with a code.

        Raises:
            InputError: If there is none.
        """
        found = self._units.get(code)
        if found is None:
            near = ", ".join(self._names.near(code)) or "–"
            raise InputError("unit-unknown", found=code, near=near)
        return found

    def resolve(
        self,
        alias: str,
        scheme: str | None = None,
        *,
        on: dt.date | None = None,
        within: str | None = None,
        kind: str | None = None,
    ) -> Unit:
        """Give the unit that a file means by a name or a code.

        Case, tones, punctuation and blanks do not count. Where one name is borne by units of
        different times, `on` decides; without it, those that still exist are meant.

        Args:
            alias: The name or code as written.
            scheme: The list it comes from; needed for codes that are all digits.
            on: The day meant, such as the first of the period.
            within: Code of the parent, for names that repeat.
            kind: The kind meant.

        Raises:
            InputError: If no unit bears the name, or several do.
        """
        found = self.find(alias, scheme, on=on, within=within, kind=kind)
        if not found:
            near = ", ".join(self._names.near(alias)) or "–"
            raise InputError("unit-unknown", found=alias.strip(), near=near)
        if len(found) > 1:
            codes = ", ".join(unit.code for unit in found)
            raise InputError("unit-ambiguous", found=alias.strip(), codes=codes)
        return found[0]

    def find(
        self,
        alias: str,
        scheme: str | None = None,
        *,
        on: dt.date | None = None,
        within: str | None = None,
        kind: str | None = None,
    ) -> list[Unit]:
        """Give the units that a file may mean: none, one or several; otherwise as `resolve`.

        No names near to an unknown one are looked for, which takes milliseconds.

        Args:
            alias: The name or code as written.
            scheme: The list it comes from.
            on: The day meant.
            within: Code of the parent.
            kind: The kind meant.
        """
        return self._names.find(alias, scheme=scheme, on=on, within=within, kind=kind)

    def children(
        self,
        code: str,
        kind: str | None = None,
        *,
        on: dt.date | None = None,
        every: bool = False,
    ) -> list[Unit]:
        """Give the units right below one, by code.

        Args:
            code: Code of the parent; `""` for those without one.
            kind: One kind only.
            on: Those that exist on a day; None for those that still exist.
            every: All there ever were, whatever their days.
        """
        found = (
            unit
            for unit in self._below.get(code, ())
            if (kind is None or unit.kind == kind) and (every or unit.exists(on))
        )
        return sorted(found, key=lambda unit: unit.code)

    def select(self, pattern: str, *, on: dt.date | None = None, every: bool = False) -> list[Unit]:
        """Give the units a framework is for.

        Args:
            pattern: A kind (`country`), a family of codes (`VNM.P`), a group (`G.ASEAN`) or one
                unit.
            on: Those that exist, or belong to the group, on a day; None: now.
            every: Whatever their days.
        """
        if pattern in self._units:
            unit = self._units[pattern]
            is_group = unit.kind == "group"
            return self.members(pattern, on=on, every=every) if is_group else [unit]
        found = [
            unit
            for unit in self._units.values()
            if (unit.kind == pattern or unit.code.startswith(pattern + "."))
            and (every or unit.exists(on))
        ]
        return sorted(found, key=lambda unit: unit.code)

    def members(self, group: str, *, on: dt.date | None = None, every: bool = False) -> list[Unit]:
        """Give the members of a group, by code.

        Args:
            group: Its code, such as `G.ASEAN`.
            on: The day; None for present membership.
            every: All that ever belonged to it.
        """
        codes = {
            row.unit
            for row in self._members
            if row.group == group and row.unit in self._units and (every or _lasts(row, on))
        }
        return [self._units[code] for code in sorted(codes)]

    def groups(self, code: str, *, on: dt.date | None = None) -> list[Unit]:
        """Give the groups a unit belongs to on a day, by code; None for the present."""
        codes = {row.group for row in self._members if row.unit == code and _lasts(row, on)}
        return [self._units[group] for group in sorted(codes) if group in self._units]

    def predecessors(self, code: str) -> list[lineage.Lineage]:
        """Give the steps of lineage that lead to a unit."""
        return [step for step in self.lineage if step.new == code]

    def successors(self, code: str) -> list[lineage.Lineage]:
        """Give the steps of lineage that lead away from a unit."""
        return [step for step in self.lineage if step.old == code]

    def rebase(
        self, frame: pl.DataFrame, *, on: dt.date, values: Sequence[str] = ("value",)
    ) -> pl.DataFrame:
        """Carry values over to the units of another day; see `saola.units.lineage.rebase`.

        Args:
            frame: A column `unit`, the columns named in `values`, and key columns.
            on: The day whose units are wanted.
            values: Names of the columns to carry over.

        Raises:
            InputError: If a column is missing.
        """
        return lineage.rebase(frame, self.lineage, on=on, values=values)

    def tiles(self, grid: str, *, on: dt.date | None = None) -> pl.DataFrame:
        """Give the tile grid of a family of units as it stands on a day.

        Args:
            grid: The family, such as `VNM.P`.
            on: The day; None for the newest grid.

        Returns:
            Columns `unit, x, y`: column from the west, row from the north.
        """
        rows = [
            (tile.unit, tile.x, tile.y)
            for tile in self._tiles
            if tile.grid == grid and _lasts(tile, on)
        ]
        return pl.DataFrame(rows, schema=TILES, orient="row").sort("y", "x")

    def _repr_html_(self) -> str:
        return self.frame._repr_html_()


def _since(tile: tables.Tile) -> dt.date:
    return tile.start or dt.date.min


def _lasts(row: tables.Member | tables.Tile, on: dt.date | None) -> bool:
    if on is None:
        return row.end is None
    return (row.start is None or row.start <= on) and (row.end is None or on <= row.end)


def _placed(unit: Unit, newest: dict[str, tables.Tile]) -> Unit:
    tile = newest.get(unit.code)
    return unit if tile is None else replace(unit, tile_x=tile.x, tile_y=tile.y)


@cache
def _shipped() -> Registry:
    return Registry(tables.read([resources.files("saola") / "data" / "units"]))


def registry(extra_folder: Path | str | None = None) -> Registry:
    """Give the units shipped, and after them those of a folder such as a workspace's `units/`.

    A row of the folder replaces the shipped row of the same code. Bad rows are left out and stand
    in `Registry.aside` with their place and reason.

    Args:
        extra_folder: A folder of CSV files; it may be absent.

    Raises:
        InputError: If a file lacks a column or is not UTF-8 text.
    """
    if extra_folder is None or not Path(extra_folder).is_dir():
        return _shipped()
    return Registry(tables.read([resources.files("saola") / "data" / "units", Path(extra_folder)]))
