"""Rules as data: what a field must look like, checked for whole columns at once."""

import tomllib
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import polars as pl

REASONS = "__reasons"
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
    """

    name: str
    item: int
    aliases: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    choices: dict[str, str] | None = None
    pattern: str = ""
    longest: int = 200


def load(file: Traversable) -> list[Field]:
    """Read the fields of a register from TOML."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Field(**(row | {"aliases": tuple(row.get("aliases", ()))})) for row in table["field"]]


_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d")


def apply(frame: pl.DataFrame, fields: list[Field]) -> pl.DataFrame:
    """Clean the mapped columns and list in `REASONS` what is wrong with each row.

    Args:
        frame: Text columns named as fields; fields that the file lacks are added empty.
        fields: The register's fields.

    Returns:
        The columns in their types (dates as `Date`), and `REASONS`: a list of codes a row.
    """
    lacking = [field.name for field in fields if field.name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking)
    frame = frame.with_columns(_trimmed(field) for field in fields)
    values = [_value(field).alias(field.name) for field in fields]
    wrong = [fault for field in fields for fault in _faults(field)]
    return frame.with_columns(*values, pl.concat_list(wrong).list.drop_nulls().alias(REASONS))


def _trimmed(field: Field) -> pl.Expr:
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


def _faults(field: Field) -> list[pl.Expr]:
    column = pl.col(field.name)
    found: list[pl.Expr] = []

    def code(kind: str, wrong: pl.Expr) -> None:
        found.append(pl.when(wrong.fill_null(False)).then(pl.lit(f"{field.name}-{kind}")))

    if field.required:
        code("missing", column.is_null())
    if field.kind in TYPED:
        code("unreadable", column.is_not_null() & _value(field).is_null())
    else:
        code("long", column.str.len_chars() > field.longest)
    if field.pattern:
        code("form", ~column.str.contains(field.pattern))
    return found
