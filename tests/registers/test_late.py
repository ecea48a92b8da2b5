"""Indexes wait while a large file fills an empty register; nothing loses them."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from saola.errors import StateError
from saola.linkage import register_file
from saola.server import beginning, databases
from saola.server.population import models, search
from saola.server.population.register import register as population
from saola.server.registries import door as doors
from saola.server.registries import intake, jobs, late
from saola.server.registries.door import Door
from saola.server.registries.register import Outcome, Register

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ROWS = 1_000


@pytest.fixture
def register(emptied: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Register:
    """The population register, empty; small files and chunks count as large."""
    emptied()
    monkeypatch.setitem(late.ROWS, "sqlite", (100, 10**6))
    monkeypatch.setitem(intake.ROWS_A_CHUNK, "sqlite", 150)
    monkeypatch.setattr(doors, "_PATIENCE_S", 0.1)
    return population()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of people."""
    made = tmp_path / "people.csv"
    register_file.people(ROWS, seed=3).write_csv(made)
    return made


def _indexes() -> list[tuple[str, str]]:
    with connections["population"].cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
        return list(cursor.fetchall())


def _waiting() -> set[str]:
    return set(models.Late.objects.using("population").values_list("name", flat=True))


def _take(register: Register, file: Path, home: Path, **more: Any) -> Outcome:
    return intake.run(register, file, home=home, who="clerk", now=lambda: NOW, **more)


def _stopping(register: Register, at: int) -> Register:
    """The register, stopped at a chunk."""
    calls = iter(range(100))

    def write(*args: Any) -> tuple[int, int]:
        made = register.write(*args)
        if next(calls) == at:
            raise KeyboardInterrupt
        return made

    return dataclasses.replace(register, write=write)


def _stop(register: Register, file: Path, home: Path, at: int = 3) -> None:
    with pytest.raises(KeyboardInterrupt):
        _take(_stopping(register, at), file, home)


def test_indexes_wait_for_the_rows_of_a_first_fill(
    register: Register, home: Path, file: Path
) -> None:
    """While an empty register is filled its indexes are out, but those the intake asks; then in."""
    before, seen = _indexes(), []

    def write(*args: Any) -> tuple[int, int]:
        seen.append({name for name, _ in _indexes()})
        return register.write(*args)

    found = _take(dataclasses.replace(register, write=write), file, home)

    assert ROWS == found.read
    assert not any("name_tokens" in names for names in seen)
    assert all(any("value" in name for name in names) for names in seen)
    assert before == _indexes()
    assert set() == _waiting()


def test_a_register_with_rows_keeps_its_indexes(
    register: Register, home: Path, file: Path, tmp_path: Path
) -> None:
    """A second file, however large, drops no index."""
    _take(register, file, home)
    more = tmp_path / "more.csv"
    register_file.people(ROWS, seed=4, first=ROWS).write_csv(more)

    _stop(register, more, home)

    assert set() == _waiting()


def test_a_stopped_fill_answers_and_goes_on(register: Register, home: Path, file: Path) -> None:
    """While indexes are out, searches find the same; a resumed fill brings them back."""
    before = _indexes()
    _stop(register, file, home)
    missing = _waiting()
    name = models.Name.objects.using("population").earliest("id").text
    found = search.by_name(name)

    _take(register, file, home, resume=True)

    assert "name_tokens" in missing
    assert name in {hit.text for hit in found}
    assert before == _indexes()
    assert set() == _waiting()


@pytest.mark.parametrize("start", ["undo", "another file", "serve"])
def test_any_start_makes_what_a_killed_fill_left_out(
    register: Register,
    home: Path,
    file: Path,
    tmp_path: Path,
    start: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An undo, another intake and a server that starts each make the indexes that wait."""
    before = _indexes()
    _stop(register, file, home)
    if start == "undo":
        intake.undo(register, models.Batch.objects.using("population").get().pk, now=lambda: NOW)
    elif start == "another file":
        other = tmp_path / "other.csv"
        register_file.people(10, seed=8, first=ROWS).write_csv(other)
        _take(register, other, home)
    else:
        monkeypatch.setattr("saola.server.assets.collect", lambda _home: None)
        missing = len(_waiting())
        assert missing == beginning.here() > 0

    assert before == _indexes()
    assert set() == _waiting()


def test_an_index_that_fails_to_be_made_still_waits(
    register: Register, home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between two indexes, the register knows which are still out."""
    before, made = _indexes(), []
    make = late._make

    def once(*args: Any) -> None:
        if made:
            raise KeyboardInterrupt
        made.append(args[-1])
        make(*args)

    with monkeypatch.context() as patched:
        patched.setattr(late, "_make", once)
        with pytest.raises(KeyboardInterrupt):
            _take(register, file, home)
    lacking = {name for name, _ in before} - {name for name, _ in _indexes()}

    assert lacking == _waiting()
    assert made[0] not in lacking
    _take(register, file, home, resume=True)
    assert before == _indexes()


def test_two_fills_at_once_are_refused(register: Register, home: Path, file: Path) -> None:
    """While another process fills the register no intake begins, and no undo makes indexes."""
    _stop(register, file, home)
    with Door(connections["population"]) as door:
        assert door.close()
        late.mend(connections["population"], register.first)
        assert _waiting()
        with pytest.raises(StateError) as caught:
            _take(register, file, home, resume=True)

    assert "register-filling" == caught.value.code
    assert models.Batch.State.PAUSED == models.Batch.objects.using("population").get().state
    assert ROWS == _take(register, file, home, resume=True).read
    assert set() == _waiting()


def test_intakes_share_a_register_that_has_rows(register: Register, home: Path, file: Path) -> None:
    """While others work on it an intake goes on beside them, with all indexes standing."""
    before = _indexes()
    with Door(connections["population"]) as door:
        assert door.share()
        _stop(register, file, home)
        during = _indexes()

    assert before == during


def test_an_index_that_stands_again_waits_no_longer(
    register: Register, home: Path, file: Path
) -> None:
    """An index that a remade table has already is struck out, and the others are made."""
    before = _indexes()
    _stop(register, file, home)
    again = models.Late.objects.using("population").earliest("id")
    with connections["population"].cursor() as cursor:
        cursor.execute(again.definition)

    late.mend(connections["population"], register.first)

    assert before == _indexes()
    assert set() == _waiting()


def test_indexes_are_made_before_a_migration(register: Register, home: Path, file: Path) -> None:
    """Where migrations are pending the indexes come first; where none is, they go on waiting."""
    before = _indexes()
    _stop(register, file, home)
    databases.prepare(home)
    waiting = _waiting()
    with connections["population"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'auth' AND name LIKE '0012%'")

    with Door(connections["population"]) as door:
        assert door.share()
        with pytest.raises(StateError):
            databases.prepare(home)
    databases.prepare(home)

    assert waiting
    assert before == _indexes()
    assert set() == _waiting()


def test_a_server_starts_without_an_index(
    register: Register, home: Path, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An index that the database refuses is logged, still waits, and stops no server."""
    _stop(register, file, home)
    waiting = models.Late.objects.using("population")
    name = waiting.earliest("id").name
    sound = waiting.get(name=name).definition
    waiting.filter(name=name).update(definition="CREATE INDEX lost ON nowhere (field)")

    count = waiting.count()
    made = beginning.mend()

    assert count - waiting.count() == made
    assert name in _waiting()
    assert ["saola.server"] == [entry.name for entry in caplog.records if entry.exc_info]
    waiting.filter(name=name).update(definition=sound)
    assert ROWS == _take(register, file, home, resume=True).read


def test_an_intake_that_loses_the_door_is_refused(
    register: Register, home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another fill begins while the door is opened for a small file, no row is taken in."""
    monkeypatch.setitem(late.ROWS, "sqlite", (ROWS + 1, 10**6))
    monkeypatch.setattr(Door, "share", lambda _door: False)

    with pytest.raises(StateError) as caught:
        _take(register, file, home)

    assert "register-filling" == caught.value.code
    assert 0 == models.Batch.objects.using("population").get().read


@pytest.mark.parametrize("at_work", [False, True])
def test_a_refused_intake_can_be_resumed(
    register: Register, home: Path, file: Path, *, at_work: bool
) -> None:
    """The worker pauses a batch that another fill keeps out, but not one that is worked on."""
    batch = intake.begin(register, file, home=home, who="clerk", now=lambda: NOW)
    staged = home / "files" / "intake" / f"{batch.sha256}.parquet"
    other = doors.only(staged) if at_work else contextlib.nullcontext()
    with Door(connections["population"]) as door, other:
        assert door.close()
        with pytest.raises(StateError):
            jobs.take_in.call("population", batch.pk)
    batch.refresh_from_db()

    assert ("running" if at_work else "paused") == batch.state
    assert ROWS == _take(register, file, home, resume=True).read
