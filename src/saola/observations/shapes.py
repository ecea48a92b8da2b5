"""The shapes a table of observations comes in, and the one shape they are brought into.

- *long*: one value a row, the columns named as in `saola.observations`;
- *wide*: one unit (and period) a row, one indicator a column;
- *un*: the United Nations' e-government file as it is downloaded;
- *sdmx*: SDMX-CSV 2.0, dimensions in upper case;
- *mapped*: any other, with a mapping that says which column is what.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from saola.errors import InputError
from saola.observations.numbers import Decimal
from saola.observations.table import SCHEMA
from saola.observations.tabular import FAULT, LINE

COLUMN = "_column"
OWN = [name for name in SCHEMA if name not in ("recorded", "batch")]
TEXTS = pl.Schema(dict.fromkeys([*OWN, COLUMN, FAULT], pl.String()) | {LINE: pl.UInt32()})


@dataclass(frozen=True)
class Columns:
    """Which column of a file is what: its mapping.

    Attributes:
        columns: Our name → the file's column.
        values: The file's column → the indicator it holds; empty for a long file.
        constants: Our name → one value for all rows.
        scheme: The list of codes that the file names units by.
        decimal: The file's decimal mark; by default the numbers tell.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    scheme: str = ""
    decimal: Decimal | None = None


UN = Columns(
    columns={"unit": "Country Name", "period": "Survey Year"},
    values={
        "E-Government Index": "un-egdi",
        "E-Government Rank": "un-egdi-rank",
        "E-Participation Index": "un-epi",
        "Online Service Index": "un-osi",
        "Human Capital Index": "un-hci",
        "Telecommunication Infrastructure Index": "un-tii",
    },
    constants={"source": "United Nations DESA, E-Government Survey"},
    decimal=".",
)

SDMX = {
    "INDICATOR": "indicator",
    "REF_AREA": "unit",
    "TIME_PERIOD": "period",
    "OBS_VALUE": "value",
    "FIELD": "field",
    "BREAKDOWN": "breakdown",
    "OBS_STATUS": "status",
    "CATEGORY": "category",
    "OBS_CHECK": "check",
    "OBS_STDERR": "stderr",
    "SOURCE": "source",
}


def read_mapping(path: Path) -> Columns:
    """Read a mapping file: tables `columns`, `values`, `constants`, and `scheme`, `decimal`.

    Raises:
        InputError: `file-absent`, `toml-malformed`, `key-unknown` or `mapping-malformed`.
    """
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("toml-malformed", where=str(path), found=error) from error
    for key, value in table.items():
        if key not in _MAPPING:
            raise InputError("key-unknown", where=path.name, found=key, keys=", ".join(_MAPPING))
        _typed(path, key, value)
    for name in (*table.get("columns", {}), *table.get("constants", {})):
        if name not in OWN:
            raise InputError("key-unknown", where=path.name, found=name, keys=", ".join(OWN))
    return Columns(**{key: _texts(value) for key, value in table.items()})


_MAPPING = ("columns", "values", "constants", "scheme", "decimal")


def _typed(path: Path, key: str, value: Any) -> None:
    """Refuse what is not of the kind that a key of a mapping takes."""
    if key == "decimal":
        sound = value in (".", ",")
    elif key == "scheme":
        sound = isinstance(value, str)
    else:
        plain = str if key != "constants" else str | int | float
        sound = isinstance(value, dict) and all(
            isinstance(each, plain) and not isinstance(each, bool) for each in value.values()
        )
    if not sound:
        raise InputError("mapping-malformed", where=f"{path.name} {key}", found=value)


def _texts(value: Any) -> Any:
    """Write a mapping's constants as texts: a period may be given as the number 2024."""
    return {ours: str(each) for ours, each in value.items()} if isinstance(value, dict) else value


def mapping_of(columns: Iterable[str], *, constants: Mapping[str, str], name: str) -> Columns:
    """Tell the shape of a file by its columns.

    Args:
        columns: The file's columns.
        constants: Values given for all rows, such as the period.
        name: The file's name, for errors.

    Raises:
        InputError: `columns-unknown`, where no shape fits.
    """
    given = [column for column in columns if column not in (LINE, FAULT)]
    folded = {column.strip().lower(): column for column in given}
    if set(UN.columns.values()) <= set(given):
        values = {column: code for column, code in UN.values.items() if column in given}
        return Columns(UN.columns, values, {**UN.constants, **constants}, decimal=UN.decimal)
    if {"STRUCTURE", "STRUCTURE_ID"} & set(given) or {"REF_AREA", "OBS_VALUE"} <= set(given):
        columns_ = {ours: theirs for theirs, ours in SDMX.items() if theirs in given}
        return Columns(columns_, {}, dict(constants), decimal=".")
    ours = {each: folded[each] for each in OWN if each in folded}
    if "unit" not in ours and "unit" not in constants:
        raise InputError("columns-unknown", where=f"{name}:1", found=", ".join(given))
    if "period" not in ours and "period" not in constants:
        raise InputError("period-absent", where=f"{name}:1", found=", ".join(given))
    if "indicator" in ours or "indicator" in constants:
        return Columns(ours, {}, dict(constants))
    skip = {
        *ours.values(),
        *(folded[each] for each in ("name", "unit_name", "label") if each in folded),
    }
    values = {column: column.strip() for column in given if column not in skip}
    if not values:
        raise InputError("columns-unknown", where=f"{name}:1", found=", ".join(given))
    return Columns({k: v for k, v in ours.items() if k != "value"}, values, dict(constants))


def headed(cells: Iterable[str], mapping: Columns | None, constants: Mapping[str, str]) -> bool:
    """Tell whether a line of a file is its header: whether a shape fits it, or the mapping does."""
    found = [cell for cell in cells if cell]
    if mapping:
        wanted = {*mapping.columns.values(), *mapping.values}
        return bool(wanted) and wanted <= set(found)
    try:
        mapping_of(found, constants=constants, name="")
    except InputError as error:
        return error.code == "period-absent"
    return True


# `Source: …`, `Notes : …`, `Nguồn: …` under a table; no code or name of a unit begins so.
_NOTE = r"(?i)^\s*[*(]?\s*(sources?|notes?|nguồn|ghi chú|chú thích|remarques?)\b[^\w:]*:"


def without_notes(block: pl.DataFrame, mapping: Columns) -> pl.DataFrame:
    """Leave off the lines under a wide table that say where it comes from or explain it.

    Args:
        block: From `tabular.blocks`.
        mapping: Which column is what; of a long file no line is left off.
    """
    if not mapping.values:
        return block
    # A column of the mapping that the file lacks is told by `lengthen`.
    heads = {block.columns[0], mapping.columns.get("unit", "")} & set(block.columns)
    noted = [pl.col(head).str.contains(_NOTE).fill_null(value=False) for head in heads]
    return block.filter(~pl.any_horizontal(noted))


def lengthen(block: pl.DataFrame, mapping: Columns, *, name: str) -> pl.DataFrame:
    """Bring a block into the long shape, still as strings.

    Args:
        block: From `tabular.blocks`.
        mapping: Which column is what.
        name: The file's name, for errors.

    Returns:
        Frame of schema `TEXTS`; an empty cell of a wide file is no row. A line of it without any
        value comes as one row without indicator, so that its other faults can be told.

    Raises:
        InputError: `column-absent`; `column-twice`, where the rows of a wide file and the head of
            a column both say the same of a value.
    """
    for column in (*mapping.columns.values(), *mapping.values):
        if column not in block.columns:
            found = ", ".join(c for c in block.columns if c not in (LINE, FAULT))
            raise InputError("column-absent", where=f"{name}:1", found=column, columns=found)
    keys = {ours: pl.lit(said) for ours, said in mapping.constants.items()}
    keys |= {ours: pl.col(theirs) for ours, theirs in mapping.columns.items()}
    if mapping.values:
        parts = [_one(block, column, code, keys, name) for column, code in mapping.values.items()]
        long = pl.concat([*parts, _bare(block, mapping, keys)], how="diagonal")
    else:
        named = pl.lit(mapping.columns.get("value", ""))
        long = block.select(LINE, FAULT, **keys, _column=named)
    missing = [pl.lit(None, pl.String).alias(each) for each in TEXTS if each not in long.columns]
    return long.with_columns(missing).select(TEXTS.names()).cast(TEXTS)


def _bare(block: pl.DataFrame, mapping: Columns, keys: dict[str, pl.Expr]) -> pl.DataFrame:
    """Take the lines of a wide file that hold no value."""
    blank = pl.col(list(mapping.values)).fill_null("").str.strip_chars() == ""
    return block.filter(pl.all_horizontal(blank)).select(
        LINE, FAULT, **keys, indicator=pl.lit(None, pl.String), _column=pl.lit("")
    )


# `people-online`, `people-online[SEX=F]`, `category:chair`
_HEADER = re.compile(r"(?P<kind>category:)?(?P<code>[^\[\]]+?)(?:\[(?P<breakdown>[^\]]+)\])?")


def _one(
    block: pl.DataFrame, column: str, code: str, keys: dict[str, pl.Expr], name: str
) -> pl.DataFrame:
    """Take one column of a wide file; an empty cell is no row."""
    found = _HEADER.fullmatch(code)
    kind, indicator, part = (
        found.group("kind", "code", "breakdown") if found else (None, code, None)
    )
    value = "category" if kind else "value"
    given = {"indicator": pl.lit(indicator), value: pl.col(column)}
    if part:
        given["breakdown"] = pl.lit(part)
    if twice := given.keys() & keys.keys():
        both = ", ".join((*sorted(twice), column))
        raise InputError("column-twice", where=f"{name}:1", found=both)
    rows = block.select(LINE, FAULT, **keys, **given, _column=pl.lit(column))
    return rows.filter(pl.col(value).str.strip_chars() != "")
