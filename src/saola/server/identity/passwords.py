"""Passwords: how they are stored and which are refused."""

import hashlib
import mmap
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from saola.language import text
from saola.server.identity import settings as chosen


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane.

    Source: OWASP Password Storage Cheat Sheet, first choice for Argon2id.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


class Breached:
    """Refuse a password that stands in the operator's list, read offline.

    The list has one SHA-1 hash in hexadecimal a line, sorted, each perhaps with `:count`, as the
    list of Have I Been Pwned; the operator supplies it.
    """

    def __init__(self, file: str | None = None) -> None:
        self.file = Path(file) if file else None

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a listed password.

        Raises:
            ValidationError: If it is listed.
        """
        del user
        file = self.file or (Path(chosen.SAOLA_BREACHED) if chosen.SAOLA_BREACHED else None)
        if file is not None and listed(password, file):
            raise ValidationError(
                text("This password is known to thieves. Choose another."), code="breached"
            )

    def get_help_text(self) -> str:
        """Say what is refused."""
        return text("Passwords that were stolen elsewhere are refused.")


def listed(password: str, file: Path) -> bool:
    """Say whether a sorted file of SHA-1 hashes lists a password, by halving it."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as stream:
        if not file.stat().st_size:
            return False
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            low, high = 0, len(content)
            while low < high:
                middle = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
                ends = content.find(b"\n", middle)
                ends = len(content) if ends < 0 else ends
                found = content[middle:ends].strip().upper()[:40]
                if found == wanted:
                    return True
                if found < wanted:
                    low = ends + 1
                else:
                    high = middle
    return False
