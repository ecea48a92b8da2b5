import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError
from saola.index import Recipe, Table, Tree, build, recipe_of
from saola.index.drawn import intervals
from saola.index.engine import rank_draws
from saola.index.rank import ranks
from saola.index.sensitivity import Sensitivity, leave_out, sensitivity
from saola.index.standings import classes, convergence, duels, pairs, sure, top
from saola.index.study import Sample, Study, vary

NAN = float("nan")
BOTH = [{}, {"method": "geometric"}]
ROWS = [
    {"step": "normalise", "range": [1, 100], "alternatives": [{}, {"range": [10, 20]}]},
    {"step": "weigh", "noise": 0.25},
    {"step": "aggregate", "alternatives": BOTH},
]


@pytest.fixture(scope="module")
def asem_study(asem: tuple[Table, Tree], asem_recipe: Recipe) -> Study:
    return vary(*asem, asem_recipe, Sample(400, seed=3))


@pytest.fixture(scope="module")
def asem_sobol(asem: tuple[Table, Tree], asem_recipe: Recipe) -> Sensitivity:
    return sensitivity(*asem, asem_recipe, Sample(4000, seed=5, bootstrap=60))


# -- the draws ------------------------------------------------------------------------------


@pytest.mark.real
def test_any_draw_can_be_run_again(asem_study: Study) -> None:
    """A draw computed step by step from its record gives the scores of the engine."""
    for draw in range(0, 400, 37):
        assert_allclose(asem_study.rerun(draw), asem_study.scores[:, draw], atol=1e-10)
    with pytest.raises(InputError, match="400"):
        asem_study.rerun(400)


@pytest.mark.real
def test_the_record_tells_every_choice(asem_study: Study) -> None:
    """The record names the alternative of every step and every weight drawn."""
    record = asem_study.record()

    assert 400 == record.height
    assert {0, 1, 2, 3, 4} == set(record["treat"])
    assert {0, 1} == set(record["aggregate"])
    noisy = record.select(pl.selectors.starts_with("weight:"))
    assert 10 == noisy.width
    assert (noisy.to_numpy() >= 0.75).all()
    assert (noisy.to_numpy() < 1.25).all()
    assert 9 == asem_study.alternatives().height
    told = asem_study.alternatives()["changed"].to_list()
    assert ["most = 1", ""] == [told[0], told[4]]
    assert any("zscore" in row for row in told)


@pytest.mark.real
def test_threads_do_not_change_the_result(asem: tuple[Table, Tree], asem_recipe: Recipe) -> None:
    """One seed gives the same scores and ranks for one thread and for four."""
    one, four = (vary(*asem, asem_recipe, Sample(2000, 9, threads=n)) for n in (1, 4))

    assert one.across.tobytes() == four.across.tobytes()
    assert one.counts.tolist() == four.counts.tolist()


@pytest.mark.parametrize("kind", ["sobol", "latin", "random"])
def test_every_design_gives_all_combinations(small: tuple[Table, Tree], kind: str) -> None:
    """Whatever the design, all alternatives are drawn about equally often."""
    record = vary(*small, recipe_of(ROWS), Sample(200, 1, kind=kind)).record()
    counts = record.group_by("normalise", "aggregate").len()["len"]

    assert 4 == len(counts)
    assert counts.min() > 35


def errors_in(table: Table, size: float) -> Table:
    stderr = np.full(table.values.shape, size)
    return Table(table.units, table.indicators, table.values, stderr=stderr)


@pytest.mark.parametrize(
    "normalise",
    [
        {"method": "minmax", "range": [1, 100]},
        {"method": "zscore", "mean": 10, "sd": 2},
        {"method": "goalposts", "low": -100, "high": 100, "range": [1, 10]},
        {"method": "rank"},
    ],
)
@pytest.mark.parametrize("method", ["arithmetic", "geometric", "power", "copeland"])
def test_values_drawn_with_errors_can_be_run_again(
    small: tuple[Table, Tree], normalise: dict[str, object], method: str
) -> None:
    """Errors of values follow each draw's own stream, on the fast way and on the slow one."""
    table, tree = small
    rows = [{"step": "normalise", **normalise}, {"step": "aggregate", "method": method}]
    study = vary(errors_in(table, 0.3), tree, recipe_of(rows), Sample(20, 4, threads=2))

    for draw in (0, 7, 19):
        assert_allclose(study.rerun(draw), study.scores[:, draw], rtol=1e-9)
    assert list(range(20)) == study.record()["errors"].to_list()
    assert np.ptp(study.scores, axis=1).max() > 0


def test_a_geometric_mean_of_drawn_values_below_zero_gives_no_score(
    small: tuple[Table, Tree],
) -> None:
    """Where an error takes a value out of a mean's reach the draw has no score for that unit."""
    table, tree = small
    rows = [
        {"step": "normalise", "method": "zscore", "mean": 2},
        {"step": "aggregate", "method": "geometric"},
    ]
    study = vary(errors_in(table, 9.0), tree, recipe_of(rows), Sample(200, 4))
    told = intervals(study)

    assert told["scored"].min() < 1
    assert np.isnan(study.scores).any()
    assert 0 == study.ranks.min()


def test_gaps_and_other_methods_go_the_long_way(small: tuple[Table, Tree]) -> None:
    """Missing values and methods that are no means are scored by the same steps as the index."""
    table, tree = small
    values = table.values.copy()
    values[2, 1] = NAN
    holed = Table(table.units, table.indicators, values)
    for how in ({}, {"method": "copeland"}, {"by_level": {"3": "median"}}):
        study = vary(
            holed, tree, recipe_of([*ROWS[:2], {"step": "aggregate", **how}]), Sample(32, 2)
        )
        for draw in (0, 31):
            assert_allclose(study.rerun(draw), study.scores[:, draw])


def test_a_unit_that_a_variant_screens_out_has_no_score_there(
    small: tuple[Table, Tree],
) -> None:
    """Screening may be varied; a unit left out counts as not scored in those draws."""
    table, tree = small
    values = table.values.copy()
    values[0, 0] = NAN
    rows = [
        {"step": "screen", "available": 0.5, "alternatives": [{}, {"available": 1.0}]},
        {"step": "impute"},
        {"step": "normalise"},
    ]
    study = vary(Table(table.units, table.indicators, values), tree, recipe_of(rows), Sample(64, 2))
    told = intervals(study).filter(unit="U")

    assert 0.5 == pytest.approx(told["scored"][0], abs=0.02)
    assert np.isnan(study.rerun(int(np.argmax(np.isnan(study.scores[0])))))[0]


def test_dirichlet_weights_sum_as_the_given_ones(small: tuple[Table, Tree]) -> None:
    """Dirichlet noise draws the shares of siblings; the sum stays, the spread is the noise."""
    rows = [ROWS[0], {"step": "weigh", "noise": 0.2, "spread": "dirichlet", "noise_levels": [1]}]
    study = vary(*small, recipe_of(rows), Sample(2048, 2))
    weights = study.weights()[:4]

    assert_allclose(np.full(2048, 2.0), weights[0] + weights[1])
    assert 0.2 == pytest.approx(weights.std() / weights.mean(), rel=0.05)
    assert_allclose(study.rerun(5), study.scores[:, 5])


def test_alternatives_of_weights_and_two_steps_of_a_kind(small: tuple[Table, Tree]) -> None:
    """Ways of weighing may be alternatives too, and two steps of a kind are two factors."""
    impute = {"step": "impute", "alternatives": [{}, {"method": "median"}]}
    weigh = {"step": "weigh", "noise": 0.1, "alternatives": [{}, {"method": "pca"}]}
    rows = [impute, impute, {"step": "normalise"}, weigh]
    study = vary(*small, recipe_of(rows), Sample(64, 2))

    assert ("impute", "impute-2", "weigh", "weights") == tuple(f.name for f in study.draws.factors)
    for draw in (1, 2, 3):
        assert_allclose(study.rerun(draw), study.scores[:, draw])


def test_what_cannot_be_studied_is_refused(small: tuple[Table, Tree]) -> None:
    """Too few draws, nothing varied, a panel, an impossible alternative, a wrong level."""
    table, tree = small
    panel = Table(
        table.units * 2,
        table.indicators,
        np.vstack([table.values] * 2),
        ("2020",) * 6 + ("2021",) * 6,
    )
    wrong = [{"step": "normalise", "range": [0, 1]}, {"step": "aggregate", "alternatives": BOTH}]
    cases = [
        (table, [{"step": "normalise"}], "index-nothing-varied"),
        (panel, ROWS, "index-panel-audit"),
        (table, wrong, "index-not-positive"),
    ]
    for data, rows, code in cases:
        with pytest.raises(InputError) as caught:
            vary(data, tree, recipe_of(rows), Sample(32, 1))
        assert code == caught.value.code
    with pytest.raises(InputError) as caught:
        Sample(3, 1)
    assert "index-draws-few" == caught.value.code
    with pytest.raises(InputError) as caught:
        intervals(vary(table, tree, recipe_of(ROWS), Sample(32, 1)), 1.5)
    assert "index-share" == caught.value.code


# -- what follows from them -----------------------------------------------------------------


@pytest.mark.real
def test_intervals_hold_their_share_of_draws(asem_study: Study) -> None:
    """At least 90 % of the ranked draws of a unit lie in its rank interval, medians between."""
    told = intervals(asem_study, 0.9)
    rows = [asem_study.units.index(unit) for unit in told["unit"]]
    drawn = asem_study.ranks[rows]
    low, high = told["rank_low"].to_numpy()[:, None], told["rank_high"].to_numpy()[:, None]

    assert (((drawn >= low) & (drawn <= high)).mean(axis=1) >= 0.9 - 1e-9).all()
    assert (told["rank_low"] <= told["rank_median"]).all()
    assert (told["score_low"] <= told["score_median"]).all()
    assert_allclose(drawn.mean(axis=1), told["rank_mean"])
    expected = np.quantile(asem_study.scores[rows], [0.05, 0.5, 0.95], axis=1)
    assert_allclose(expected, told.select("score_low", "score_median", "score_high").to_numpy().T)
    assert ("CHE", 1) == (told["unit"][0], told["rank"][0])
    assert "<table" in asem_study._repr_html_()


@pytest.mark.real
def test_chances_of_the_top_add_up(asem_study: Study) -> None:
    """The chances of being among the first ten add up to ten units."""
    told = top(asem_study, 10)

    assert 10 == pytest.approx(told["top"].sum())
    assert told["top"].is_sorted(descending=True)


@pytest.mark.real
def test_duels_are_fair(asem_study: Study) -> None:
    """The chances of two units against each other add up to one."""
    chance = duels(asem_study)

    assert_allclose(np.ones_like(chance), chance + chance.T)
    expected = np.mean(asem_study.scores[3] > asem_study.scores[8])
    assert expected == pytest.approx(chance[3, 8])
    few = pairs(asem_study, ["CHE", "VNM", "IND"])
    assert 6 == few.height
    assert 1.0 == few.filter(unit="CHE", other="VNM")["ahead"][0]
    with pytest.raises(InputError, match="XXX"):
        pairs(asem_study, ["XXX"])


@pytest.mark.real
def test_heads_of_classes_can_be_told_apart(asem_study: Study) -> None:
    """The first unit of a class is surely ahead of the first of the next, and of no member."""
    told = classes(asem_study, 0.95)
    heads = told.group_by("class", maintain_order=True).first()["unit"].to_list()
    chance = duels(asem_study, heads, heads)

    assert told["class"].is_sorted()
    assert all(chance[i, i + 1] >= 0.95 for i in range(len(heads) - 1))
    for head in heads:
        members = told.filter(
            pl.col("class") == told.filter(unit=head)["class"][0], pl.col("unit") != head
        )["unit"].to_list()
        assert (duels(asem_study, [head], members) < 0.95).all()
    assert (told["best"] <= told["worst"]).all()


def test_the_span_of_ranks_counts_sure_wins(small: tuple[Table, Tree]) -> None:
    """A unit surely ahead of all others has only the first rank open."""
    study = vary(*small, recipe_of(ROWS), Sample(64, 2))
    won, lost = sure(study, 0.99)
    told = classes(study, 0.99).filter(unit="Z")

    assert (won[5], 6 - won[5]) == (told["surely_ahead"][0], told["worst"][0])
    assert lost.sum() == won.sum()


@pytest.mark.real
def test_results_settle_as_draws_are_added(asem_study: Study) -> None:
    """The last line of the convergence table is the whole study."""
    told = convergence(asem_study)

    assert 400 == told["draws"][-1]
    assert told["draws"].is_sorted()
    assert told["rank_change"][-1] == pytest.approx(told["rank_change"][-2], rel=0.1)


def test_ranks_of_draws_are_ranks() -> None:
    """The engine's ranks are the plain ones, ties and gaps included, on one thread or more."""
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 9, size=(5000, 20)).astype(float)
    scores[rng.random(scores.shape) < 0.05] = NAN
    found, counts = rank_draws(scores, threads=3)

    assert ranks(scores.T).T.tolist() == found.tolist()
    assert (counts.sum(axis=1) == 5000).all()
    assert rank_draws(scores[:100])[0].tolist() == found[:100].tolist()


# -- which choice matters -------------------------------------------------------------------


@pytest.mark.real
def test_sobol_indices_of_asem_stand_in_their_intervals(asem_sobol: Sensitivity) -> None:
    """The indices are those of brute force (`test_sobol_of_asem`), inside their intervals."""
    told = asem_sobol.frame()

    assert ["treat", "normalise", "weights", "aggregate"] == told["factor"].to_list()
    assert_allclose([0.033, 0.081, 0.121, 0.545], told["first"], atol=0.02)
    assert_allclose([0.055, 0.268, 0.203, 0.724], told["total"], atol=0.02)
    assert (told["first_low"] <= told["first"]).all()
    assert (told["total"] <= told["total_high"]).all()
    assert "<table" in asem_sobol._repr_html_()


@pytest.mark.real
def test_units_have_indices_of_their_own(asem_sobol: Sensitivity) -> None:
    """Every unit's rank is explained by factors of its own; the base blocks are a study."""
    told = asem_sobol.units()

    assert 51 * 4 == told.height
    assert told.filter(unit="VNM").drop("unit").equals(asem_sobol.unit("VNM"))
    assert 8000 == len(asem_sobol.study.draws)
    assert (asem_sobol.study.counts.sum(axis=1) == 8000).all()
    with pytest.raises(InputError, match="XXX"):
        asem_sobol.unit("XXX")


def test_identical_alternatives_have_no_effect(small: tuple[Table, Tree]) -> None:
    """A factor whose alternatives are the same has indices 0."""
    table, tree = small
    rows = [
        {"step": "normalise", "alternatives": [{}, {}]},
        {"step": "weigh", "noise": 0.5},
        {"step": "aggregate"},
    ]
    told = sensitivity(table, tree, recipe_of(rows), Sample(64, 1)).frame()

    assert (0.0, 0.0) == (told["first"][0], told["total"][0])


def test_errors_of_values_are_a_factor(small: tuple[Table, Tree]) -> None:
    """Where nothing else is varied, errors of values explain everything."""
    table, tree = small
    rows = [{"step": "normalise", "alternatives": [{}, {}]}, {"step": "aggregate"}]
    told = sensitivity(errors_in(table, 0.8), tree, recipe_of(rows), Sample(256, 1)).frame()

    assert ["normalise", "values"] == told["factor"].to_list()
    assert 0.0 == told["total"][0]
    assert 1.0 == pytest.approx(told["total"][1], abs=0.25)


@pytest.mark.real
def test_leaving_out_pillars_moves_ranks_as_in_coinr(
    asem: tuple[Table, Tree], asem_recipe: Recipe
) -> None:
    """Leaving out each pillar changes the ranks by COINr's mean absolute amounts."""
    built = build(*asem, asem_recipe)
    told = leave_out(built, 2)
    expected = {
        "Physical": 1.529412, "ConEcFin": 2.627451, "Political": 2.901961, "Instit": 1.176471,
        "P2P": 1.686275, "Environ": 3.098039, "Social": 3.960784, "SusEcFin": 2.627451,
    }  # fmt: skip

    assert expected == pytest.approx(
        dict(zip(told["part"], told["mean_rank_change"], strict=True)), abs=1e-6
    )
    assert 49 == leave_out(built, 1).height
    assert ["Environ", "Social", "SusEcFin"] == [
        part
        for part in leave_out(built, 2, "Sust")["part"]
        if leave_out(built, 2, "Sust").filter(part=part)["most_rank_change"][0] > 0
    ]
    with pytest.raises(InputError):
        leave_out(built, 9)
