"""Checkpoints as signed notes: the tree's origin, size and root under an Ed25519 signature.

Source: C2SP tlog-checkpoint and signed-note.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says.

    Attributes:
        origin: The name of the log.
        size: Number of leaves.
        root: The root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """Write the signed lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_hash(origin: str, public: bytes) -> bytes:
    """Give the four bytes that name a key in a signature line."""
    return hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier(origin: str, public: bytes) -> str:
    """Write a public key in the form that verifiers are given: name, hash and key."""
    coded = base64.b64encode(ED25519 + public).decode()
    return f"{origin}+{key_hash(origin, public).hex()}+{coded}"


def read_verifier(text: str) -> tuple[str, bytes] | None:
    """Read a verifier key into name and 32 bytes; None if it is not one."""
    try:
        origin, named, coded = text.strip().split("+", 2)
        raw = base64.b64decode(coded, validate=True)
    except ValueError:
        return None
    good = raw[:1] == ED25519 and len(raw) == 33 and key_hash(origin, raw[1:]).hex() == named
    return (origin, raw[1:]) if good else None


def sign(statement: Statement, key: Ed25519PrivateKey) -> str:
    """Sign a statement into a note."""
    body = statement.body()
    public = key.public_key().public_bytes_raw()
    mark = base64.b64encode(key_hash(statement.origin, public) + key.sign(body.encode())).decode()
    return f"{body}\n— {statement.origin} {mark}\n"


def read(note: str, public: bytes) -> Statement | None:
    """Read a note and check its signature; None if it is malformed or not by this key."""
    body, _, marks = note.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 3 or not lines[1].isdigit():
        return None
    try:
        statement = Statement(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
        raw = base64.b64decode(marks.strip().rpartition(" ")[2], validate=True)
        if raw[:4] != key_hash(statement.origin, public):
            return None
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], statement.body().encode())
    except (ValueError, InvalidSignature):
        return None
    return statement
