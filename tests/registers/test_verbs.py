from pathlib import Path

import pytest
from django.conf import settings

from saola import observations
from saola.cli import main
from saola.server.identity.models import Account
from saola.workspace import Workspace


@pytest.mark.usefixtures("home")
def test_the_terminal_finds_nobody_for_an_officer_without_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A search at the terminal names an officer, whose right has to allow it."""
    Account.objects.get_or_create(email="nobody@example.org")
    for officer, code in (
        ("stranger@example.org", "account-unknown"),
        ("nobody@example.org", "not-granted"),
    ):
        line = ["--home", str(settings.HOME), "population", "search", "hoa"]
        with pytest.raises(SystemExit):
            main([*line, "--officer", officer, "--reference", "request 17"])
        assert f"[{code}]" in capsys.readouterr().err


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
