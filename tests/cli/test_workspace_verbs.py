import datetime as dt
import json
import socket
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import openpyxl
import polars as pl
import pytest

from saola import frameworks, observations
from saola.frameworks import runs, template
from saola.workspace import Workspace

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def laos(saola: Run, tmp_path: Path) -> Workspace:
    saola("new", "laos", "--country", "LAO", "--framework", "un-egdi-2022", "--period", "2022")
    return Workspace.open(tmp_path / "laos")


def fill(path: Path, *cells: float) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["data"]
    for column, cell in enumerate(cells, start=4):
        sheet.cell(2, column, cell)
    book.save(path)
    book.close()


def scored(saola: Run, laos: Workspace, rows: str, *words: str) -> list[dict[str, Any]]:
    """Import a file `a.csv` and score it; gives what the command says of the runs."""
    Path("a.csv").write_text(rows, encoding="utf-8")
    saola("--home", laos.home, "observations", "import", "a.csv")
    made: list[dict[str, Any]] = json.loads(
        saola("--home", laos.home, "run", *words, "--json").stdout
    )
    return made


def test_a_filled_template_is_scored_into_the_workspace(saola: Run, laos: Workspace) -> None:
    """The path of a first user: new, fill the workbook, score; the run is there for the pages."""
    path = laos.home / "template.xlsx"
    fill(path, 0.3, 0.5, 0.4)
    saola("--home", laos.home, "score", "un-egdi-2022", path)

    found = runs.current(laos, "un-egdi-2022", "2022")
    assert found is not None
    top = runs.scores(laos, found).filter(pl.col("node") == "EGDI").row(0, named=True)
    assert ("LAO", pytest.approx(0.4), 1) == (top["unit"], top["score"], top["rank"])


def test_the_template_explains_every_column(laos: Workspace) -> None:
    """The guide names each input that the framework reads."""
    book = openpyxl.load_workbook(laos.home / "template.xlsx")
    heads = [cell.value for cell in book["data"][1]]
    guide = [row[0].value for row in book["guide"].iter_rows(min_row=2)]
    book.close()

    assert ["unit", "name", "period", "un-osi", "un-hci", "un-tii"] == heads
    assert ["un-osi", "un-hci", "un-tii"] == guide


def test_the_workspace_has_a_framework_of_its_own(laos: Workspace) -> None:
    """A copy that can be changed is read after the shipped one."""
    copy = laos.home / "frameworks" / "un-egdi-2022.toml"
    copy.write_text(
        copy.read_text(encoding="utf-8").replace('tie = "competition"', 'tie = "dense"')
    )

    assert "dense" == frameworks.framework("un-egdi-2022", copy.parent).tie


def test_observations_are_imported_scored_and_withdrawn(saola: Run, laos: Workspace) -> None:
    """A batch counts until it is withdrawn; then there is nothing to score."""
    rows = "unit,period,un-osi,un-hci,un-tii\nLao PDR,2022,.3,.5,.4\nThailand,2022,.7,.7,.7\n"
    made = scored(saola, laos, rows, "un-egdi-2022")

    assert ["2022"] == [run["period"] for run in made]
    (batch,) = json.loads(saola("--home", laos.home, "observations", "batches", "--json").stdout)
    saola("--home", laos.home, "observations", "verify")
    saola("--home", laos.home, "observations", "withdraw", batch["id"])
    assert "[run-nothing]" in saola("--home", laos.home, "run", code=3).stderr


def test_checking_a_file_says_what_is_wrong_with_it(saola: Run, tmp_path: Path) -> None:
    """The exit code tells a script, the file beside the input tells a person."""
    (tmp_path / "a.csv").write_text("unit,period,a\nVNM,2022,x\n", encoding="utf-8")
    saola("observations", "check", "a.csv", code=1)

    assert "value-malformed" in (tmp_path / "a.aside.csv").read_text(encoding="utf-8-sig")


def test_files_are_converted_between_kinds(saola: Run, tmp_path: Path) -> None:
    """A wide CSV becomes SDMX-CSV and comes back."""
    (tmp_path / "a.csv").write_text("unit,period,a\nVNM,2022,0.25\n", encoding="utf-8")
    saola("observations", "convert", "a.csv", "a.sdmx.csv")
    saola("observations", "convert", "a.sdmx.csv", "b.csv", "--shape", "wide")

    lines = (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()
    assert ["unit,period,field,breakdown,a", "VNM,2022,_T,_T,0.25"] == lines


def test_a_workspace_is_backed_up_and_restored(saola: Run, laos: Workspace, tmp_path: Path) -> None:
    """What was in the workspace is in the restored one."""
    saola("--home", laos.home, "backup", "b.tar.gz")
    saola("--home", "again", "restore", "b.tar.gz")

    assert laos.settings == Workspace.open(tmp_path / "again").settings


def test_a_backup_overwrites_only_when_told(saola: Run, laos: Workspace, tmp_path: Path) -> None:
    """A file that is there already may be the only good copy."""
    (tmp_path / "b.tar.gz").write_text("kept", encoding="utf-8")
    said = saola("--home", laos.home, "backup", "b.tar.gz", code=3).stderr
    kept = (tmp_path / "b.tar.gz").read_text(encoding="utf-8")
    saola("--home", laos.home, "backup", "b.tar.gz", "--force")

    assert "[file-present]" in said
    assert "kept" == kept
    assert 100 < (tmp_path / "b.tar.gz").stat().st_size


def test_a_run_of_a_period_that_the_edition_is_not_for_is_refused(
    saola: Run, laos: Workspace
) -> None:
    """`--period` is held against the edition's dates, and the edition for it is named."""
    rows = "unit,period,un-osi,un-hci,un-tii\nLAO,2020,.3,.5,.4\n"
    made = scored(saola, laos, rows, "--period", "2020")
    said = saola("--home", laos.home, "run", "un-egdi-2022", "--period", "2020", code=2).stderr

    assert "[period-outside]" in said
    assert "un-egdi-2020" in said
    assert ["un-egdi-2020"] == [each["framework"] for each in made]


def test_no_workspace_is_an_error_that_says_how_to_make_one(saola: Run) -> None:
    """The remedy is in the message."""
    assert "saola new" in saola("--home", "none", "run", code=3).stderr


def test_a_framework_of_ones_own_starts_a_workspace(saola: Run, tmp_path: Path) -> None:
    """A file is copied under its own code; a malformed period leaves nothing behind."""
    text = frameworks.names()["un-egdi-2022"].read_text(encoding="utf-8")
    own = tmp_path / "draft.toml"
    own.write_text(text.replace('id = "un-egdi-2022"', 'id = "mine"', 1), encoding="utf-8")
    saola("new", "bad", "--country", "LAO", "--framework", own, "--period", "soon", code=2)
    saola("new", "laos", "--country", "LAO", "--framework", own, "--period", "2022")

    assert not (tmp_path / "bad").exists()
    assert "mine" in frameworks.names(tmp_path / "laos" / "frameworks")


def test_a_country_goes_by_code_or_name(saola: Run, tmp_path: Path) -> None:
    """Its name in any language will do; what is no country is said, and nothing is made."""
    saola("new", "named", "--country", "Lào", "--framework", "un-egdi-2022", "--period", "2022")
    said = saola("new", "none", "--country", "XSA", code=2)

    assert "LAO" == Workspace.open(tmp_path / "named").country
    assert "country-unknown" in said.stderr
    assert not (tmp_path / "none").exists()


def test_a_framework_given_as_a_file_leaves_the_workspace_alone(
    saola: Run, laos: Workspace, tmp_path: Path
) -> None:
    """Its scores go to a folder: the pages would show them under another framework's name."""
    own = tmp_path / "un-egdi-2022.toml"
    own.write_bytes(frameworks.names()["un-egdi-2022"].read_bytes())
    fill(laos.home / "template.xlsx", 0.3, 0.5, 0.4)
    saola("--home", laos.home, "score", own, laos.home / "template.xlsx")

    assert (tmp_path / "scores" / "scores.csv").is_file()
    assert [] == runs.runs(laos)


def test_what_the_system_refuses_is_said_without_a_traceback(
    saola: Run, laos: Workspace, tmp_path: Path
) -> None:
    """A folder that is a file, a disk that is full: one message and an exit code."""
    (tmp_path / "taken").write_text("a file")
    said = saola("--home", laos.home, "backup", tmp_path / "taken" / "b.tar.gz", code=3).stderr

    assert "system-refused" in said
    assert "taken" in said


def test_a_name_in_the_template_is_never_a_formula(tmp_path: Path) -> None:
    """A unit whose name begins with a sign of equality is written as text."""
    edition = frameworks.framework("un-egdi-2022")
    template.write(edition, {"LAO": "=1+1"}, tmp_path / "t.xlsx", periods=["2022"])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    kind = book["data"].cell(2, 2).data_type
    book.close()

    assert "s" == kind


def test_a_file_of_which_nothing_can_be_read_adds_nothing(
    saola: Run, laos: Workspace, tmp_path: Path
) -> None:
    """No empty batch is kept, and the reasons are beside the file."""
    (tmp_path / "a.csv").write_text("unit,period,un-osi\nAtlantis,2022,.3\n", encoding="utf-8")
    said = saola("--home", laos.home, "score", "un-egdi-2022", "a.csv", code=3).stderr

    assert "[score-no-value]" in said
    assert "a.aside.csv" in said
    assert [] == observations.batches(laos)
    assert "unit-unknown" in (tmp_path / "a.aside.csv").read_text(encoding="utf-8-sig")


def test_a_framework_bears_the_name_of_its_file(saola: Run, laos: Workspace) -> None:
    """A copy under another name would keep runs that no page finds; it is refused."""
    copy = laos.home / "frameworks" / "mine.toml"
    copy.write_bytes(frameworks.names()["un-egdi-2022"].read_bytes())

    assert "[framework-misnamed]" in saola("--home", laos.home, "run", "mine", code=2).stderr


def test_periods_of_a_run_may_be_written_as_people_do(saola: Run, laos: Workspace) -> None:
    """A period that is none is refused before anything is scored."""
    said = saola("--home", laos.home, "run", "un-egdi-2022", "--period", "Q5/2022", code=2).stderr

    assert "[period-malformed]" in said


def test_a_workbook_is_never_overwritten_unasked(saola: Run, laos: Workspace) -> None:
    """What someone filled stays unless --force says so; a workbook is named as one."""
    path = laos.home / "template.xlsx"
    fill(path, 0.3, 0.5, 0.4)
    before = path.read_bytes()
    said = saola("--home", laos.home, "template", "un-egdi-2022", "-o", path, code=3).stderr

    assert "[file-present]" in said
    assert before == path.read_bytes()
    saola("--home", laos.home, "template", "un-egdi-2022", "-o", path, "--force")
    assert before != path.read_bytes()
    said = saola("--home", laos.home, "template", "un-egdi-2022", "-o", "a.csv", code=2).stderr
    assert "[template-kind]" in said


def test_unknown_indicators_are_said_on_import_and_check(
    saola: Run, laos: Workspace, tmp_path: Path
) -> None:
    """The frameworks of the workspace tell which codes are known."""
    (tmp_path / "a.csv").write_text("unit,period,un-os\nLAO,2022,.3\n", encoding="utf-8")
    for verb in ("check", "import"):
        said = saola("--home", laos.home, "observations", verb, "a.csv").stderr
        assert "un-osi" in said


def test_tables_with_tabs_are_written_as_they_are_read(saola: Run, tmp_path: Path) -> None:
    """A .tsv comes back as it went."""
    (tmp_path / "a.csv").write_text("unit,period,a\nVNM,2022,0.25\n", encoding="utf-8")
    saola("observations", "convert", "a.csv", "b.tsv")
    saola("observations", "convert", "b.tsv", "c.csv", "--shape", "wide")

    assert "VNM,2022,_T,_T,0.25" in (tmp_path / "c.csv").read_text(encoding="utf-8-sig")


def test_a_port_in_use_is_not_served_twice(saola: Run, tmp_path: Path) -> None:
    """Web servers can share a port in silence: the second would answer for the first."""
    (tmp_path / "home").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ("--home", "home", "serve", "--port", str(taken.getsockname()[1]))
        assert "[port-taken]" in saola(*words, code=3).stderr


def test_an_unfilled_workbook_is_named(saola: Run, laos: Workspace) -> None:
    """Scoring a workbook that nobody filled names the file, not an unknown period."""
    book = laos.home / "template.xlsx"
    said = saola("--home", laos.home, "score", "online-activity", book, code=3).stderr

    assert "[score-no-value]" in said
    assert "template.xlsx" in said
    assert "–" not in said


def test_a_workspace_keeps_the_clock_that_is_asked_for(saola: Run, tmp_path: Path) -> None:
    """By default the country's; where it keeps several the command says that it is UTC."""
    saola("new", "laos", "--country", "LAO")
    saola("new", "aceh", "--country", "IDN", "--zone", "Asia/Jakarta")
    said = saola("new", "brazil", "--country", "BRA").stderr

    zones = [Workspace.open(tmp_path / name).zone.key for name in ("laos", "aceh", "brazil")]
    assert ["Asia/Vientiane", "Asia/Jakarta", "UTC"] == zones
    assert "Brazil keeps several clocks" in said
    wrong = saola("new", "none", "--country", "LAO", "--zone", "Asia/Luang", code=2).stderr
    assert "There is no time zone “Asia/Luang”." in wrong
    assert not (tmp_path / "none").exists()


def test_times_at_the_terminal_are_of_the_zone(
    saola: Run, laos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch of 23:30 in UTC came at half past six of the next day; programs read UTC."""
    eve = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    monkeypatch.setattr("saola.cli.screen.now", lambda: eve)
    Path("a.csv").write_text("unit,period,indicator,value\nLAO,2022,osi,0.5\n", encoding="utf-8")
    saola("--home", laos.home, "observations", "import", "a.csv")

    (batch,) = observations.batches(laos)
    assert "2026-11-21T23:30:00+00:00" == batch.when
    monkeypatch.setattr("saola.cli.screen.out.width", 200)
    listed = saola("--home", laos.home, "observations", "batches").stdout
    assert "Nov 22, 2026, 06:30 UTC+7" in listed


def test_a_template_is_of_the_year_here(saola: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On New Year's morning in Vientiane it is the old year in UTC."""
    eve = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    monkeypatch.setattr("saola.cli.screen.now", lambda: eve)
    saola("new", "laos", "--country", "LAO")

    book = openpyxl.load_workbook(Path("laos") / "template.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    book.close()
    assert "2027" in {str(value) for value in cells}
    assert "2026" not in {str(value) for value in cells}
