import datetime as dt
import json
import sys
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with

from saola import observations
from saola.cli import main
from saola.linkage import register_file
from saola.server.identity.models import Account
from saola.server.population.models import Access
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


def _search(words: str, officer: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    line = ["--home", str(settings.HOME), "population", "search", words, "--officer", officer]
    with pytest.raises(SystemExit) as ended:
        main([*line, "--reference", "request 17", *more])
    assert not ended.value.code
    return capsys.readouterr().out


def test_the_terminal_shows_who_was_found(
    people: pl.DataFrame, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, birth, sex, number and commune, as far as the purpose allows; the log has them."""
    monkeypatch.setenv("COLUMNS", "200")
    row = people.row(30, named=True)
    clerk = account_with("clerk").email
    (found,) = json.loads(_search(row["number"], clerk, capsys, "--json"))
    expected = {name: row[name] for name in ("name", "born", "sex", "number", "commune")}
    assert expected | {"person": 31, "text": row["number"], "merged": None} == found
    latest = Access.objects.using("population").filter(kind="search").latest("id")
    assert {"names", "numbers", "born", "sex", "residences"} == set(latest.fields.split())

    table = _search(row["name"], clerk, capsys)
    assert all(part in table for part in ("Full name", row["name"], row["number"], row["commune"]))
    proof = account_with("proof").email
    (seen,) = json.loads(
        _search(row["number"], proof, capsys, "--json", "--purpose", "Check who a person is")
    )
    assert (row["born"], None) == (seen["born"], seen["commune"])


@pytest.mark.usefixtures("people")
def test_invented_people_are_counted_as_synthetic() -> None:
    """Whatever the country of the workspace: figures of communes that do not exist say so."""
    mark = Path(settings.HOME) / "saola.toml"  # other tests may have made a workspace of it
    before = mark.read_bytes() if mark.exists() else None
    mark.write_bytes(before or b'country = "VNM"\n')
    try:
        with pytest.raises(SystemExit, check=lambda end: not end.code):
            main(["--home", str(mark.parent), "observe", "population", "--period", "2026-Q3"])
        home = Workspace.open(mark.parent)
        found = observations.current(home).filter(pl.col("source") == "saola.population")
        observations.withdraw(home, found["batch"][0], who="test", when=dt.datetime.now(dt.UTC))
    finally:
        if before is None:
            mark.unlink()
    assert found["unit"].str.starts_with("XSA.").all()
    assert {"synthetic"} == set(found["check"])


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


def test_an_empty_folder_is_not_observed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Observations need a workspace; a folder without one is refused and stays as it is."""
    with pytest.raises(SystemExit):
        main(["--home", str(tmp_path), "observe", "population", "--period", "2026-Q3"])

    assert "[workspace-absent]" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.usefixtures("home")
def test_an_intake_of_nothing_asks_for_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file and without a batch to undo nothing is said of a file without name."""
    with pytest.raises(SystemExit):
        main(["--home", str(settings.HOME), "population", "import"])
    assert "[file-unnamed]" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_rehearsal_says_its_reasons_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts of rows not accepted are told by reason, as on the page."""
    file = tmp_path / "people.csv"
    rows = register_file.people(5, seed=3, faulty=0.0).with_columns(name=pl.lit(""))
    rows.write_csv(file)
    with pytest.raises(SystemExit):
        main(["--home", str(settings.HOME), "population", "import", str(file), "--dry-run"])
    assert "5 × Full name: missing" in capsys.readouterr().err


def test_one_row_is_said_as_one(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts of one are singular: a row, a record, a pair."""
    file = tmp_path / "one.csv"
    file.write_text("name,born,sex,commune,old_number\nLê Ba,1990-01-01,M,XSA.C.00001,\n", "utf-8")
    for args in (
        ["--home", str(home), "population", "import", str(file), "--dry-run"],
        ["--home", str(home), "link", str(file), "-o", str(tmp_path / "pairs.csv")],
    ):
        with pytest.raises(SystemExit, check=lambda end: end.code == 0):
            main(args)

    said = capsys.readouterr().err
    assert "1 row read: 1 accepted" in said
    assert "1 record: 0 pairs may merge, 0 more are links, 0 need a person." in said
