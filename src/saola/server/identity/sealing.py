"""Secrets at rest: encrypted with a key drawn from the installation's secret key."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from saola.errors import IntegrityError


@lru_cache(maxsize=8)
def _box(secret: str, purpose: str) -> Fernet:
    stretched = HKDF(hashes.SHA256(), 32, salt=None, info=f"saola {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(stretched.derive(secret.encode())))


def seal(raw: bytes, purpose: str) -> bytes:
    """Encrypt bytes for one purpose; another purpose cannot open them."""
    return _box(settings.SECRET_KEY, purpose).encrypt(raw)


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Decrypt what `seal` wrote.

    Raises:
        IntegrityError: If the secret key is another, or the bytes were changed.
    """
    try:
        return _box(settings.SECRET_KEY, purpose).decrypt(sealed)
    except InvalidToken as error:
        raise IntegrityError("secret-sealed", found=purpose) from error
