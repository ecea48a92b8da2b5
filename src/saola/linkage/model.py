"""A linkage model: which columns are compared how, which keys decide, which pairs are looked at."""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from saola.errors import InputError, SaolaError, raise_all
from saola.linkage.levels import KINDS, determined

_PARTS = {"key": list, "witness": dict, "block": list, "partition": list}
_NAME = re.compile(r"(?!(?:unique_id|side|record)$)[A-Za-z_][A-Za-z0-9_]*")
_AT = re.compile(r"at line (\d+), column (\d+)")
_KEYS = {"id", "record", "source", "columns", "key", "witness", "block", "partition"}


@dataclass(frozen=True)
class Key:
    """Columns whose equality makes two records one person.

    Attributes:
        on: The columns.
        confirm: A condition in SQL over `<column>_l` and `<column>_r` that has to hold too.
    """

    on: tuple[str, ...]
    confirm: str = "TRUE"


@dataclass(frozen=True)
class LinkModel:
    """How records are compared.

    Attributes:
        id: The model's name.
        record: The column that identifies a record; row numbers where a file has none.
        columns: Column → kind of comparison, one of `saola.linkage.levels.KINDS`.
        keys: What decides alone, tried first.
        witness: Columns that find pairs independently of the keys.
        blocks: Pairs that agree on one of these sets of columns are compared.
        partitions: Columns by which a large file is parted, for blocks that determine them.
    """

    id: str
    record: str
    columns: dict[str, str]
    keys: tuple[Key, ...]
    witness: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    partitions: tuple[tuple[str, ...], ...] = ()

    def missing(self, found: list[str]) -> list[str]:
        """List the columns that a file lacks."""
        return [column for column in self.columns if column not in found]


def shipped() -> list[str]:
    """Name the models that come with Saola."""
    folder = resources.files("saola.linkage") / "models"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir())


def load(name: str | Path) -> LinkModel:
    """Read a model by its shipped name or from a TOML file.

    Raises:
        InputError: If there is no such model, it is no TOML, or has what a model cannot have.
    """
    if str(name) in shipped():
        file = resources.files("saola.linkage") / "models" / f"{name}.toml"
        return from_table(tomllib.loads(file.read_text(encoding="utf-8")), where=str(name))
    path = Path(name)
    if not path.is_file():
        raise InputError("link-model-unknown", found=name, known=", ".join(shipped()))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("link-model-unreadable", where=str(path), found=_place(error)) from None
    return from_table(table, where=str(path))


def _place(error: ValueError) -> str:
    """Give the line and the column at which a text is no TOML, as `3:7`; a dash where none is."""
    found = _AT.search(str(error))
    return f"{found[1]}:{found[2]}" if found else "–"


def from_table(table: dict[str, Any], *, where: str) -> LinkModel:
    """Make a model from a parsed TOML table; all faults are listed at once.

    Raises:
        InputError: If keys, kinds or columns are unknown, or a part is missing or of another form.
    """
    faults = _unknown(table, where)
    columns = table.get("columns", {})
    if not isinstance(columns, dict) or not all(map(_NAME.fullmatch, columns)):
        faults.append(InputError("link-model-form", where=f"{where}: columns", found=columns))
        raise_all(faults)
    faults += [
        InputError(
            "link-model-kind", where=f"{where}: {column}", found=kind, known=", ".join(KINDS)
        )
        for column, kind in columns.items()
        if kind not in KINDS
    ]
    known = determined(columns, columns)
    for part in _PARTS if columns else ():
        for each in _listed(table.get(part, [])):
            faults += _unsound(each, f"{where}: {part}", known)
    raise_all(faults)
    return LinkModel(
        id=str(table["id"]),
        record=str(table.get("record", "record")),
        columns=columns,
        keys=tuple(
            Key(tuple(key["on"]), str(key.get("confirm", "TRUE"))) for key in table.get("key", [])
        ),
        witness=tuple(table.get("witness", {}).get("on", ())),
        blocks=tuple(tuple(block["on"]) for block in table["block"]),
        partitions=tuple(tuple(each["on"]) for each in table.get("partition", [])),
    )


def _unknown(table: dict[str, Any], where: str) -> list[SaolaError]:
    """List keys that do not belong, and those that are missing or of another form."""
    faults = [InputError("link-model-key", where=where, found=key) for key in set(table) - _KEYS]
    faults += [
        InputError("link-model-key", where=where, found=f"-{key}")
        for key in ("id", "columns", "block")
        if key not in table
    ]
    faults += [
        InputError("link-model-form", where=f"{where}: {part}", found=table[part])
        for part, form in _PARTS.items()
        if part in table and not isinstance(table[part], form)
    ]
    if not table.get("columns", True):
        faults.append(InputError("link-model-form", where=f"{where}: columns", found="{}"))
    if not table.get("block", True):
        faults.append(InputError("link-model-blocks", where=where))
    return sorted(faults, key=lambda fault: (fault.code, str(fault.found)))


def _listed(part: object) -> list[Any]:
    return part if isinstance(part, list) else [part]


def _unsound(part: object, where: str, known: set[str]) -> list[SaolaError]:
    """List what is wrong with the columns that a key, a block or the like names."""
    on = part.get("on") if isinstance(part, dict) else None
    if not isinstance(on, list) or not on or not all(isinstance(each, str) for each in on):
        return [InputError("link-model-form", where=where, found=part)]
    return [
        InputError("link-model-column", where=where, found=each, known=", ".join(sorted(known)))
        for each in on
        if each not in known
    ]
