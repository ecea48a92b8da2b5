"""The registers of the demo: what a visitor finds there before anybody did anything."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from saola.server.demo.beside import filled

sys.path.insert(0, str(Path(__file__).parent))
import demo_home

Ask = Callable[[str, str], list[Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask a table of the small demo."""
    home = demo_home.build(tmp_path_factory.mktemp("demo") / "home")

    def asked(database: str, query: str) -> list[Any]:
        with closing(sqlite3.connect(home / "db" / f"{database}.sqlite3")) as held:
            return list(held.execute(query))

    return asked


def test_files_came_through_the_intake_and_every_row_ended_somewhere(ask: Ask) -> None:
    """Rows read are accepted, set aside or to be reviewed; each register has some of each."""
    for register in ("population", "land"):
        rows = ask(register, f"SELECT rows, accepted, aside, review FROM {register}_batch")  # noqa: S608  (our own)

        assert [each[0] for each in rows] == [sum(each[1:]) for each in rows]
        assert all(sum(column) > 0 for column in zip(*rows, strict=True))


def test_people_and_parcels_lie_in_communes_of_the_invented_country(ask: Ask) -> None:
    """No place of a real country is named by a record."""
    places = ask("population", "SELECT DISTINCT commune FROM population_residence")
    places += ask("population", "SELECT DISTINCT birth_place FROM population_person")
    places += ask("population", "SELECT DISTINCT native_place FROM population_person")
    places += ask("land", "SELECT DISTINCT commune FROM land_version")

    assert set() == {code for (code,) in places if code and not code.startswith("XSA.C.")}
    assert [("XSA",)] == ask(
        "population",
        "SELECT DISTINCT nationality FROM population_person WHERE nationality IS NOT NULL",
    )


def test_there_is_work_for_every_part(ask: Ask) -> None:
    """Pairs wait, two are proposed, corrections are asked for, parcels have findings and acts."""
    states = dict(ask("population", "SELECT state, count(*) FROM population_pair GROUP BY 1"))
    kinds = {kind for (kind,) in ask("population", "SELECT DISTINCT kind FROM population_event")}
    rules = {rule for (rule,) in ask("land", "SELECT DISTINCT rule FROM land_finding")}

    assert 2 == states["proposed"]
    assert states["open"] > 5
    assert {"marriage", "move", "death", "birth", "absence", "correction"} <= kinds
    assert {"overlap", "gap", "ring-invalid", "area-document", "holder-absent"} <= rules
    assert [(2,)] == ask("population", "SELECT count(*) FROM population_wish WHERE state = 'open'")
    assert [("transfer",), ("mortgage",)] == ask(
        "land", "SELECT kind FROM land_transaction WHERE kind <> 'entry' ORDER BY id"
    )


def test_nobody_can_sign_in_to_a_part(ask: Ask) -> None:
    """The accounts of the parts have neither a password, a passkey, nor an address for letters."""
    found = ask("accounts", "SELECT password, email FROM identity_account ORDER BY id")

    assert 5 == len(found)
    assert all(word.startswith("!") for word, _ in found)
    assert all(email.endswith("@demo.invalid") for _, email in found)
    assert [(0,)] == ask("accounts", "SELECT count(*) FROM mfa_authenticator")
    assert [(0,)] == ask("accounts", "SELECT count(*) FROM account_emailaddress")


def test_a_demo_never_fills_a_database_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a PostgreSQL server named, the demo's people still go into its own files."""
    seen: dict[str, Any] = {}

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, line: list[str], **facts: Any) -> None:
            seen.update(facts["env"])
            super().__init__([line[0], "-c", ""], **facts)

    monkeypatch.setenv("SAOLA_DATABASE_URL", "postgresql://country/registers")
    monkeypatch.setattr(subprocess, "Popen", Watched)
    with filled(tmp_path, seed=1, now=demo_home.NOW):
        pass

    assert "SAOLA_DATABASE_URL" not in seen
    assert str(tmp_path) == seen["SAOLA_HOME"]


def test_filling_that_fails_is_said(tmp_path: Path) -> None:
    """Where the registers cannot be filled the demo fails, too, and is taken back whole."""
    (tmp_path / "saola.toml").write_text("country = [")

    with (
        pytest.raises(subprocess.CalledProcessError),
        filled(tmp_path, seed=1, now=demo_home.NOW),
    ):
        pass
