"""The key that signs cookies and tokens: made once, readable by its owner alone."""

import os
import secrets
from pathlib import Path

NAME = "secret.key"


def key(home: Path) -> str:
    """Give the installation's secret key.

    Args:
        home: The workspace folder. Where it does not exist the key lives only as long as the
            process.
    """
    given = os.environ.get("SAOLA_SECRET_KEY", "")
    if given:
        return given
    if not home.is_dir():
        return secrets.token_urlsafe(50)
    file = home / NAME
    if not file.exists():
        _write(file)
    return file.read_text(encoding="ascii").strip()


def _write(file: Path) -> None:
    """Write a new key; where another process was faster, its key stands."""
    draft = file.with_name(f".{NAME}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
