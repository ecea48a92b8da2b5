import io
import sqlite3
import tarfile
from contextlib import closing, suppress
from pathlib import Path

import pytest

from saola.archive import backup, restore
from saola.errors import InputError, IntegrityError, SaolaError, StateError
from saola.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "home", country="XSA", label={"en": "Test"})
    (made.folder("files") / "a.txt").write_text("evidence", encoding="utf-8")
    with closing(sqlite3.connect(made.folder("db") / "accounts.sqlite3")) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table person (name text)")
        database.execute("insert into person values ('Hoa')")
        database.commit()
    return made


def test_a_workspace_comes_back_as_it_was(home: Workspace, tmp_path: Path) -> None:
    """Files and databases are restored, and the counts agree."""
    saved = backup(home, tmp_path / "b.tar.gz")

    assert saved == restore(tmp_path / "b.tar.gz", tmp_path / "again")
    again = Workspace.open(tmp_path / "again")
    assert "evidence" == (again.home / "files/a.txt").read_text(encoding="utf-8")
    with closing(sqlite3.connect(again.home / "db/accounts.sqlite3")) as database:
        assert [("Hoa",)] == database.execute("select name from person").fetchall()


def test_a_database_in_use_is_saved_with_what_was_committed(
    home: Workspace, tmp_path: Path
) -> None:
    """An open write transaction is not in the copy, and does not stop it."""
    with closing(sqlite3.connect(home.home / "db/accounts.sqlite3")) as writer:
        writer.execute("insert into person values ('Lan')")
        backup(home, tmp_path / "b.tar.gz")
        writer.rollback()

    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    with closing(sqlite3.connect(tmp_path / "again/db/accounts.sqlite3")) as database:
        assert [("Hoa",)] == database.execute("select name from person").fetchall()


def test_nothing_is_restored_over_a_workspace(home: Workspace, tmp_path: Path) -> None:
    """What is there is not overwritten."""
    backup(home, tmp_path / "b.tar.gz")

    with pytest.raises(StateError):
        restore(tmp_path / "b.tar.gz", home.home)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    """A missing file, a text and a foreign archive have their error; nothing is left behind."""
    (tmp_path / "text.tar.gz").write_text("no archive", encoding="utf-8")
    with tarfile.open(tmp_path / "foreign.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("x"), io.BytesIO())

    for name in ("absent.tar.gz", "text.tar.gz", "foreign.tar.gz"):
        with pytest.raises(InputError):
            restore(tmp_path / name, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "files/a.txt"])
def test_a_changed_backup_is_refused_whole(home: Workspace, tmp_path: Path, name: str) -> None:
    """A file that is not in the manifest, leads out of the folder or differs stops the restore."""
    backup(home, tmp_path / "b.tar.gz")
    with (
        tarfile.open(tmp_path / "b.tar.gz", "r:gz") as source,
        tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as target,
    ):
        for member in source:
            if member.name != name:
                target.addfile(member, source.extractfile(member))
        changed = tarfile.TarInfo(name)
        changed.size = 3
        target.addfile(changed, io.BytesIO(b"bad"))

    with pytest.raises(SaolaError) as caught:
        restore(tmp_path / "bad.tar.gz", tmp_path / "again")
    assert isinstance(caught.value, IntegrityError)
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "out.txt").exists()


def test_a_backup_is_for_its_owner_alone(home: Workspace, tmp_path: Path) -> None:
    """The archive holds keys and personal data: no other account of the machine reads it."""
    backup(home, tmp_path / "saved.tar.gz")

    assert 0o600 == (tmp_path / "saved.tar.gz").stat().st_mode & 0o777


def test_a_file_that_changes_meanwhile_spoils_no_backup(home: Workspace, tmp_path: Path) -> None:
    """What is written while the archive is made is saved as it was before, and restores."""
    settings = home.home / "saola.toml"
    before = settings.read_text(encoding="utf-8")

    def change(done: int, _: int) -> None:
        settings.write_text(f"{before}# {done}\n", encoding="utf-8")

    backup(home, tmp_path / "saved.tar.gz", progress=change)
    restore(tmp_path / "saved.tar.gz", tmp_path / "again")

    assert before == (tmp_path / "again" / "saola.toml").read_text(encoding="utf-8")


def test_drawings_and_drafts_stay_out_of_a_backup(home: Workspace, tmp_path: Path) -> None:
    """What the server makes again, and what is half written, is not saved."""
    home.folder("cache", "charts")
    (home.home / "cache" / "charts" / "a.svg").write_text("<svg/>", encoding="utf-8")
    (home.home / "files" / ".draft").write_text("half", encoding="utf-8")
    backup(home, tmp_path / "saved.tar.gz")
    restore(tmp_path / "saved.tar.gz", tmp_path / "again")

    assert not (tmp_path / "again" / "cache").exists()
    assert not (tmp_path / "again" / "files" / ".draft").exists()


def test_a_damaged_archive_is_refused(home: Workspace, tmp_path: Path) -> None:
    """Bytes changed on the way are an error of ours, or change nothing that is restored."""
    backup(home, tmp_path / "b.tar.gz")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    for place in range(12, len(whole), len(whole) // 12):
        damaged = whole[:place] + bytes(255 - byte for byte in whole[place : place + 8])
        (tmp_path / "bad.tar.gz").write_bytes(damaged + whole[place + 8 :])
        again = tmp_path / f"again-{place}"
        with suppress(InputError, IntegrityError):
            restore(tmp_path / "bad.tar.gz", again)

        assert not again.exists() or "evidence" == (again / "files/a.txt").read_text()
