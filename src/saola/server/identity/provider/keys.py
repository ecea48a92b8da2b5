"""The provider's own signing keys: made, published, used, rotated, retired."""

import datetime as dt
import threading
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone
from joserfc.jwk import ECKey, RSAKey

from saola.errors import IntegrityError
from saola.server.identity import sealing
from saola.server.identity.audit.record import record
from saola.server.identity.models import Key

ALGORITHMS = ("ES256", "RS256")
LOG = "Ed25519"
PURPOSE = "signing keys"
AHEAD = dt.timedelta(days=1)  # a new key is published this long before it signs
BEHIND = dt.timedelta(days=7)  # and this long after its last signature
REREAD = 30.0  # seconds that a process trusts what it read

PrivateKey = ECKey | RSAKey


@dataclass(frozen=True)
class Signer:
    """A key ready to sign tokens."""

    kid: str
    algorithm: str
    key: PrivateKey


@dataclass(frozen=True)
class LogKey:
    """The key of the audit log.

    Attributes:
        private: Signs checkpoints.
        public: Its 32 public bytes.
    """

    private: Ed25519PrivateKey
    public: bytes


def _make(algorithm: str, signs_from: dt.datetime) -> Key:
    if algorithm == LOG:
        private = Ed25519PrivateKey.generate()
        raw = private.private_bytes_raw()
        public: dict[str, Any] = {"x": private.public_key().public_bytes_raw().hex()}
        kid = public["x"][:16]
    else:
        key = ECKey.generate_key("P-256") if algorithm == "ES256" else RSAKey.generate_key(2048)
        kid = key.thumbprint()
        raw = key.as_pem(private=True)
        public = {**_public(key), "kid": kid, "use": "sig", "alg": algorithm}
    record("key-made", kid=kid, algorithm=algorithm)
    return Key.objects.create(
        kid=kid,
        algorithm=algorithm,
        public=public,
        private=sealing.seal(raw, PURPOSE),
        signs_from=signs_from,
    )


def _public(key: PrivateKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


def _open(row: Key) -> bytes:
    return sealing.unseal(bytes(row.private), PURPOSE)


def ensure() -> None:
    """Make the keys that are missing: one to sign each kind of token, one for the log."""
    for algorithm in (*ALGORITHMS, LOG):
        with transaction.atomic():
            if not Key.objects.filter(algorithm=algorithm, retired_at=None).exists():
                _make(algorithm, timezone.now())


def rotate(*, at_once: bool = False) -> list[Key]:
    """Make new token keys; they sign after a day in which clients can read them.

    Args:
        at_once: Sign with them now and retire the old ones, as after a theft.
    """
    now = timezone.now()
    with transaction.atomic():
        if at_once:
            Key.objects.filter(algorithm__in=ALGORITHMS, retired_at=None).update(retired_at=now)
        made = [_make(algorithm, now if at_once else now + AHEAD) for algorithm in ALGORITHMS]
    _memory.forget()
    return made


class _Memory(threading.local):
    """What this thread read of the keys; read again after `REREAD` seconds."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.at = -REREAD
        self.signers: dict[str, Signer] = {}
        self.published: list[dict[str, Any]] = []
        self.log: LogKey | None = None

    def fresh(self) -> "_Memory":
        if time.monotonic() - self.at > REREAD:
            self._read()
        return self

    def _read(self) -> None:
        rows = list(Key.objects.order_by("signs_from"))
        if not {*ALGORITHMS, LOG} <= {row.algorithm for row in rows if row.retired_at is None}:
            ensure()
            rows = list(Key.objects.order_by("signs_from"))
        now = timezone.now()
        self.published = [row.public for row in rows if _shown(row, rows, now)]
        for row in rows:
            if row.retired_at is not None or row.signs_from > now:
                continue
            if row.algorithm == LOG:
                private = Ed25519PrivateKey.from_private_bytes(_open(row))
                self.log = LogKey(private, private.public_key().public_bytes_raw())
            else:
                self.signers[row.algorithm] = Signer(row.kid, row.algorithm, _key(row))
        self.at = time.monotonic()


def _key(row: Key) -> PrivateKey:
    kind = ECKey if row.algorithm == "ES256" else RSAKey
    parameters = {"kid": row.kid, "alg": row.algorithm, "use": "sig"}
    # joserfc is slow to read PEM each time, so the opened key is what is remembered.
    return kind.import_key(
        serialization.load_pem_private_key(_open(row), None),  # type: ignore[arg-type]  # EC or RSA
        parameters,  # type: ignore[arg-type]  # a TypedDict of the same names
    )


def _shown(row: Key, rows: list[Key], now: dt.datetime) -> bool:
    if row.algorithm == LOG:
        return False
    if row.retired_at is not None:
        return False
    later = [
        other.signs_from
        for other in rows
        if other.algorithm == row.algorithm and row.signs_from < other.signs_from <= now
    ]
    return not later or min(later) + BEHIND > now


_memory = _Memory()


def forget() -> None:
    """Read the keys anew at their next use."""
    _memory.forget()


def signer(algorithm: str) -> Signer:
    """Give the key that signs with an algorithm now."""
    return _memory.fresh().signers[algorithm]


def published() -> list[dict[str, Any]]:
    """Give the public keys that clients may meet, coming ones included."""
    return _memory.fresh().published


def log_key() -> LogKey:
    """Give the key of the audit log."""
    found = _memory.fresh().log
    if found is None:
        raise IntegrityError("identity-key-missing", found=LOG)
    return found
