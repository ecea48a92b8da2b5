"""Backup and restore of a workspace: one archive, every file with its digest.

The archive is a gzipped tar whose first member, `manifest.json`, names every file with its size and
SHA-256. Databases are copied by SQLite's online backup, so a running server need not stop; a
PostgreSQL server has tools of its own and is not in the archive.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from saola.errors import InputError, IntegrityError, StateError
from saola.progress import Progress
from saola.workspace import SETTINGS, Workspace

MANIFEST = "manifest.json"
_LEFT_OUT = ("-wal", "-shm", "-journal")
# Made again from the rest when the server starts.
_CACHE = "cache"
# Larger files are written once; smaller ones may change meanwhile, and are copied first.
_SMALL = 2**20


def backup(workspace: Workspace, target: Path, *, progress: Progress | None = None) -> int:
    """Write a workspace into one archive.

    Args:
        workspace: What to save.
        target: The archive; it is written whole or not at all.
        progress: Told how many files are done, of how many.

    Returns:
        The number of files saved.
    """
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        with workspace.alone("observations"):  # the book and the batches it names, of one moment
            copies = dict(_copies(workspace, Path(folder)))
        manifest = {
            name: {"size": path.stat().st_size, "sha256": _digest(path)}
            for name, path in copies.items()
        }
        listing = Path(folder) / MANIFEST
        listing.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        with (
            workspace.writing(target, mode=0o600) as part,  # it holds keys and personal data
            tarfile.open(part, "w:gz", compresslevel=3) as archive,
        ):
            archive.add(listing, MANIFEST)
            for place, (name, path) in enumerate(copies.items(), start=1):
                archive.add(path, name)
                if progress:
                    progress(place, len(copies))
    return len(copies)


def _copies(workspace: Workspace, folder: Path) -> Iterator[tuple[str, Path]]:
    for place, path in enumerate(sorted(workspace.home.rglob("*"))):
        name = path.relative_to(workspace.home)
        if path.is_symlink() or not path.is_file() or name.parts[0] == _CACHE:
            continue
        if path.name.startswith(".") or path.name.endswith(_LEFT_OUT):
            continue
        copy = folder / str(place)
        if path.suffix == ".sqlite3":
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as into:
                source.backup(into)
            shutil.copymode(path, copy)
        elif path.suffix == ".parquet" or path.stat().st_size > _SMALL:
            copy = path
        else:
            shutil.copy2(path, copy)
        yield name.as_posix(), copy


def restore(source: Path, home: Path, *, progress: Progress | None = None) -> int:
    """Make a workspace from an archive.

    Args:
        source: What `backup` wrote.
        home: A folder that does not exist or is empty.
        progress: Told how many files are done, of how many.

    Returns:
        The number of files restored.

    Raises:
        InputError: `file-absent`, or `backup-malformed` where it is no backup.
        StateError: `workspace-present`, where the folder is not empty.
        IntegrityError: `backup-changed`, where a file differs from its digest; nothing is kept.
    """
    if not source.is_file():
        raise InputError("file-absent", where=str(source), found=source.name)
    if home.exists() and any(home.iterdir()):
        raise StateError("workspace-present", where=str(home), found=home)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.resolve().parent) as folder:
        part = Path(folder) / "home"
        part.mkdir()
        count = _unpack(source, part, progress)
        if home.exists():
            home.rmdir()
        shutil.move(str(part), home)
    return count


def _unpack(source: Path, part: Path, progress: Progress | None) -> int:
    try:
        with tarfile.open(source, "r:gz") as archive:
            first = archive.next()
            stream = archive.extractfile(first) if first and first.name == MANIFEST else None
            if stream is None:
                raise InputError("backup-malformed", where=source.name, found=MANIFEST)
            manifest = json.load(stream)
            if not isinstance(manifest, dict):
                raise InputError("backup-malformed", where=source.name, found=MANIFEST)
            for place, member in enumerate(archive, start=0):
                if member.name != MANIFEST:
                    _take(archive, member, part, manifest)
                    if progress:
                        progress(place, len(manifest))
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise InputError("backup-malformed", where=source.name, found=error) from error
    missing = [name for name in manifest if not (part / name).is_file()]
    if missing or SETTINGS not in manifest:
        found = ", ".join(missing[:5]) or SETTINGS
        raise IntegrityError("backup-changed", where=source.name, found=found)
    return len(manifest)


def _take(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    part: Path,
    manifest: dict[str, dict[str, object]],
) -> None:
    name = PurePosixPath(member.name)
    known = manifest.get(member.name)
    if known is None or not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise IntegrityError("backup-changed", where=str(archive.name), found=member.name)
    archive.extract(member, part, filter="data")
    if _digest(part / name) != known["sha256"]:
        raise IntegrityError("backup-changed", where=str(archive.name), found=member.name)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
