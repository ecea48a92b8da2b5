import time

import pytest
from django.test import Client

from saola.server.portal import certainty, later

AUDIT = "/en/uncertainty/audit.pdf"


def test_an_audit_that_takes_long_is_announced(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page says that it is being written and looks again by itself, until it is there."""
    monkeypatch.setattr(later, "MOMENT", 0.0)
    first = reader.get(AUDIT)

    assert (202, str(later.AGAIN)) == (first.status_code, first["Refresh"])
    assert "no-store" == first["Cache-Control"]
    assert f'href="{AUDIT}"' in first.content.decode()
    monkeypatch.setattr(later, "MOMENT", 60.0)
    answer = reader.get(AUDIT)
    assert (200, b"%PDF") == (answer.status_code, answer.content[:4])


def test_a_document_is_made_once_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks again while it is made waits for the same one; afterwards it is made anew."""
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        time.sleep(0.2)
        return b"done"

    monkeypatch.setattr(later, "MOMENT", 0.01)
    assert [None, None] == [later.ready("a", make), later.ready("a", make)]
    monkeypatch.setattr(later, "MOMENT", 10.0)
    assert b"done" == later.ready("a", make)
    assert 1 == len(made)
    assert b"done" == later.ready("a", make)
    assert 2 == len(made)


def test_what_goes_wrong_is_told_to_who_asks() -> None:
    """An error on the thread is raised where the document was wanted, and the next try is new."""

    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        later.ready("b", fail)
    assert b"" == later.ready("b", lambda: b"")


def test_large_classes_name_their_first_units(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are counted."""
    monkeypatch.setattr(certainty, "_NAMED", 1)
    text = reader.get("/en/uncertainty/").content.decode()

    assert "more</span></th>" in text
