"""All state of an installation in one folder.

saola.toml
units/*.csv  frameworks/*.toml            own ones, read after the shipped
observations/<batch>.parquet              append-only; batches.csv says what each is
results/<framework>/<period>/<run>/       scores.parquet, draws.parquet, run.json
snapshots/<register>/<date>/              Parquet extracts of the registers
db/*.sqlite3                              what people edit
files/  log/
"""

import fcntl
import os
import secrets
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from saola import timezones, units
from saola.errors import InputError, StateError

FOLDERS = ("units", "frameworks", "observations", "results", "snapshots", "db", "files", "log")
SETTINGS = "saola.toml"
# What a server makes where it finds no workspace yet.
_SERVERS = ("cache", "secret.key")


@dataclass(frozen=True)
class Workspace:
    """An opened workspace.

    Attributes:
        home: Its folder.
    """

    home: Path

    @classmethod
    def open(cls, home: str | Path) -> "Workspace":
        """Open the workspace in a folder.

        Raises:
            StateError: `workspace-absent`, where the folder holds none.
            InputError: `toml-malformed`, where its settings cannot be read; `timezone-unknown`,
                where they name no time zone.
        """
        found = cls(Path(home))
        if not (found.home / SETTINGS).is_file():
            raise StateError("workspace-absent", where=str(home), found=home)
        _ = found.zone
        return found

    @classmethod
    def create(
        cls, home: str | Path, *, country: str, label: Mapping[str, str], zone: str = ""
    ) -> "Workspace":
        """Make an empty workspace.

        Args:
            home: A folder that does not exist or is empty.
            country: ISO 3166-1 alpha-3 code.
            label: The name of the installation by language.
            zone: IANA name of its time zone; by default that of the country.

        Raises:
            InputError: `timezone-unknown`.
            StateError: `workspace-present`, where the folder holds one already;
                `folder-occupied`, where it holds anything that is not ours.
        """
        made, clock = cls(Path(home)), zone or timezones.of_country(country).key
        timezones.zone(clock)
        if (made.home / SETTINGS).exists():
            raise StateError("workspace-present", where=str(home), found=home)
        if made.home.exists() and (others := _others(made.home)):
            raise StateError("folder-occupied", where=str(home), found=home, others=others)
        for name in FOLDERS:
            (made.home / name).mkdir(parents=True, exist_ok=True)
        said = "".join(f"{lang} = {_quoted(text)}\n" for lang, text in label.items())
        head = f"country = {_quoted(country)}\nzone = {_quoted(clock)}\n"
        text = f"# Settings of this workspace.\n{head}\n[label]\n{said}"
        with made.writing(made.home / SETTINGS) as part:
            part.write_text(text, encoding="utf-8")
        return made

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """What `saola.toml` says."""
        path = self.home / SETTINGS
        try:
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError("toml-malformed", where=str(path), found=error) from error

    @property
    def country(self) -> str:
        """The code of the country it serves."""
        return str(self.settings.get("country", ""))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone whose days and times people read; by default that of the country."""
        named = self.settings.get("zone")
        if named is None:
            return timezones.of_country(self.country)
        return timezones.zone(str(named), where=str(self.home / SETTINGS))

    @property
    def label(self) -> Mapping[str, str]:
        """The name of the installation by language."""
        return dict(self.settings.get("label", {}))

    @cached_property
    def units(self) -> units.Registry:
        """The registry of units, shipped and own."""
        return units.registry(self.home / "units")

    def folder(self, *names: str) -> Path:
        """Give a folder of the workspace, made if it is not there."""
        path = self.home.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def alone(self, *names: str) -> Iterator[None]:
        """Keep every other process and thread out of a folder's book for a `with` block."""
        with (self.folder(*names) / ".lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    @contextmanager
    def writing(self, path: Path, *, mode: int = 0o644) -> Iterator[Path]:
        """Write a file of the workspace whole or not at all, as `whole` does.

        Args:
            path: The file.
            mode: Who may read it.

        Yields:
            A path beside `path`.
        """
        with whole(path, mode=mode) as part:
            yield part


def zone_of(home: Path) -> ZoneInfo:
    """Give the time zone of the workspace in a folder; UTC where there is none yet.

    Raises:
        InputError: `toml-malformed` or `timezone-unknown`.
    """
    return Workspace.open(home).zone if (home / SETTINGS).is_file() else timezones.UTC


@contextmanager
def whole(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Write a file whole or not at all.

    Args:
        path: The file.
        mode: Who may read it, as far as the umask lets them.

    Yields:
        A path beside `path`; what is written there replaces `path` at the end of the block,
        unless the block raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
    allowed = stat.S_IMODE(os.fstat(handle).st_mode)  # what the process's umask leaves of it
    os.close(handle)
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.chmod(allowed)  # a writer may have put a file of its own there
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _others(home: Path) -> str:
    """Name what a folder holds that no part of Saola made; a file in its place counts too."""
    if not home.is_dir():
        return home.name
    ours = (*FOLDERS, *_SERVERS)
    names = sorted(each.name for each in home.iterdir() if each.name not in ours)
    return ", ".join(names[:5])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
