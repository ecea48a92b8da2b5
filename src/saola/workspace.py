"""All state of an installation in one folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """An opened workspace.

    Attributes:
        home: Its folder.
    """

    home: Path

    @classmethod
    def open(cls, home: str | Path) -> "Workspace":
        """Open the workspace in a folder."""
        return cls(Path(home))
