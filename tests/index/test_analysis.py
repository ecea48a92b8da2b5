"""What is kept beside a run, on an invented edition."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from saola import frameworks, observations
from saola.errors import InputError
from saola.frameworks import Framework, runs
from saola.index.analysis import analyses, case, kept_case
from saola.index.audit import audit
from saola.index.build import build
from saola.index.edition import MANY, Options
from saola.index.publish import publish
from saola.index.study import Sample
from saola.index.tree import Part, pruned, tree_of
from saola.workspace import Workspace

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CODES = ("a1", "a2", "b1", "b2")
HEAD = """
id = "t"
index = "t"
valid = ["2024"]
units = "XSA.P"
tie = "competition"
missing = "skip"
source = "invented"
label = { en = "T" }
"""


def edition() -> Framework:
    return frameworks.read(_text_of())


def _text_of() -> dict[str, object]:
    nodes = [{"id": "top"}, {"id": "a", "parents": ["top"]}, {"id": "b", "parents": ["top"]}]
    leaves = [
        {"id": code, "parents": [code[0]], "points": 10 * place, "rule": {"kind": "measured"}}
        for place, code in enumerate(CODES, 1)
    ]
    head = {
        "id": "t", "index": "t", "valid": ["2024"], "units": "XSA", "tie": "competition",
        "label": {"en": "T"}, "source": "invented", "missing": "skip",
    }  # fmt: skip
    return head | {"node": nodes, "indicator": leaves}


def observed(units: int = 8, stderr: float = 0.0, *, gap: bool = False) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024",
         "value": float(rng.uniform(0.3, 0.9))}
        | ({"stderr": stderr} if stderr else {})
        for place in range(units)
        for code in CODES
        if not (gap and code == "b2" and place % 3 == 0)
    ]  # fmt: skip
    return observations.frame(rows)


def analysed(rows: pl.DataFrame, most: int = MANY, **kinds: str) -> dict[str, pl.DataFrame]:
    framework = edition()
    rates = frameworks.rates(framework, rows)
    told = {unit: kinds.get(unit[-2:], "province") for unit in rates.cube.units}
    scores = frameworks.score(framework, rows)
    return analyses(framework, rates, scores, told, Options(draws=64), most)


def test_every_table_names_the_units_it_is_of() -> None:
    """Units are analysed among their kind where they have no rank group."""
    found = analysed(observed(8))

    wanted = {
        "values", "classes", "duels", "sobol", "sobol-units", "settling", "alternatives", "spans",
        "together", "reliability", "flags",
    }  # fmt: skip
    assert wanted == set(found)
    assert [{"province"}] * len(found) == [set(frame["among"]) for frame in found.values()]
    assert 8 * 7 == found["duels"].height
    assert {"choices"} == set(found["spans"]["claim"])


def test_known_errors_stand_beside_choices() -> None:
    """With standard errors there are intervals of both kinds, and classes from the errors."""
    found = analysed(observed(8, 0.05))

    assert {"choices": 8, "errors": 8} == dict(found["spans"]["claim"].value_counts().iter_rows())
    assert "values" in found["sobol"]["factor"].to_list()


def test_errors_of_others_are_no_errors_of_these() -> None:
    """Of two kinds of unit only the one whose values have errors has intervals of errors."""
    plain, noisy = observed(4), observed(8, 0.05).filter(pl.col("unit") > "XSA.P.03")
    found = analysed(pl.concat([plain, noisy]), **{f"{n:02}": "commune" for n in range(4)})
    claims = found["spans"].group_by("among").agg(pl.col("claim").unique().sort())

    assert {"commune": ["choices"], "province": ["choices", "errors"]} == dict(claims.iter_rows())


def test_what_is_analysed_is_the_published_score() -> None:
    """An indicator that a unit lacks changes nothing: the nominal scores are those of the run."""
    framework, rows = edition(), observed(9, gap=True)
    rates = frameworks.rates(framework, rows)
    table, tree, recipe = case(framework, rates, np.arange(9))

    assert np.allclose(rates.nodes[0, 0, 0], build(table, tree, recipe).column("top"), atol=1e-12)


def test_few_or_many_units_have_no_analysis() -> None:
    """Of two units nothing is told; of a field too large nothing either."""
    assert {} == analysed(observed(2))
    assert {} == analysed(observed(8), most=7)
    assert 2 * 8 == analysed(observed(8, 0.05), most=8)["spans"].height


def test_large_fields_have_no_duels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that nobody reads is not kept."""
    monkeypatch.setattr("saola.index.analysis.DUELLERS", 4)

    assert "duels" not in analysed(observed(8))


@pytest.mark.parametrize("stderr", [0.0, 0.05])
def test_an_audit_can_be_made_from_what_is_kept(stderr: float) -> None:
    """The table `values` gives the same case again, with names and errors."""
    framework, rows = edition(), observed(8, stderr)
    rates = frameworks.rates(framework, rows)
    table, tree, _ = case(framework, rates, np.arange(8))
    values = analysed(rows)["values"]
    again, grown, recipe = kept_case(framework, values, {"XSA.P.00": "First"})

    assert (table.values == again.values).all()
    assert tree.codes == grown.codes
    assert ("First", stderr > 0) == (again.names["XSA.P.00"], again.stderr is not None)
    assert 8 == len(audit(again, grown, recipe, Sample(16, 1)).study.units)


def test_a_pruned_aggregate_weighs_less() -> None:
    """It loses the share of its weight that the indicators lost had in it."""
    parts = [
        Part("i", (), level=3),
        Part("a", ("i",), level=2, weight=4.0),
        Part("b", ("i",), level=2),
        Part("x", ("a",)),
        Part("y", ("a",), weight=3.0),
        Part("z", ("b",)),
    ]
    tree = pruned(tree_of(parts), ["x", "z"])

    assert ("x", "z", "a", "b", "i") == tree.codes
    assert 1.0 == tree.parts["a"].weight
    assert 4.0 == pruned(tree_of(parts), ["x", "y"]).parts["a"].weight
    assert "b" not in pruned(tree_of(parts), ["x", "y"]).parts
    with pytest.raises(InputError):
        pruned(tree_of(parts), [])


def workspace_of(tmp_path: Path, *periods: str) -> Workspace:
    """Make a workspace with eight observed units and the framework `t`."""
    workspace = Workspace.create(tmp_path / "home", country="XSA", label={"en": "X"})
    units = "code,kind,parent,vi,en,fr,from,to,lat,lon,source\nXSA,country,,X,X,X,,,,,invented\n"
    units += "".join(f"XSA.P.{n:02},province,XSA,P{n},P{n},P{n},,,,,invented\n" for n in range(8))
    workspace.folder("units").joinpath("units.csv").write_text(units, "utf-8")
    nodes = "".join(
        f'[[node]]\nid = "{code}"\n' + (f'parents = ["{over}"]\n' if over else "")
        for code, over in (("top", ""), ("a", "top"), ("b", "top"))
    )
    leaves = "".join(
        f'[[indicator]]\nid = "{code}"\nparents = ["{code[0]}"]\npoints = 1\n'
        'rule = { kind = "measured" }\n'
        for code in CODES
    )
    workspace.folder("frameworks").joinpath("t.toml").write_text(HEAD + nodes + leaves, "utf-8")
    workspace = Workspace.open(workspace.home)
    for period in periods:
        rows = observed(8, 0.05).with_columns(period=pl.lit(period))
        observations.append(workspace, rows, source="t", who="t", when=NOW)
    return workspace


def test_of_many_units_only_the_last_period_is_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds, so it is not done for every period that is scored again."""
    monkeypatch.setattr("saola.index.publish.MANY", 4)
    workspace = workspace_of(tmp_path, "2024", "2025")
    first, last = publish(workspace, "t", when=NOW)

    assert runs.table(workspace, first, "spans") is None
    assert runs.table(workspace, last, "spans") is not None


def test_a_run_keeps_its_analysis(tmp_path: Path) -> None:
    """`publish` saves the tables beside the scores, where pages read them."""
    workspace = workspace_of(tmp_path, "2024")
    told: list[tuple[int, int]] = []
    run = publish(workspace, "t", when=NOW, progress=lambda *at: told.append(at))[0]
    spans = runs.table(workspace, run, "spans")

    assert spans is not None
    assert {"province"} == set(spans["among"])
    assert (1, [(1, 1)]) == (run.seed, told)
    assert runs.table(workspace, run, "nothing") is None
