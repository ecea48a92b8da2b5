import datetime as dt
import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

import saola
from saola import language
from saola.cli.main import root
from saola.errors import InputError
from saola.frameworks import framework, rates
from saola.index import Recipe, Table, Tree, recipe_of
from saola.index.audit import Audit, audit, usual_alternatives
from saola.index.edition_table import edition_table
from saola.index.grid import read_grid
from saola.index.study import Sample
from saola.observations import frame
from saola.reports.audit import audit_pdf

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "guides" / "asem.toml"


@pytest.fixture(scope="module")
def asem_audit(asem: tuple[Table, Tree], asem_recipe: Recipe) -> Audit:
    return audit(*asem, asem_recipe, Sample(100, seed=2, bootstrap=40))


@pytest.mark.real
def test_an_audit_has_every_table(asem_audit: Audit) -> None:
    """Intervals, classes, indices, coherence and the record of every run are there."""
    tables = asem_audit.tables()

    assert {
        "scores", "intervals", "classes", "top10", "sobol", "sobol_units", "left_out",
        "statistics", "reliability", "correlations", "flags", "convergence", "alternatives",
        "duels",
    } == set(tables)  # fmt: skip
    assert 600 == asem_audit.record().height
    assert not asem_audit.added
    wide = asem_audit.wide()
    assert (wide["rank_high"] - wide["rank_low"]).min() > 51 / 6


@pytest.mark.real
@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
def test_the_report_is_a_tagged_pdf_in_each_language(asem_audit: Audit, lang: str) -> None:
    """The audit is a PDF of several pages whose headings are in the language."""
    made = audit_pdf(asem_audit, lang, dt.datetime(2026, 11, 21, 9, 30, 1, 5, tzinfo=dt.UTC))
    read = PdfReader(BytesIO(made))
    words = " ".join(page.extract_text() for page in read.pages)

    assert len(read.pages) >= 5
    assert language.text("Statistical audit", lang=lang) in words
    assert language.text("Rank classes", lang=lang) in words
    assert "/MarkInfo" in read.trailer["/Root"]


def test_recipes_without_alternatives_get_the_usual_ones(small: tuple[Table, Tree]) -> None:
    """Weights move by a quarter, scale and mean are changed; what is no mean stays."""
    bare = usual_alternatives(recipe_of([{"step": "normalise"}]))
    kinds = [step.kind for step in bare.steps]
    fixed = usual_alternatives(
        recipe_of([{"step": "normalise"}, {"step": "aggregate", "method": "copeland"}])
    )

    assert ["normalise", "weigh", "aggregate"] == kinds
    assert (2, 0, 2) == tuple(len(others) for others in bare.alternatives)
    assert 0.25 == bare.weigh.noise
    assert () == fixed.alternatives[2]
    scored = usual_alternatives(recipe_of([{"step": "normalise", "method": "none"}]))
    assert ((), (), ()) == scored.alternatives
    found = audit(*small, recipe_of([{"step": "normalise"}]), Sample(32, 1, bootstrap=10))
    assert found.added
    assert audit_pdf(found, "en", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))[:4] == b"%PDF"


def egdi() -> tuple[Table, Tree, Recipe]:
    known = {"VNM": (0.6, 0.7, 0.8), "LAO": (0.3, 0.5, 0.4), "SGP": (0.9, 0.8, 1.0)}
    rows = [
        {"indicator": code, "unit": unit, "period": "2022", "value": value}
        for unit, values in known.items()
        for code, value in zip(("un-osi", "un-hci", "un-tii"), values, strict=True)
    ]
    edition = framework("un-egdi-2022")
    return edition_table(edition, rates(edition, frame(rows)))


def test_an_edition_becomes_a_table_and_a_tree() -> None:
    """A framework's rates are the table, its points the weights; the usual recipe varies it."""
    table, tree, recipe = egdi()
    found = audit(table, tree, recipe, Sample(64, 1, bootstrap=10))

    assert ("EGDI", ("OSI", "HCI", "TII")) == (tree.root, table.indicators)
    assert 0.7 == pytest.approx(found.built.score("VNM"))
    assert {"weights", "aggregate"} == set(found.sensitivity.frame()["factor"])
    edition = framework("un-egdi-2022")
    rows = [{"indicator": "un-osi", "unit": "VNM", "period": "2022", "value": 0.5}]
    found_rates = rates(edition, frame(rows))
    with pytest.raises(InputError, match="1999"):
        edition_table(edition, found_rates, "1999")


# -- the command ----------------------------------------------------------------------------


def call(*args: object) -> object:
    return CliRunner().invoke(root, ["index", *map(str, args)], catch_exceptions=False)


@pytest.mark.real
def test_build_writes_scores_and_a_workbook(tmp_path: Path, shared_data: Path) -> None:
    """`saola index build` writes scores.csv with four columns, and everything as XLSX."""
    folder = shared_data / "asem"
    data, meta = folder / "asem_data.csv", folder / "asem_meta.csv"
    call("build", data, meta, "-o", tmp_path, "--recipe", TUTORIAL)
    scores = pl.read_csv(tmp_path / "scores.csv")
    told = json.loads(call("build", data, meta, "-o", tmp_path / "b", "--json").stdout)

    assert ["unit", "node", "score", "rank"] == scores.columns
    top = scores.filter(pl.col("node") == "Index", pl.col("rank") == 1)
    assert ("CHE", pytest.approx(68.38372, abs=6e-6)) == (top["unit"][0], top["score"][0])
    assert scores.height == read_grid(tmp_path / "index.xlsx").height
    assert 51 == told["units"]


@pytest.mark.real
def test_metadata_beside_a_csv_need_not_be_named(tmp_path: Path, shared_data: Path) -> None:
    """Without metadata those beside a CSV are taken; of a panel the last period is printed."""
    panel = shared_data / "asem" / "asem_panel.csv"
    shown = call("build", panel, "-o", tmp_path, "--recipe", TUTORIAL).stdout

    assert "Sustainable Connectivity, 2022" in " ".join(shown.split())
    assert 10 == len(re.findall(r"│ \d+ +│", shown))
    assert 5 == pl.read_csv(tmp_path / "scores.csv")["period"].n_unique()
    lonely = tmp_path / "numbers.csv"
    lonely.write_text("uCode\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        call("build", lonely, "-o", tmp_path)
    assert "index-meta-absent" == caught.value.code


def test_an_unknown_index_is_told_before_any_file_is_read(tmp_path: Path) -> None:
    """The error names the indices that there are."""
    with pytest.raises(InputError) as caught:
        call("panel", "asem.toml", "absent.csv", "-o", tmp_path)

    assert "framework-unknown" == caught.value.code
    assert "un-egdi" in str(caught.value)


def test_parts_of_the_engine_are_at_hand_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `import saola` every part the guide names is there; a wrong name says so."""
    monkeypatch.delattr(saola.index, "inequality", raising=False)  # nothing imported it yet
    assert saola.index.inequality.gini(np.array([0.0, 1.0]), np.ones(2)) == 0.5
    assert {"explain", "what_if", "build"} <= set(dir(saola.index))
    for name in dir(saola.index):
        assert getattr(saola.index, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        saola.index.nothing  # noqa: B018  (asking is the test)


@pytest.mark.real
def test_audit_writes_tables_record_and_report(tmp_path: Path, shared_data: Path) -> None:
    """`saola index audit` writes intervals, classes, indices, the record and the PDF, by seed."""
    data = shared_data / "asem" / "asem_data.csv"
    for name, threads in (("a", 1), ("b", 2)):
        call(
            "audit", TUTORIAL, data, "--draws", 32, "--seed", 3, "-o", tmp_path / name,
            "--threads", threads,
        )  # fmt: skip
    for name in ("intervals", "classes", "sobol", "draws"):
        one, two = ((tmp_path / run / f"{name}.csv").read_bytes() for run in ("a", "b"))
        assert one == two
    told = json.loads((tmp_path / "a" / "audit.json").read_text(encoding="utf-8"))
    assert (3, 32, 192) == (told["seed"], told["draws"], told["runs"])
    assert b"%PDF" == (tmp_path / "a" / "audit.pdf").read_bytes()[:4]


@pytest.mark.real
def test_audit_takes_one_year_of_a_panel(tmp_path: Path, shared_data: Path) -> None:
    """Of a panel the last period is audited, or the one named; metadata lie beside the data."""
    panel = shared_data / "asem" / "asem_panel.csv"
    done = call("audit", TUTORIAL, panel, "--draws", 16, "-o", tmp_path, "--json")
    assert 51 == json.loads(done.stdout)["units"]
    with pytest.raises(InputError, match="1999"):
        call("audit", TUTORIAL, panel, "--draws", 16, "-o", tmp_path, "--period", "1999")
    lonely = tmp_path / "numbers.csv"
    lonely.write_text("uCode\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        call("audit", TUTORIAL, lonely, "-o", tmp_path)
    assert "index-meta-absent" == caught.value.code
    with pytest.raises(InputError) as caught:
        call("audit", "none.toml", lonely, "-o", tmp_path)
    assert "file-absent" == caught.value.code


@pytest.mark.real
def test_audit_takes_an_edition_and_observations(tmp_path: Path, shared_data: Path) -> None:
    """A framework by its code is audited on a file of observations."""
    data = shared_data / "egdi" / "EGOV_DATA_2022.csv"
    done = call("audit", "un-egdi-2022", data, "--draws", 16, "-o", tmp_path, "--json")
    told = json.loads(done.stdout)

    assert (193, "EGDI") == (told["units"], told["node"])
    assert np.isfinite([row["total"] for row in told["sobol"]]).all()
