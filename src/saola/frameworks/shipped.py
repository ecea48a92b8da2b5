"""The frameworks that come with Saola, and those of a folder read after them."""

from functools import cache
from importlib import resources
from pathlib import Path

from saola.errors import InputError
from saola.frameworks.loader import load
from saola.frameworks.model import Framework


@cache
def _shipped() -> dict[str, Path]:
    folder = resources.files("saola") / "frameworks" / "catalogue"
    return {file.stem: file for file in sorted(Path(str(folder)).glob("*.toml"))}


@cache
def _load(path: Path) -> Framework:
    return load(path)


def names(folder: Path | None = None) -> dict[str, Path]:
    """Give the files of all frameworks by code; a file of `folder` replaces a shipped one."""
    own = sorted(folder.glob("*.toml")) if folder and folder.is_dir() else []
    return _shipped() | {file.stem: file for file in own}


def framework(code: str, folder: Path | None = None) -> Framework:
    """Load a framework by its code, or from a file.

    Raises:
        InputError: `framework-unknown`, `framework-misnamed`, or the faults of the file.
    """
    if code.endswith(".toml"):
        return load(Path(code))
    known = names(folder)
    if code not in known:
        raise InputError("framework-unknown", found=code, known=", ".join(known))
    path = known[code]
    found = _load(path) if path in _shipped().values() else load(path)
    if found.id != code:  # its runs would be kept under another name than they are looked for
        raise InputError("framework-misnamed", where=path.name, found=found.id, file=code)
    return found


def catalogue(folder: Path | None = None) -> dict[str, Framework]:
    """Load every framework, shipped ones first."""
    return {code: framework(code, folder) for code in names(folder)}
