"""Random handles, and the digests under which alone the database knows them."""

import hashlib
import secrets

USER_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


def fresh() -> str:
    """Draw a handle of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(handle: str) -> str:
    """Give what the database keeps of a handle."""
    return hashlib.sha256(handle.encode()).hexdigest()


def user_code() -> str:
    """Draw a code that a person types: eight consonants, so that it spells no word.

    Source: RFC 8628, section 6.1.
    """
    letters = "".join(secrets.choice(USER_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
