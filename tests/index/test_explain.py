import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError
from saola.index import Build, Recipe, Table, Tree, build, recipe_of
from saola.index.compare import agreement, compare, methods
from saola.index.explain import change, contributions, lost, moves, peers
from saola.index.growth import growth
from saola.index.inequality import atkinson, measures, palma_ratio, within_between
from saola.index.what_if import WhatIf

NAN = float("nan")


def index_of(case: tuple[Table, Tree], method: str = "arithmetic", **keys: object) -> Build:
    rows = [
        {"step": "normalise", "range": [1, 100]},
        {"step": "aggregate", "method": method, **keys},
    ]
    return build(*case, recipe_of(rows))


# -- contributions --------------------------------------------------------------------------


@pytest.mark.real
def test_contributions_add_up_to_the_score(asem_build: Build) -> None:
    """Contributions add up to the score, and those of a difference to the difference."""
    told = contributions(asem_build, "VNM")
    between = contributions(asem_build, "VNM", "CHE")

    assert asem_build.score("VNM") == pytest.approx(told["change"].sum())
    gap = asem_build.score("VNM") - asem_build.score("CHE")
    assert gap == pytest.approx(between["change"].sum())


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "power"])
def test_every_mean_splits_exactly(small: tuple[Table, Tree], method: str) -> None:
    """Whatever the mean, the parts of a difference add up, and what does not differ has none."""
    built = index_of(small, method)
    told = contributions(built, "Z", "X")
    same = contributions(built, "Z", "Z")

    assert built.score("Z") - built.score("X") == pytest.approx(told["change"].sum())
    assert_allclose(np.zeros(4), same["change"])


def test_what_cannot_be_split_says_so(small: tuple[Table, Tree]) -> None:
    """Pairwise methods, gaps, zeros under a geometric mean and unknown units are refused."""
    table, tree = small
    with pytest.raises(InputError) as caught:
        contributions(index_of(small, "copeland"), "Z")
    assert "index-no-split" == caught.value.code
    with pytest.raises(InputError) as caught:
        contributions(index_of(small, "geometric"), "Z")
    assert "index-not-positive" == caught.value.code
    with pytest.raises(InputError, match="nobody"):
        contributions(index_of(small), "nobody")
    values = table.values.copy()
    values[5, 0] = NAN
    with pytest.raises(InputError):
        contributions(index_of((Table(table.units, table.indicators, values), tree)), "Z", "X")


def test_a_change_is_split_and_methods_have_a_line_of_their_own(small: tuple[Table, Tree]) -> None:
    """What values explain goes to indicators, what weights do to `_method`."""
    table, tree = small
    values = table.values.copy()
    values[1] = [2.5, 35.0, 2.0, 5.0]
    later = Table(table.units, table.indicators, values)
    before, after = index_of(small), index_of((later, tree))
    told = change(before, after, "V")

    assert ["a1", "a2", "b1", "b2"] == told["part"].to_list()
    assert after.score("V") - before.score("V") == pytest.approx(told["change"].sum())
    rows = [{"step": "normalise", "range": [1, 100]}, {"step": "weigh", "weights": {"a": 3}}]
    weighed = change(before, build(later, tree, recipe_of(rows)), "V")
    assert "_method" == weighed["part"][-1]
    assert weighed["change"].sum() == pytest.approx(
        build(later, tree, recipe_of(rows)).score("V") - before.score("V")
    )


def test_a_move_is_own_and_others(small: tuple[Table, Tree]) -> None:
    """A unit that stands still moves by the others alone; the two parts add up."""
    table, tree = small
    values = table.values.copy()
    values[0] = [6.5, 55.0, 8.0, 2.0]
    told = moves(index_of(small), index_of((Table(table.units, table.indicators, values), tree)))
    first = told.filter(unit="U").row(0, named=True)
    still = told.filter(unit="V").row(0, named=True)

    assert first["rank_before"] - first["rank_after"] == first["own"] + first["others"]
    assert first["own"] > 0
    assert (0.0, still["rank_before"] - still["rank_after"]) == (still["own"], still["others"])


def test_points_are_lost_where_the_best_is_not_reached(small: tuple[Table, Tree]) -> None:
    """Losses are weights times distance to the best; against a fixed best all are counted."""
    built = index_of(small)
    told = lost(built, "U", best=100.0)

    assert 100 - built.score("U") == pytest.approx(told["lost"].sum())
    assert told["lost"].is_sorted(descending=True)
    assert_allclose(0.0, lost(built, "Z").filter(indicator="b1")["lost"][0])


def test_peers_show_strengths_and_weaknesses(small: tuple[Table, Tree]) -> None:
    """A unit is ahead of its peers or behind; without peers there is no answer."""
    told = peers(index_of(small), "Z", ["U", "V"])

    assert told["counts"].is_sorted(descending=True)
    assert (told["ahead"] > 0).all()
    with pytest.raises(InputError):
        peers(index_of(small), "Z", [])


# -- what if --------------------------------------------------------------------------------


@pytest.mark.real
def test_answers_are_verified_by_recomputing(asem: tuple[Table, Tree], asem_recipe: Recipe) -> None:
    """The values found give the rank when the index is computed anew; a bit less does not."""
    ask = WhatIf(*asem, asem_recipe, "VNM")
    now = ask.rank(ask.with_values({}))
    told = ask.needed(now - 1, ["LPI", "CPI", "TertGrad", "FreePress", "ConSpeed", "Visa"])
    found = dict(zip(told["indicator"], told["needed"], strict=True))
    short = {
        code: value - 1e-6 * (value - start)
        for code, value, start in zip(told["indicator"], told["needed"], told["now"], strict=True)
    }

    assert now - 1 == ask.rank(ask.with_values(found)) == told["rank"][0]
    assert now - 1 < ask.rank(ask.with_values(short))


def test_single_indicators_that_are_enough_are_listed(small: tuple[Table, Tree]) -> None:
    """Each answer names one indicator that alone gives the rank; a kept rank needs nothing."""
    ask = WhatIf(*small, recipe_of([{"step": "normalise"}]), "Y")
    told = ask.single(1)

    for row in told.iter_rows(named=True):
        assert 1 == ask.rank(ask.with_values({row["indicator"]: row["needed"]})) == row["rank"]
    kept = ask.needed(6, ["a1"])
    assert kept["now"][0] == kept["needed"][0]
    assert 0 == WhatIf(*small, recipe_of([{"step": "normalise"}]), "U").single(1).height


def test_divided_indicators_aim_at_the_best_ratio(small: tuple[Table, Tree]) -> None:
    """The limit of a denominated indicator is the best unit's ratio in the unit's own size."""
    table, tree = small
    sized = Table(
        table.units, table.indicators, table.values, denominators={"d": np.arange(1.0, 7.0)}
    )
    from dataclasses import replace  # noqa: PLC0415

    by = replace(
        tree, indicators=(replace(tree.indicators[0], denominator="d"), *tree.indicators[1:])
    )
    ask = WhatIf(sized, by, recipe_of([{"step": "denominate"}, {"step": "normalise"}]), "Z")

    assert 1.1666666 * 6 == pytest.approx(ask.best("a1"), rel=1e-5)


def test_questions_without_an_answer_say_so(small: tuple[Table, Tree]) -> None:
    """Unknown units and indicators, ranks out of reach and units that are screened out."""
    table, tree = small
    recipe = recipe_of([{"step": "normalise"}])
    with pytest.raises(InputError, match="nobody"):
        WhatIf(table, tree, recipe, "nobody")
    with pytest.raises(InputError) as caught:
        WhatIf(table, tree, recipe, "U").needed(1, ["a1"])
    assert "index-out-of-reach" == caught.value.code
    with pytest.raises(InputError, match="zz"):
        WhatIf(table, tree, recipe, "U").with_values({"zz": 1.0})
    dropped = recipe_of([{"step": "screen", "drop": ["U"]}, {"step": "normalise"}])
    ask = WhatIf(table, tree, dropped, "U")
    assert 0 == ask.rank(ask.with_values({}))


# -- inequality -----------------------------------------------------------------------------


def test_measures_have_their_known_values() -> None:
    """Equal amounts have no inequality; two people of 1 and 3 have the textbook values."""
    one, two = np.array([2.0, 2.0]), np.array([1.0, 3.0])
    even = np.ones(2)

    assert 0.0 == pytest.approx(atkinson(one, even))
    assert 1 - np.sqrt(3) / 2 == pytest.approx(atkinson(two, even))
    assert 1 - (np.mean([1, np.sqrt(3)]) ** 2) / 2 == pytest.approx(atkinson(two, even, 0.5))
    assert 1.0 == atkinson(np.array([0.0, 1.0]), even)
    assert np.isnan(atkinson(-one, even))
    assert np.isnan(atkinson(one, np.zeros(2)))
    assert 0.25 == pytest.approx(palma_ratio(np.ones(10), np.ones(10)))
    assert np.isnan(palma_ratio(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4)))


def test_inequality_comes_with_intervals() -> None:
    """Every measure lies in its bootstrap interval; gaps are left out."""
    rng = np.random.default_rng(1)
    values = np.append(rng.lognormal(size=200), NAN)
    told = measures(values, rng=rng, bootstrap=200, level=0.99)

    assert {"gini", "theil", "atkinson", "palma", "gap"} == set(told["measure"])
    assert ((told["low"] <= told["value"]) & (told["value"] <= told["high"])).all()
    zeros = measures(np.array([0.0, 0.0, 0.0, 0.0, 0.0]), rng=rng, bootstrap=5)
    assert zeros.filter(measure="palma")["low"][0] is None
    for bad in (np.array([NAN]), np.array([-1.0, 2.0])):
        with pytest.raises(InputError):
            measures(bad, rng=rng)


def test_theil_splits_into_within_and_between() -> None:
    """The parts of the Theil index add up; groups alike inside have all of it between them."""
    values = np.array([1.0, 1.0, 3.0, 3.0, NAN])
    told = within_between(values, ["a", "a", "b", "b", "b"])
    mixed = within_between(
        np.array([1.0, 2.0, 3.0, 9.0]), ["a", "b", "a", "b"], np.arange(1.0, 5.0)
    )

    assert_allclose(0.0, told["within"][0], atol=1e-12)
    assert_allclose(told["whole"][0], told["between"][0])
    assert_allclose(mixed["whole"], mixed["within"] + mixed["between"])
    zero = within_between(np.array([0.0, 0.0, 1.0, 2.0]), ["a", "a", "b", "b"])
    assert zero["between"][0] > 0


# -- time and methods -----------------------------------------------------------------------


@pytest.mark.real
def test_growth_is_coinrs(shared_data: object) -> None:
    """Viet Nam's compound growth 2018-2022 is COINr's."""
    from saola.index import read_tables  # noqa: PLC0415

    folder = shared_data / "asem"  # type: ignore[operator]  # a path, from the shared fixture
    table, _ = read_tables(folder / "asem_panel.csv", folder / "asem_meta.csv")
    told = growth(table).filter(unit="VNM")
    found = dict(zip(told["indicator"], told["cagr"], strict=True))

    assert 0.30786850 == pytest.approx(found["CO2"], abs=1e-8)
    assert 0.09313129 == pytest.approx(found["Flights"], abs=1e-8)
    assert 0.01137826 == pytest.approx(found["LPI"], abs=1e-8)


def test_growth_needs_years_and_two_values() -> None:
    """A table of one period has no growth; a series with one value or a zero start has no rate."""
    values = np.array([[1.0, NAN, 0.0], [4.0, 2.0, 5.0]])
    panel = Table(("A", "A"), ("x", "y", "z"), values, ("2020", "2022"))
    told = growth(panel)

    assert [1.0, None] == told["cagr"].to_list()
    assert [3.0, None] == told["change"].to_list()
    with pytest.raises(InputError):
        growth(Table(("A",), ("x",), np.ones((1, 1))))


def test_methods_stand_side_by_side(small: tuple[Table, Tree]) -> None:
    """Builds are joined by unit, and their agreement is measured over the units both rank."""
    recipes = {
        "mean": recipe_of([{"step": "normalise", "range": [1, 100]}]),
        "geometric": recipe_of(
            [{"step": "normalise", "range": [1, 100]}, {"step": "aggregate", "method": "geometric"}]
        ),
        "few": recipe_of([{"step": "screen", "drop": ["U"]}, {"step": "normalise"}]),
    }
    told = methods(*small, recipes)
    agreed = agreement(told)

    assert ["unit", "score:mean", "rank:mean", "score:geometric"] == told.columns[:4]
    assert told.filter(unit="U")["rank:few"][0] is None
    assert 3 == agreed.height
    assert [6, 5, 5] == agreed["units"].to_list()


def test_panels_are_compared_by_their_last_period(small: tuple[Table, Tree]) -> None:
    """Of a panel the last period counts."""
    table, tree = small
    panel = Table(
        table.units * 2,
        table.indicators,
        np.vstack([table.values, table.values[::-1]]),
        ("2020",) * 6 + ("2021",) * 6,
    )
    built = build(panel, tree, recipe_of([{"step": "normalise"}]))
    told = compare({"now": built})

    assert 6 == told.height
    assert "U" == told.filter(pl.col("rank:now") == 1)["unit"][0]
