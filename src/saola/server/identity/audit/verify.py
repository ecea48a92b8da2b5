"""Check an exported log without its server: files and a public key are enough.

An export is JSON lines. The first is the header with the log's verifier key; then come leaves in
order, `{"leaf": {…}}`, some with `"salt"` and `"facts"` that open their commitment, and
checkpoints, `{"checkpoint": "…"}`, each after the leaves it covers.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from saola.errors import InputError, IntegrityError
from saola.server.identity.audit import leaf, note, tree


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of an export found.

    Attributes:
        leaves: Leaves read.
        checkpoints: Checkpoints whose signature and root held.
        opened: Leaves whose facts matched their commitment.
        covered: Leaves under the last checkpoint.
        key: The verifier key used.
        trusted: Whether the caller named that key; otherwise it is the file's own claim.
    """

    leaves: int
    checkpoints: int
    opened: int
    covered: int
    key: str
    trusted: bool


@dataclass
class _Reading:
    origin: str
    public: bytes
    size: int = 0
    covered: int = 0
    checkpoints: int = 0
    opened: int = 0
    frontier: list[bytes] = field(default_factory=list)


def verify(lines: Iterable[str], *, key: str = "", where: str = "") -> Verdict:
    """Check every leaf, commitment and checkpoint of an export.

    Args:
        lines: The lines of the file.
        key: The verifier key got from elsewhere; by default the one in the file.
        where: The file's name, for messages.

    Raises:
        InputError: If the file is not an export.
        IntegrityError: If a leaf, a commitment or a checkpoint does not hold.
    """
    rows = iter(lines)
    header = _row(next(rows, ""), f"{where}:1")
    said = key or str(header.get("key", ""))
    read = note.read_verifier(said)
    if read is None:
        raise InputError("log-key-malformed", where=f"{where}:1", found=said)
    state = _Reading(origin=read[0], public=read[1])
    for place, line in enumerate(rows, start=2):
        if line.strip():
            _step(state, _row(line, f"{where}:{place}"), f"{where}:{place}")
    return Verdict(
        state.size, state.checkpoints, state.opened, state.covered, said, trusted=bool(key)
    )


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise InputError("log-malformed", where=where, found=line[:60].strip())
    return row


def _step(state: _Reading, row: dict[str, Any], where: str) -> None:
    if isinstance(row.get("leaf"), dict):
        content = row["leaf"]
        state.frontier = tree.extend(state.frontier, state.size, leaf.hash_of(content))
        state.size += 1
        if "salt" in row:
            _open(row, where)
            state.opened += 1
    elif isinstance(row.get("checkpoint"), str):
        said = note.read(row["checkpoint"], state.public)
        if said is None or said.origin != state.origin:
            raise IntegrityError("log-checkpoint-unsigned", where=where)
        if (said.size, said.root) != (state.size, tree.root_of(state.frontier)):
            raise IntegrityError("log-root-differs", where=where, found=said.size, size=state.size)
        state.checkpoints += 1
        state.covered = said.size
    else:
        raise InputError("log-malformed", where=where, found=str(row)[:60])


def _open(row: dict[str, Any], where: str) -> None:
    try:
        found = leaf.commitment(str(row["salt"]), row.get("facts", {}))
    except ValueError:
        found = ""
    if found != row["leaf"].get("commitment"):
        raise IntegrityError("log-facts-differ", where=where)
