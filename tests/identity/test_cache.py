"""The cache that counts tries keeps Django's promises, by fewer statements."""

import itertools

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saola.server.identity import cache

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> cache.Cache:
    """The cache of the server, empty, in a process that wrote nothing yet."""
    monkeypatch.setattr(cache.Cache, "turns", itertools.count(1))
    found = caches.create_connection("default")
    assert isinstance(found, cache.Cache)
    found.clear()
    return found


def test_a_set_replaces_and_an_add_does_not(kept: cache.Cache) -> None:
    """What is there gives way to `set` alone; what has expired gives way to `add` too."""
    kept.set("a", [1.5])
    kept.set("a", [2.5])
    first = kept.add("a", "other"), kept.get("a")
    kept.set("a", "old", timeout=-5)
    second = kept.get("a"), kept.add("a", "new"), kept.get("a")
    kept.set("b", "old", timeout=-5)

    assert (False, [2.5]) == first
    assert (None, True, "new") == second
    assert (True, "young") == (kept.add("b", "young"), kept.get("b"))
    assert (True, None) == (kept.delete("b"), kept.get("b"))


def test_what_never_expires_stays(kept: cache.Cache) -> None:
    """Without an end a value is kept, and its end can be moved."""
    kept.set("a", 1, timeout=None)

    assert (1, True) == (kept.get("a"), kept.touch("a", 60))
    assert 1 == kept.get("a")


def test_a_write_counts_no_rows(kept: cache.Cache) -> None:
    """A write reads no other row of the table, but one in a hundred."""
    with CaptureQueriesContext(connection) as seen:
        for number in range(cache.EVERY - 1):
            kept.set(f"n{number}", number)
    quiet = [one["sql"] for one in seen.captured_queries if "SELECT" in one["sql"]]
    with CaptureQueriesContext(connection) as seen:
        kept.set("last", 1)

    assert [] == quiet
    assert any("COUNT(*)" in one["sql"] for one in seen.captured_queries)


def test_a_full_table_drops_what_expired(
    kept: cache.Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the most entries, the expired ones go first."""
    monkeypatch.setattr(kept, "_max_entries", 20)
    monkeypatch.setattr(cache, "EVERY", 30)
    for number in range(29):
        kept.set(f"n{number}", number, timeout=-5 if number % 2 else 60)
    kept.set("last", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM identity_cache")
        left = cursor.fetchone()[0]

    assert 16 == left
