"""Which column of a file is which field: by name, by alias, and as it was mapped before."""

import json
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz

from saola.errors import InputError, raise_all
from saola.language import fold
from saola.server.registries import reading, rules
from saola.server.registries.rules import REASONS, Field
from saola.workspace import whole

CONSTANT = "="
SURE = 0.9
LOOKED_AT = 200


def memory(home: Path, register: str) -> Path:
    """Name the file in which a register's mappings are remembered."""
    return home / "files" / "mappings" / f"{register}.json"


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


def choose(
    part: pl.DataFrame, fields: list[Field], memory: Path, given: dict[str, str] | None
) -> dict[str, str]:
    """Map fields to columns: as is said, as it was before, by name, and by what stands in them.

    Args:
        part: The first rows of the file.
        fields: What the register knows.
        memory: The file of mappings remembered.
        given: Field → head, or empty for none, over what is guessed.

    Raises:
        InputError: If a field or head that is said is not there.
    """
    heads = [head for head in part.columns if head != reading.CELLS]
    _check_given(given or {}, heads, fields)
    found = guess(heads, fields, recall(memory)) | (given or {})
    found |= by_content(part.select(heads).head(LOOKED_AT), fields, found)
    return {name: head for name, head in found.items() if head}


def _check_given(given: dict[str, str], heads: list[str], fields: list[Field]) -> None:
    """Refuse fields and heads that are not there, naming those that are, the nearest first."""
    names = [field.name for field in fields]
    faults = [
        InputError("intake-field", where="--column", found=name, known=_nearest(name, names))
        for name in given
        if name not in names
    ]
    faults += [
        InputError("intake-head", where=f"--column {name}", found=head, known=_nearest(head, heads))
        for name, head in given.items()
        if head and not head.startswith(CONSTANT) and head not in heads
    ]
    raise_all(faults)


def _nearest(said: str, known: list[str]) -> str:
    """List names, those first that are spelt most like what was said."""
    alike = {name: fuzz.ratio(_key(said), _key(name)) for name in known}
    return ", ".join(f"“{name}”" for name in sorted(known, key=lambda name: -alike[name]))


def by_content(part: pl.DataFrame, fields: list[Field], found: dict[str, str]) -> dict[str, str]:
    """Guess what columns mean by what stands in them, where their heads say nothing.

    Only fields whose values have a form of their own are guessed, and each column once.

    Args:
        part: The first rows.
        fields: What the register knows.
        found: Field → head, known already.
    """
    more: dict[str, str] = {}
    telling = [each for each in fields if each.kind == "choice" or each.pattern or _dated(each)]
    for each in telling:
        taken = {*found.values(), *more.values()}
        free = [head for head in part.columns if head not in taken]
        fits = {head: _share(part[head], each) for head in free}
        best = max(fits, key=lambda head: fits[head], default="")
        if each.name not in found and best and fits[best] >= SURE:
            more[each.name] = best
    return more


def _dated(each: Field) -> bool:
    return each.kind == "date" and each.required


def _share(column: pl.Series, each: Field) -> float:
    """Give the share of the filled cells of a column that a field's rules accept."""
    filled = column.drop_nulls()
    filled = filled.filter(filled.str.strip_chars() != "")
    if each.kind == "name" or filled.len() < min(3, column.len()):
        return 0.0
    judged = rules.apply(pl.DataFrame({each.name: filled}), [each])
    return float((judged[REASONS].list.len() == 0).mean() or 0.0)  # type: ignore[arg-type]  # of booleans


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
    with whole(file) as part:
        part.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
