"""A linkage model: which columns are compared how, which keys decide, which pairs are looked at."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from saola.errors import InputError, SaolaError, raise_all
from saola.linkage.levels import KINDS

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
        InputError: If there is no such model, or it has unknown keys or kinds.
    """
    if str(name) in shipped():
        file = resources.files("saola.linkage") / "models" / f"{name}.toml"
        return from_table(tomllib.loads(file.read_text(encoding="utf-8")), where=str(name))
    path = Path(name)
    if not path.is_file():
        raise InputError("link-model-unknown", found=name, known=", ".join(shipped()))
    return from_table(tomllib.loads(path.read_text(encoding="utf-8")), where=str(path))


def from_table(table: dict[str, Any], *, where: str) -> LinkModel:
    """Make a model from a parsed TOML table; all faults are listed at once.

    Raises:
        InputError: If keys or kinds are unknown, or a part is missing.
    """
    faults: list[SaolaError] = [
        InputError("link-model-key", where=where, found=key) for key in sorted(set(table) - _KEYS)
    ]
    faults += [
        InputError("link-model-key", where=where, found=f"-{key}")
        for key in ("id", "columns", "block")
        if key not in table
    ]
    columns = dict(table.get("columns", {}))
    faults += [
        InputError(
            "link-model-kind", where=f"{where}: {column}", found=kind, known=", ".join(KINDS)
        )
        for column, kind in columns.items()
        if kind not in KINDS
    ]
    raise_all(faults)
    return LinkModel(
        id=table["id"],
        record=table.get("record", "record"),
        columns=columns,
        keys=tuple(
            Key(tuple(key["on"]), key.get("confirm", "TRUE")) for key in table.get("key", [])
        ),
        witness=tuple(table.get("witness", {}).get("on", ())),
        blocks=tuple(tuple(block["on"]) for block in table["block"]),
        partitions=tuple(tuple(each["on"]) for each in table.get("partition", [])),
    )
