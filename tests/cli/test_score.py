import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from saola import frameworks

Run = Callable[..., CompletedProcess[str]]

HEAD = "unit,node,score,rank,published_score,published_rank,rank_of_published"


def un_file(folder: Path, *rows: str) -> Path:
    path = folder / "EGOV_DATA_2022.csv"
    columns = "Survey Year,Country Name,E-Government Rank,E-Government Index,"
    columns += "E-Participation Index,Online Service Index,Human Capital Index,"
    columns += "Telecommunication Infrastructure Index"
    path.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_un_file_is_scored_as_it_is_downloaded(saola: Run, tmp_path: Path) -> None:
    """Country names with trailing blanks become codes; published stands beside recomputed."""
    path = un_file(
        tmp_path,
        '2022,"Viet Nam ",86,0.67870,0.5341,0.6484,0.6903,0.6973',
        '2022,"Thailand",55,0.76600,0.7750,0.7763,0.7879,0.7338',
    )
    saola("score", "un-egdi-2022", path, "-o", "out")

    lines = (tmp_path / "out/scores.csv").read_text(encoding="utf-8").splitlines()
    assert HEAD == lines[0]
    assert "THA,EGDI,0.766,1,0.766,55,1" == lines[1]
    assert "VNM,EGDI,0.678666666667,2,0.6787,86,2" == lines[2]


def test_the_score_never_reads_the_published_index(saola: Run, tmp_path: Path) -> None:
    """Spoiling the published column changes no score and no rank."""
    good = un_file(tmp_path, '2022,"Viet Nam",86,0.67870,0.5341,0.6484,0.6903,0.6973')
    saola("score", "un-egdi-2022", good, "-o", "a")
    bad = un_file(tmp_path, '2022,"Viet Nam",1,0.99999,0.5341,0.6484,0.6903,0.6973')
    saola("score", "un-egdi-2022", bad, "-o", "b")

    columns = ["unit", "node", "score", "rank"]
    one, other = (pl.read_csv(tmp_path / f"{out}/scores.csv").select(columns) for out in "ab")
    assert one.equals(other)


def test_rows_that_cannot_be_read_are_set_aside(saola: Run, tmp_path: Path) -> None:
    """The summary counts them, and their reasons are in a file."""
    path = un_file(tmp_path, '2022,"Atlantis",1,1,1,1,1,1', '2022,"Viet Nam",86,.6,.5,.6,.6,.6')
    summary = json.loads(saola("score", "un-egdi-2022", path, "-o", "out", "--json").stdout)

    assert (12, 6, 6) == (summary["read"], summary["kept"], summary["aside"])
    assert "Atlantis" in (tmp_path / "out/aside.csv").read_text(encoding="utf-8-sig")


def test_errors_are_one_message_and_an_exit_code(saola: Run) -> None:
    """An unknown framework or file is said in the language asked for, without a traceback."""
    said = saola("--lang", "vi", "score", "none", "x.csv", code=2).stderr
    assert "Không có khung đánh giá “none”" in said
    assert "[framework-unknown]" in said
    assert "[file-absent]" in saola("score", "un-egdi-2022", "x.csv", code=2).stderr


def test_help_needs_no_verb_to_be_imported(saola: Run) -> None:
    """The table of verbs is shown with one line each."""
    said = saola("--help").stdout

    assert "score" in said
    assert "frameworks" in said


def test_the_command_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """What is installed beside Python starts, speaks and ends without a traceback."""
    command = [Path(sys.executable).with_name("saola"), "score", "none", "x.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("There is no framework “none”.")


def test_a_file_of_another_edition_is_refused(saola: Run, tmp_path: Path) -> None:
    """Numbers of 2020 never pass for scores of 2022; the error names both editions."""
    path = un_file(tmp_path, '2020,"Viet Nam",86,0.6667,0.7024,0.6529,0.6779,0.6694')
    said = saola("score", "un-egdi-2022", path, "-o", "out", code=2).stderr

    assert "[period-outside]" in said
    assert "un-egdi-2022" in said
    assert "un-egdi-2020" in said
    assert not (tmp_path / "out").exists()
    saola("score", "un-egdi-2020", path, "-o", "out")


def test_a_home_that_is_named_must_hold_a_workspace(saola: Run, tmp_path: Path) -> None:
    """A misspelled --home is said, and nothing is written elsewhere in its stead."""
    path = un_file(tmp_path, '2022,"Viet Nam",86,0.67870,0.5341,0.6484,0.6903,0.6973')
    for words in (
        ("score", "un-egdi-2022", path),
        ("frameworks", "list"),
        ("observations", "check", path),
        ("units", "show", "Viet Nam"),
    ):
        assert "[workspace-absent]" in saola("--home", "nowhere", *words, code=3).stderr
    assert not (tmp_path / "scores").exists()


def test_a_home_of_the_environment_must_hold_a_workspace(
    saola: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelled SAOLA_HOME is said as a misspelled --home is, by verbs of the server too."""
    (tmp_path / "a.csv").write_text("unit,period,value\nVNM,2022,1\n", encoding="utf-8")
    monkeypatch.setenv("SAOLA_HOME", "nowhere")
    for words in (["score", "un-egdi-2022", "a.csv"], ["frameworks", "list"], ["serve"]):
        assert "[workspace-absent]" in saola(*words, code=3).stderr
    for words in (["serve"], ["identity", "tidy"], ["check"], ["log", "key"]):
        assert "[workspace-absent]" in saola("--home", "elsewhere", *words, code=3).stderr
    assert ["a.csv"] == [path.name for path in tmp_path.iterdir()]


def test_the_file_of_what_was_set_aside_is_named(saola: Run, tmp_path: Path) -> None:
    """The reader need not search; where nothing at all could be used, that is said too."""
    path = un_file(tmp_path, '2022,"Atlantis",1,1,1,1,1,1')
    said = saola("score", "un-egdi-2022", path, "-o", "out", code=1).stderr

    assert "out/aside.csv" in said
    assert "Every row was set aside" in said


def test_an_unknown_indicator_is_said_with_the_nearest_known(saola: Run, tmp_path: Path) -> None:
    """A misspelled column is kept, but not in silence."""
    path = tmp_path / "a.csv"
    path.write_text("unit,period,un-osi,un-hci,un-ti\nVNM,2022,.3,.5,.4\n", encoding="utf-8")
    said = saola("score", "un-egdi-2022", path, "-o", "out").stderr

    assert "un-ti" in said
    assert "un-tii" in said
    assert "un-osi" not in said


def test_what_a_file_says_is_shown_as_it_is(saola: Run, tmp_path: Path) -> None:
    """Brackets in a code are neither left out as markup nor taken for a fault of it."""
    rows = "indicator,unit,period,value\nun-osi,VNM,2022,.3\na[b]c,VNM,2022,1\na[/b],VNM,2022,1\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    said = saola("score", "un-egdi-2022", "a.csv", "-o", "out").stderr

    assert "“a[b]c”" in said
    assert "“a[/b]”" in said


def test_the_codes_of_frameworks_are_whole_at_80_columns(saola: Run) -> None:
    """A code that is cut cannot be typed."""
    said = saola("frameworks", "list").stdout

    assert "vn-dti-province-2024" in said
    assert "vn-dti-ministry-2022" in said


def test_published_totals_of_an_incomplete_edition_are_shown_as_published(
    saola: Run, tmp_path: Path
) -> None:
    """Parts of the tree are unknown: the table shows what was published and says so."""
    edition = frameworks.framework("vn-dti-province-2024")
    lines = [f"{edition.root.published},VNM.P.48,2024,0.7123"]
    head = "indicator,unit,period,value"
    (tmp_path / "a.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    said = saola("score", "vn-dti-province-2024", "a.csv", "-o", "out")

    assert "the totals shown are published, not computed" in said.stderr
    assert "1 unit has a score." in said.stderr
    assert "0.7123" in said.stdout


def test_errors_of_published_tables_are_named(saola: Run, tmp_path: Path) -> None:
    """A total that its parts do not give, and a component above 1, are said with their numbers."""
    path = un_file(
        tmp_path,
        '2022,"Viet Nam",86,0.60000,0.5341,0.6484,0.6903,0.6973',
        '2022,"Thailand",55,0.76600,0.7750,0.7763,1.7879,0.7338',
    )
    said = saola("score", "un-egdi-2022", path, "-o", "out").stderr

    assert "is published as 0.6, its parts give 0.6787." in said
    assert "Thailand, 2022: “Human Capital Index” is 1.7879, outside 0–1." in said
    told = json.loads(saola("score", "un-egdi-2022", path, "-o", "out", "--json").stdout)
    assert [("outside", "THA"), ("published", "THA"), ("published", "VNM")] == [
        (each["kind"], each["unit"]) for each in told["doubts"]
    ]


def test_doubtful_values_of_a_file_are_named_and_kept(saola: Run, tmp_path: Path) -> None:
    """More users than persons: `check` says so in the user's language and sets nothing aside."""
    rows = "unit,period,users,persons\nVNM,2024,20,10\nLAO,2024,-5,10\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    said = saola("observations", "check", "a.csv").stderr
    french = saola("--lang", "fr", "observations", "check", "a.csv").stderr

    assert "4 values read, 4 kept, 0 set aside." in said
    assert "2 values can hardly be right" in said
    assert "(20) is more than" in said
    assert "is -5, below zero." in said
    assert "dont il est une partie" in french


def test_one_value_is_said_in_the_singular(saola: Run, tmp_path: Path) -> None:
    """Counts of one have their own form."""
    (tmp_path / "a.csv").write_text("unit,period,users\nVNM,2024,20\n", encoding="utf-8")

    assert "1 value read, 1 kept" in saola("observations", "check", "a.csv").stderr


def test_a_file_of_heads_alone_is_called_empty(saola: Run, tmp_path: Path) -> None:
    """Nothing was set aside, so nothing says so; the exit code tells that nothing was scored."""
    done = saola("score", "un-egdi-2022", un_file(tmp_path), "-o", "out", code=1)

    assert "The file holds no row to score." in done.stderr
    assert "Every row was set aside" not in done.stderr


def test_a_score_of_few_figures_says_so(saola: Run, tmp_path: Path) -> None:
    """Two inputs of 89 give a score, and the table is followed by how little it rests on."""
    file = tmp_path / "few.csv"
    file.write_text("unit,period,users,persons\nVNM,2024,9,10\n", encoding="utf-8")
    done = saola("score", "online-activity", file, "-o", "out")
    told = saola("score", "online-activity", file, "-o", "out", "--json")

    assert "1 score rests on less than a third of the points" in done.stderr
    assert "Viet Nam, 2024:" in done.stderr
    (one,) = json.loads(told.stdout)["thin"]
    assert ("VNM", "2024") == (one["unit"], one["period"])
