"""Numbers as people write them, and what tells a decimal point from a decimal comma.

Most forms can be read one way only: 1234.5, 1,234.5, 1.234,5, 0,125, 1 234,5, 45 %. Two cannot:
`12,345` and `12.345` are about twelve in one country and twelve thousand in another. The rest of
the file says which, or the person who reads it.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Decimal = Literal[".", ","]

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_ENGLISH = r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"
_COMMA = r"^[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+),\d+$|^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$"
_EITHER = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
# What only a decimal point, and only a decimal comma, would be written as.
_TELLS_POINT = r"^[+-]?(\d*\.\d*|[1-9]\d{0,2}(,\d{3})+\.\d+|[1-9]\d{0,2}(,\d{3}){2,})$"
_TELLS_COMMA = _COMMA


@dataclass(frozen=True)
class Told:
    """Which decimal marks a file has shown so far.

    Attributes:
        point: Some number can only be read with a decimal point.
        comma: Some number can only be read with a decimal comma.
    """

    point: bool = False
    comma: bool = False

    def __or__(self, other: "Told") -> "Told":
        """Put together what two parts of a file show."""
        return Told(self.point or other.point, self.comma or other.comma)

    @property
    def decimal(self) -> Decimal | None:
        """The mark that the numbers agree on; none where they show none or both."""
        if self.point == self.comma:
            return None
        return "." if self.point else ","


def told(rows: pl.DataFrame, columns: list[str]) -> Told:
    """Say which decimal marks some columns of texts show.

    Args:
        rows: Texts.
        columns: Those that hold numbers.
    """
    found = rows.select(
        pl.any_horizontal(_shows(_bare(name), _TELLS_POINT) for name in columns).alias("point"),
        pl.any_horizontal(_shows(_bare(name), _TELLS_COMMA) for name in columns).alias("comma"),
    )
    return Told(bool(found["point"].any()), bool(found["comma"].any()))


def _shows(bare: pl.Expr, pattern: str) -> pl.Expr:
    return bare.str.contains(pattern) & ~bare.str.contains(_EITHER)


def ambiguous(name: str) -> pl.Expr:
    """Tell the texts of a column that are one number with a point and another with a comma."""
    return _bare(name).str.contains(_EITHER).fill_null(value=False)


def number(name: str, decimal: Decimal | None) -> pl.Expr:
    """Read the texts of a column as numbers; null where they are none, or could be two.

    Args:
        name: The column.
        decimal: How a text that could be two numbers is read.
    """
    bare = _bare(name)
    either = bare.str.contains(_EITHER)
    english = bare.str.replace_all(",", "")
    local = bare.str.replace_all(r"\.", "").str.replace(",", ".")
    decided = {".": english, ",": local, None: pl.lit(None, pl.String)}[decimal]
    found = (
        pl.when(either)
        .then(decided)
        .when(bare.str.contains(_PLAIN))
        .then(bare)
        .when(bare.str.contains(_ENGLISH))
        .then(english)
        .when(bare.str.contains(_COMMA))
        .then(local)
        .cast(pl.Float64, strict=False)
    )
    return pl.when(_tight(name).str.ends_with("%")).then(found / 100).otherwise(found)


def _tight(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"[\s\u00a0\u202f]", "")


def _bare(name: str) -> pl.Expr:
    return _tight(name).str.strip_suffix("%")
