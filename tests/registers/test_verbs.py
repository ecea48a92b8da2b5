import datetime as dt
from pathlib import Path

import pytest

from saola import observations
from saola.cli import main
from saola.server.population import search
from saola.server.population.models import Access
from saola.workspace import Workspace


@pytest.mark.usefixtures("home")
def test_every_person_found_at_the_terminal_is_logged() -> None:
    """Who looked, when and why is kept for each person shown, once a person."""
    hits = [search.Hit(1, "Nguyễn Văn Hòa", exact=True), search.Hit(1, "Hòa", exact=False)]
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    search.log(hits, who="terminal:clerk", purpose="request 17", now=now)

    rows = Access.objects.using("population").filter(kind="search", purpose="request 17")
    assert [(1, 1, "terminal:clerk")] == list(rows.values_list("first", "last", "who"))


@pytest.mark.parametrize("room", ["nothing", "../x", "portal"])
def test_an_app_that_counts_nothing_is_refused(
    room: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only apps with figures of their own can be observed."""
    Workspace.create(tmp_path / "home", country="XSA", label={"en": "Test"})
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(tmp_path / "home"), "observe", room, "--period", "2026-Q3"])

    assert 2 == ended.value.code
    assert "[choice-unknown]" in capsys.readouterr().err
    assert observations.current(Workspace.open(tmp_path / "home")).is_empty()
