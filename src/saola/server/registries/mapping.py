"""Which column of a file is which field: by name, by alias, and as it was mapped before."""

import json
from pathlib import Path

import polars as pl

from saola.errors import InputError
from saola.language import fold
from saola.server.registries.rules import Field

CONSTANT = "="


def column(head: str) -> pl.Expr:
    """Give the column of a head; `=value` is that value in every row."""
    return pl.lit(head[1:]) if head.startswith(CONSTANT) else pl.col(head)


def _key(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


def guess(heads: list[str], fields: list[Field], remembered: dict[str, str]) -> dict[str, str]:
    """Map fields to the heads of a file.

    Args:
        heads: The file's columns.
        fields: What the register knows.
        remembered: Folded head → field, from earlier files.

    Returns:
        Field → head; a field that no head fits is left out.
    """
    names = {_key(alias): field.name for field in fields for alias in (field.name, *field.aliases)}
    found: dict[str, str] = {}
    for head in heads:
        field = remembered.get(_key(head)) or names.get(_key(head))
        if field and field not in found:
            found[field] = head
    return found


def check(mapping: dict[str, str], fields: list[Field]) -> None:
    """Refuse a mapping without the fields that every record needs.

    Raises:
        InputError: If a required field has no column.
    """
    lacking = [field.name for field in fields if field.required and field.name not in mapping]
    if lacking:
        raise InputError("intake-column", found=", ".join(lacking))


def recall(file: Path) -> dict[str, str]:
    """Read the heads mapped before: folded head → field."""
    if not file.is_file():
        return {}
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def remember(file: Path, mapping: dict[str, str]) -> None:
    """Keep a mapping for the next file with these heads; values for every row are not kept."""
    heads = {field: head for field, head in mapping.items() if not head.startswith(CONSTANT)}
    known = recall(file) | {_key(head): field for field, head in heads.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
