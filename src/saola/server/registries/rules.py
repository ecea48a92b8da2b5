"""Rules as data: what a field must look like, checked for whole columns at once."""

import tomllib
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import polars as pl

REASONS = "__reasons"  # why a row is set aside
REVIEW = "__review"  # why somebody has to look at it
ROW = "__row"  # its number in the file
COMMUNE, PLACE = "commune", "place"
TYPED = frozenset({"date", "choice", "decimal", "whole"})


@dataclass(frozen=True)
class Field:
    """One field of a register.

    Attributes:
        name: Its name.
        item: The number of the item in the law.
        aliases: Other heads that files use for it.
        kind: `text`, `name`, `date`, `choice`, `digits`, `decimal` (comma or point), `whole`.
        required: Whether a record without it is set aside.
        choices: What a `choice` may be → the value kept, folded.
        pattern: What the text must match, as a regular expression.
        longest: The most characters.
        identifies: The item that tells one record from another and that it is, or is a part of.
        unit: Whether it names a unit: `commune`, or `place`, which may be words as well.
        on: Where it names a unit, the field with the day of which it is said; empty for a field
            that is empty, or none: today. `ever` for no day.
    """

    name: str
    item: int
    aliases: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    choices: dict[str, str] | None = None
    pattern: str = ""
    longest: int = 200
    identifies: str = ""
    unit: str = ""
    on: str = ""


def load(file: Traversable) -> list[Field]:
    """Read the fields of a register from TOML."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Field(**(row | {"aliases": tuple(row.get("aliases", ()))})) for row in table["field"]]


_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d")
# Single blanks between visible signs that Unicode never recomposes: nothing to clean.
_TIDY = r"^(?:[!-~\u{C0}-\u{24F}\u{1EA0}-\u{1EF9}]+ ?)*[!-~\u{C0}-\u{24F}\u{1EA0}-\u{1EF9}]$"


def apply(frame: pl.DataFrame, fields: list[Field]) -> pl.DataFrame:
    """Clean the mapped columns and list in `REASONS` what is wrong with each row.

    Args:
        frame: Text columns named as fields; fields that the file lacks are added empty.
        fields: The register's fields.

    Returns:
        The columns in their types (dates as `Date`), and `REASONS`: a list of codes a row.
    """
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    tidy = frame.with_columns(
        cleaned(frame[field.name] if field.name in frame.columns else empty, field)
        for field in fields
    )
    faults = {code: wrong for field in fields for code, wrong in _faults(field).items()}
    marked = mark(tidy, faults)
    return marked.with_columns(_value(field).alias(field.name) for field in fields)


def mark(frame: pl.DataFrame, faults: dict[str, pl.Expr], *, into: str = REASONS) -> pl.DataFrame:
    """Add to each row's list the codes of the faults it has.

    Most rows have none, so lists are only made of the rows and codes that occur.

    Args:
        frame: Any columns; `into` is made where it is not there yet.
        faults: Code → an expression that is true for a faulty row; null counts as false.
        into: The column of lists.
    """
    none = pl.Series(into, [[]], dtype=pl.List(pl.String))
    if into not in frame.columns:
        frame = frame.with_columns(none.new_from_index(0, frame.height))
    masks = frame.select(wrong.fill_null(value=False).alias(code) for code, wrong in faults.items())
    present = [mask.name for mask in masks if mask.any()]
    if not present:
        return frame
    bad = masks.select(pl.any_horizontal(present)).to_series()
    codes = [pl.when(pl.col(code)).then(pl.lit(code)) for code in present]
    lists = masks.filter(bad).select(pl.concat_list(codes).list.drop_nulls().alias(into))
    places = pl.select(pl.when(bad).then(bad.cum_sum() - 1).otherwise(lists.height)).to_series()
    found = lists.to_series().append(none).gather(places.cast(pl.UInt32))
    return frame.with_columns(pl.col(into).list.concat(found))


def cleaned(text: pl.Series, field: Field) -> pl.Series:
    """Compose letters, single the blanks, and make of nothing null; only where there is need."""
    text = text.alias(field.name)
    if text.null_count() == len(text):
        return text
    pattern = r"^[0-9]+$" if field.kind == "digits" else _TIDY
    places = (~text.str.contains(pattern)).arg_true()
    if not len(places):
        return text
    return text.scatter(places, text.gather(places).to_frame().select(trimmed(field)).to_series())


def trimmed(field: Field) -> pl.Expr:
    """Give the cleaned column of a field, worked out for every cell."""
    text = pl.col(field.name).str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    if field.kind == "digits":
        text = text.str.replace_all(r"[ .\-']", "")
    return pl.when(text != "").then(text).alias(field.name)


def _value(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    if field.kind == "date":
        return pl.coalesce(column.str.to_date(form, strict=False) for form in _DATES)
    if field.kind == "choice" and field.choices:
        return column.str.to_lowercase().replace_strict(field.choices, default=None)
    if field.kind == "decimal":
        number = column.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        return pl.when(number.is_finite()).then(number)
    if field.kind == "whole":
        return column.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    return column


def _faults(field: Field) -> dict[str, pl.Expr]:
    """Give what is wrong with a cleaned, still unconverted column, by code."""
    column = pl.col(field.name)
    found: dict[str, pl.Expr] = {}
    if field.required:
        found["missing"] = column.is_null()
    if field.kind in TYPED:
        found["unreadable"] = column.is_not_null() & _value(field).is_null()
    elif field.unit != COMMUNE:  # what is written may be longer than the code it is kept as
        found["long"] = column.str.len_chars() > field.longest
    if field.pattern:
        found["form"] = ~column.str.contains(field.pattern)
    return {f"{field.name}-{kind}": wrong for kind, wrong in found.items()}
