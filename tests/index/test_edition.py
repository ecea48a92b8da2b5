import numpy as np
import polars as pl
import pytest

from saola import frameworks, observations
from saola.frameworks import Framework
from saola.index.edition import Options, intervals
from saola.index.edition_node import EditionNode

HEAD = {
    "id": "t", "index": "t", "valid": ["2024"], "units": "XSA.P", "tie": "competition",
    "label": {"en": "T"}, "source": "invented", "missing": "skip",
}  # fmt: skip


def edition(**head: object) -> Framework:
    nodes = [{"id": "top"}, {"id": "a", "parents": ["top"]}, {"id": "b", "parents": ["top"]}]
    leaves = [
        {"id": code, "parents": [code[0]], "points": 1, "rule": {"kind": "measured"}}
        for code in ("a1", "a2", "b1")
    ]
    return frameworks.read(HEAD | head | {"node": nodes, "indicator": leaves})


def sure(table: dict[str, list[float]], stderr: float = 0, **options: float) -> pl.DataFrame:
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024", "value": value}
        | ({"stderr": stderr} if stderr else {})
        for code, values in table.items()
        for place, value in enumerate(values)
    ]
    framework = edition()
    rates = frameworks.rates(framework, observations.frame(rows))
    scores = frameworks.score(framework, observations.frame(rows))
    chosen = Options(**options)  # type: ignore[arg-type]  # numbers of the test
    found, tables = intervals(framework, rates, scores, chosen)
    assert 3 * chosen.draws * 1 <= tables["draws"].height
    assert {"errors" if stderr else "choices"} == set(tables["claims"]["claim"])
    return found.filter(pl.col("node") == "top").sort("unit")


def spread(units: int) -> dict[str, list[float]]:
    rng = np.random.default_rng(7)
    return {code: rng.uniform(0.2, 0.8, units).tolist() for code in ("a1", "a2", "b1")}


def test_equal_parts_leave_nothing_to_the_weights() -> None:
    """Where both pillars of every unit agree, no weight can change a score or a rank."""
    values = [0.3, 0.5, 0.7]
    found = sure({"a1": values, "a2": values, "b1": values})

    assert found["score"].to_list() == pytest.approx(found["low"].to_list())
    assert found["rank"].to_list() == found["rank_low"].to_list() == found["rank_high"].to_list()


def test_an_interval_holds_the_score_and_the_rank() -> None:
    """Under varied weights alone the published score and rank lie within."""
    found = sure(spread(20))

    assert found.select((pl.col("low") <= pl.col("score")).all()).item()
    assert found.select((pl.col("rank_low") <= pl.col("rank")).all()).item()
    assert found.select((pl.col("rank") <= pl.col("rank_high")).all()).item()


def test_errors_of_values_widen_the_intervals() -> None:
    """With standard errors ranks are less sure than without."""
    plain, noisy = sure(spread(20)), sure(spread(20), stderr=0.1)

    def width(frame: pl.DataFrame) -> float:
        return float((frame["rank_high"] - frame["rank_low"]).mean() or 0)

    assert 2 * width(plain) < width(noisy)


def test_the_seed_fixes_every_draw() -> None:
    """The same seed gives the same intervals, another one others."""
    one, again, other = sure(spread(9), 0.1), sure(spread(9), 0.1), sure(spread(9), 0.1, seed=2)

    assert one.equals(again)
    assert not one.equals(other)


def test_a_missing_unit_has_no_interval() -> None:
    """Nothing is drawn for a unit without a score."""
    framework = edition()
    rows = observations.frame(
        {"indicator": "a1", "unit": "XSA.P.01", "period": "2024", "value": 0.5} for _ in range(1)
    )
    units = ["XSA.P.01", "XSA.P.02"]
    rates = frameworks.rates(framework, rows, units=units)
    scores = frameworks.score(framework, rows, units=units)
    found, _ = intervals(framework, rates, scores, Options())

    row = found.filter((pl.col("unit") == "XSA.P.02") & (pl.col("node") == "top")).row(
        0, named=True
    )
    assert (None, None) == (row["low"], row["rank_high"])


def test_intervals_from_known_errors_cover_the_truth() -> None:
    """In worlds whose truth is known, 90 % intervals hold at least 88 % of the true scores."""
    rng = np.random.default_rng(3)
    framework = edition()
    held = total = 0
    for world in range(60):
        truth = rng.normal(0.5, 0.1, 34)
        rows = [
            {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024", "stderr": 0.04,
             "value": value + rng.normal(0, 0.04)}
            for place, value in enumerate(truth)
            for code in ("a1", "a2", "b1")
        ]  # fmt: skip
        observed = observations.frame(rows)
        rates, scores = (
            frameworks.rates(framework, observed),
            frameworks.score(framework, observed),
        )
        told, _ = intervals(framework, rates, scores, Options(draws=400, seed=world))
        found = told.filter(pl.col("node") == "top").sort("unit")
        within = (found["low"].to_numpy() <= truth) & (truth <= found["high"].to_numpy())
        held += int(within.sum())
        total += len(truth)

    assert 0.88 <= held / total <= 0.92


def test_equal_scores_take_dense_ranks_in_every_draw() -> None:
    """An edition that ranks densely does so in its draws too."""
    values = [0.9, 0.5, 0.5, 0.1]
    framework = edition(tie="dense")
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024", "value": value}
        for code in ("a1", "a2", "b1")
        for place, value in enumerate(values)
    ]
    rates = frameworks.rates(framework, observations.frame(rows))
    scores = frameworks.score(framework, observations.frame(rows))
    told, _ = intervals(framework, rates, scores, Options(draws=32))
    found = told.filter(pl.col("node") == "top").sort("unit")

    assert [1, 2, 2, 3] == found["rank_low"].to_list() == found["rank_high"].to_list()


def test_two_units_take_their_errors_as_they_are() -> None:
    """Of fewer than three units no field can be told, so scores are drawn about themselves."""
    found = sure({"a1": [0.2, 0.8], "a2": [0.2, 0.8], "b1": [0.2, 0.8]}, stderr=0.05)
    width = (found["high"] - found["low"]).to_numpy()

    assert np.allclose(2 * 1.645 * 0.05 / np.sqrt(3), width, rtol=0.15)


def test_a_gate_holds_a_score_at_nothing_in_every_draw() -> None:
    """A unit that a gate puts at 0 stays there whatever the weights."""
    one = EditionNode(
        ("a", "b"), np.array([0, 1]), np.ones(2), np.array([[0.5, 0.4], [0.7, 0.6]]),
        np.zeros((2, 2)), np.array([0.0, 0.5]), skip=True, gated=True,
    )  # fmt: skip

    assert [0.0, 0.6] == one.within(np.array([[0.3, 0.6]]), one.score)[0].tolist()


def test_nothing_scored_has_no_intervals() -> None:
    """Where no unit has a score the scores stay as they are."""
    framework = edition()
    rows = observations.frame([{"indicator": "a1", "unit": "X", "period": "2024", "value": 0.5}])
    rates = frameworks.rates(framework, rows)
    scores = frameworks.score(framework, rows)
    rates.nodes[:] = np.nan
    told, tables = intervals(framework, rates, scores, Options(draws=32))

    assert scores.equals(told)
    assert (0, 0) == (tables["draws"].height, tables["claims"].height)
