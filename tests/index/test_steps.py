import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError, InputErrors
from saola.index import Part, Table, Tree, tree_of
from saola.index.denominate import denominate, size_check
from saola.index.impute import along, impute
from saola.index.moments import kurtosis, passes, skewness
from saola.index.normalise import normalise, one
from saola.index.screen import availability, screen
from saola.index.steps import Denominate, Impute, Normalise, Screen, Treat
from saola.index.treat import transform, treat, treatment, winsorise

NAN = float("nan")


def tree_for(*codes: str, direction: int = 1) -> Tree:
    return tree_of([*(Part(c, ("I",), direction=direction) for c in codes), Part("I", level=2)])


def table_of(columns: dict[str, list[float]], **more: object) -> Table:
    values = np.column_stack(list(columns.values()))
    units = tuple(f"U{i}" for i in range(len(values)))
    return Table(**{"units": units, "indicators": tuple(columns), "values": values, **more})


# -- denominate -----------------------------------------------------------------------------


def test_denominating_divides_values_and_errors() -> None:
    """A value and its standard error are divided and scaled; a zero denominator leaves a gap."""
    table = table_of(
        {"x": [10.0, 20.0, 30.0]},
        denominators={"d": np.array([2.0, 0.0, 10.0])},
        stderr=np.array([[1.0], [1.0], [1.0]]),
    )
    done = denominate(table, tree_for("x"), Denominate(by={"x": "d"}, scale={"x": 100}))

    assert_allclose([[500.0], [NAN], [300.0]], done.values)
    assert_allclose([[50.0], [NAN], [10.0]], done.stderr)


def test_unknown_columns_to_divide_by_are_all_told() -> None:
    """Indicators and denominators that do not exist come in one error."""
    with pytest.raises(InputErrors) as caught:
        denominate(table_of({"x": [1.0]}), tree_for("x"), Denominate(by={"x": "d", "z": "e"}))

    assert 3 == len(caught.value.faults)


def test_size_is_seen_before_dividing() -> None:
    """An indicator that follows its denominator correlates with it; too few values say nothing."""
    columns = {"x": [1.0, 2.0, 3.1], "y": [1.0, NAN, 2.0]}
    table = table_of(columns, denominators={"d": np.array([1.0, 2.0, 3.0])})
    told = size_check(table, tree_for("x", "y"), Denominate(by={"x": "d", "y": "d"}))

    assert told["correlation"][0] > 0.99
    assert np.isnan(told["correlation"][1])


# -- screen ---------------------------------------------------------------------------------


def test_screening_counts_gaps_and_zeros() -> None:
    """Units below either threshold go, unless kept by name; others go by name."""
    table = table_of({"x": [1.0, NAN, 0.0, 4.0], "y": [1.0, 2.0, 0.0, 4.0]})
    tree = tree_for("x", "y")

    assert ("U0", "U3") == screen(table, tree, Screen(available=0.6, nonzero=0.1)).units
    assert ("U0", "U1", "U2") == screen(table, tree, Screen(keep=("U1",), drop=("U3",))).units
    told = availability(table, Screen())
    assert [0, 1, 0, 0] == told["missing"].to_list()
    assert [0, 0, 2, 0] == told["zero"].to_list()


def test_an_indicator_with_too_few_data_loses_its_values() -> None:
    """The column of a screened indicator stays, empty."""
    table = table_of({"x": [1.0, NAN, NAN], "y": [1.0, 2.0, 3.0]})
    left = screen(table, tree_for("x", "y"), Screen(available=0, indicator_available=0.5))

    assert np.isnan(left.column("x")).all()
    assert [1.0, 2.0, 3.0] == left.column("y").tolist()


def test_screening_refuses_unknown_units_and_an_empty_table() -> None:
    """A unit that does not exist is named, and at least one must remain."""
    table = table_of({"x": [NAN, NAN]})
    with pytest.raises(InputError, match="U9"):
        screen(table, tree_for("x"), Screen(keep=("U9",)))
    with pytest.raises(InputError) as caught:
        screen(table, tree_for("x"), Screen())
    assert "index-nothing-left" == caught.value.code


# -- impute ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "expected"),
    [("mean", 4.0), ("median", 2.0), ("none", NAN)],
)
def test_gaps_take_the_middle_of_the_column(method: str, expected: float) -> None:
    """Mean and median fill gaps and mark them; `none` leaves them."""
    done = impute(
        table_of({"x": [1.0, 2.0, 9.0, NAN], "y": [NAN] * 4}),
        tree_for("x", "y"),
        Impute(method=method),
    )

    assert_allclose(expected, done.values[3, 0])
    assert (not np.isnan(expected)) == bool(done.marks[3, 0])
    assert np.isnan(done.column("y")).all()


def test_gaps_take_the_middle_of_their_group() -> None:
    """A group's mean or median fills its own gaps; units of no group keep theirs."""
    table = table_of(
        {"x": [1.0, 3.0, NAN, 10.0, NAN, NAN]}, groups={"g": ("a", "a", "a", "b", "b", None)}
    )
    mean = impute(table, tree_for("x"), Impute(method="group-mean", group="g"))
    median = impute(table, tree_for("x"), Impute(method="group-median", group="g"))

    assert_allclose([1, 3, 2, 10, 10, NAN], mean.values[:, 0])
    assert_allclose(mean.values, median.values)
    with pytest.raises(InputError, match="planet"):
        impute(table, tree_for("x"), Impute(method="group-mean", group="planet"))


@pytest.mark.parametrize(
    ("method", "limit", "expected"),
    [
        ("linear", 0, [3, 3, 4, 5, 5]),
        ("nearest", 0, [3, 3, 3, 5, 5]),
        ("latest", 0, [NAN, 3, 3, 5, 5]),
        ("latest", 1, [NAN, 3, 3, 5, 5]),
    ],
)
def test_gaps_in_time_are_filled_along_it(method: str, limit: int, expected: list[float]) -> None:
    """The linear fill of (3, -, 5) is 4 and the edges carry; a limit bounds the distance."""
    times = np.arange(2018.0, 2023.0)
    values = np.array([NAN, 3.0, NAN, 5.0, NAN])

    assert_allclose(expected, along(times, values, method, limit))


def test_a_panel_is_filled_unit_by_unit() -> None:
    """Each unit is filled from its own other periods, whole years keeping their distance."""
    table = Table(
        ("A", "B", "A", "B", "A"),
        ("x",),
        np.array([[1.0], [5.0], [NAN], [NAN], [4.0]]),
        periods=("2018", "2018", "2019", "2019", "2021"),
    )
    done = impute(table, tree_for("x"), Impute(method="linear"))

    assert_allclose([1, 5, 2, 5, 4], done.values[:, 0])
    with pytest.raises(InputError) as caught:
        impute(table_of({"x": [NAN, 1.0]}), tree_for("x"), Impute(method="linear"))
    assert "index-not-a-panel" == caught.value.code


def test_one_indicator_may_have_its_own_method() -> None:
    """A rule for one indicator leaves the others to the step."""
    table = table_of({"x": [1.0, 2.0, 9.0, NAN], "y": [1.0, 2.0, 9.0, NAN]})
    step = Impute(by_indicator={"y": {"method": "median"}})

    assert_allclose([4.0, 2.0], impute(table, tree_for("x", "y"), step).values[3])
    with pytest.raises(InputError, match="zz"):
        impute(table, tree_for("x", "y"), Impute(by_indicator={"zz": {}}))


@pytest.mark.parametrize("method", ["regression", "em"])
def test_iterative_methods_find_what_the_others_tell(method: str) -> None:
    """Where columns move together, a gap is filled close to the truth; known values stay."""
    rng = np.random.default_rng(1)
    common = rng.normal(size=200)
    truth = np.column_stack([common + 0.1 * rng.normal(size=200) for _ in range(4)]) * 10 + 50
    holes = rng.random(truth.shape) < 0.1
    holes[:, 0] = False
    codes = ("a", "b", "c", "d")
    table = table_of(dict(zip(codes, np.where(holes, NAN, truth).T, strict=True)))
    done = impute(table, tree_for(*codes), Impute(method=method))

    assert_allclose(truth[~holes], done.values[~holes])
    assert np.abs(done.values - truth)[holes].mean() < 1.5


@pytest.mark.parametrize("method", ["regression", "em"])
def test_iterative_methods_say_when_they_fail(method: str) -> None:
    """No convergence in the rounds allowed, and an empty column, are errors."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(20, 3))
    values[0, 0] = values[1, 1] = NAN
    columns = dict(zip("abc", values.T, strict=True))
    with pytest.raises(InputError) as caught:
        impute(table_of(columns), tree_for(*"abc"), Impute(method=method, rounds=1))
    assert "index-not-converged" == caught.value.code
    with pytest.raises(InputError) as caught:
        impute(table_of({"x": [NAN, NAN]}), tree_for("x"), Impute(method=method))
    assert "index-column-empty" == caught.value.code


# -- treat ----------------------------------------------------------------------------------


def test_moments_are_those_of_spreadsheets() -> None:
    """Skewness and kurtosis are Excel's SKEW and KURT; short and constant columns have none."""
    column = np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])[:, None]

    assert_allclose(0.359543071, skewness(column)[0], rtol=1e-8)
    assert_allclose(-0.151799637, kurtosis(column)[0], rtol=1e-8)
    assert np.isnan(skewness(np.array([[1.0], [2.0]]))[0])
    assert np.isnan(kurtosis(np.ones((5, 1)))[0])
    assert passes(np.ones((5, 1)), 2, 3.5)[0]


@pytest.mark.real
def test_statistics_of_flights_are_coinrs(asem: tuple[Table, Tree]) -> None:
    """The raw flights have skewness 2.10 and kurtosis 4.51."""
    flights = asem[0].column("Flights")[:, None]

    assert (2.10, 4.51) == (round(skewness(flights)[0], 2), round(kurtosis(flights)[0], 2))


def test_winsorising_turns_100_into_10() -> None:
    """Winsorising 1..10, 100 turns 100 into 10; at the low end it works the same way round."""
    column = np.array([*range(1, 11), 100.0])

    assert_allclose([*range(1, 11), 10.0], winsorise(column, 5, 2, 3.5)[0])
    assert_allclose([*range(-1, -11, -1), -10.0], winsorise(-column, 5, 2, 3.5)[0])
    assert 1 == winsorise(column, 5, 2, 3.5)[1]
    assert 0 == winsorise(column[:10], 5, 2, 3.5)[1]


def test_winsorising_never_makes_an_indicator_constant() -> None:
    """With few distinct values it stops before the last difference goes."""
    column = np.array([0.0] * 30 + [1.0])
    done, points = winsorise(column, 5, 2, 3.5)

    assert (column.tolist(), 0) == (done.tolist(), points)


def test_what_winsorising_cannot_mend_is_logged() -> None:
    """An indicator that still fails goes on to the logarithm, of the untreated values."""
    column = [float(10**i) for i in range(15)]
    table = table_of({"x": column, "y": list(range(15))})
    done = treat(table, tree_for("x", "y"), Treat(most=1))

    assert_allclose(transform(np.array(column), "log-coin-tool"), done.values[:, 0])
    assert_allclose(np.arange(15.0), done.values[:, 1])
    assert done.frame().filter(indicator="x")["treated"].all()
    told = treatment(table, tree_for("x", "y"), Treat(most=1))
    assert (["log-coin-tool", ""], [0, 0]) == (
        told["method"].to_list(),
        told["winsorised"].to_list(),
    )


def test_treatments_can_be_joined_left_out_and_forced() -> None:
    """`combine` starts the second from the first, `then = none` stops, `force` skips the test."""
    column = np.array([float(10**i) for i in range(15)])
    table = table_of({"x": column.tolist()})
    tree = tree_for("x")
    first = winsorise(column, 1, 2, 3.5)[0]

    assert_allclose(
        transform(first, "boxcox", 0.5),
        treat(table, tree, Treat(most=1, combine=True, then="boxcox", exponent=0.5)).values[:, 0],
    )
    assert_allclose(first, treat(table, tree, Treat(most=1, then="none")).values[:, 0])
    plain = table_of({"x": list(range(10))})
    forced = treat(plain, tree, Treat(most=2, force=True, then="none"))
    assert 2 == int((forced.values != plain.values).sum())
    assert_allclose(
        np.log(np.arange(10) + 1),
        treat(plain, tree, Treat(method="log", force=True, then="none")).values[:, 0],
    )


def test_one_indicator_may_be_treated_its_own_way() -> None:
    """Rules for one indicator win over the step; a function of one's own must be given."""
    column = [*range(1, 11), 100.0]
    table = table_of({"x": column, "y": column})
    tree = tree_for("x", "y")
    step = Treat(by_indicator={"x": {"method": "none"}, "y": {"method": "custom", "then": "none"}})
    done = treat(table, tree, step, {"y": np.sqrt})

    assert_allclose(column, done.values[:, 0])
    assert_allclose(np.sqrt(column), done.values[:, 1])
    with pytest.raises(InputError) as caught:
        treat(table, tree, step)
    assert "index-no-custom" == caught.value.code
    with pytest.raises(InputError, match="zz"):
        treat(table, tree, Treat(by_indicator={"zz": {}}))


def test_logarithms_bend_the_tail_they_are_meant_for() -> None:
    """Each transformation follows its formula; the GII one needs a maximum above 1."""
    x = np.array([1.0, 2.0, 11.0])

    assert_allclose(np.log([1.0, 2.0, 11.0]), transform(x, "log"))
    assert_allclose(np.log([0.1, 1.1, 10.1]), transform(x, "log-coin-tool"))
    assert_allclose(np.log([0.1, 1.1, 10.1]), transform(x, "log-skew"))
    assert_allclose(-np.log([0.1, 1.1, 10.1]), transform(-x, "log-skew"))
    assert_allclose(np.log([1.0, 2.0, 11.0]), transform(x, "log-gii"))
    assert_allclose(np.log([1.0, 2.0, 11.0]), transform(x, "boxcox"))
    assert_allclose(np.array([0.0, 1.5, 60.0]), transform(x, "boxcox", 2.0))
    with pytest.raises(InputError, match="log-coin-tool"):
        transform(x / 100, "log-gii")


# -- normalise ------------------------------------------------------------------------------


def scaled(values: list[float], direction: int = 1, **keys: object) -> list[float]:
    part = Part("x", ("I",), direction=direction)
    reference = int(keys.pop("at", -1))
    return one(np.array(values), Normalise(**keys), part, reference).tolist()


@pytest.mark.parametrize(
    ("values", "direction", "keys", "expected"),
    [
        ([1, 2, 3], 1, {}, [0, 50, 100]),
        ([1, 2, 3], -1, {"range": (1, 100)}, [100, 50.5, 1]),
        ([1, 2, 3], 1, {"method": "zscore", "mean": 10.0, "sd": 2.0}, [8, 10, 12]),
        ([1, 11, -1], 1, {"method": "goalposts", "low": 0, "high": 10}, [0.1, 1, 0]),
        ([1, 11, -1], -1, {"method": "goalposts", "low": 0, "high": 10}, [0.9, 0, 1]),
        (
            [1, 11, -1],
            1,
            {"method": "goalposts", "low": 0, "high": 10, "cap": False, "range": (0, 100)},
            [10, 110, -10],
        ),
        ([0, 5, 11], 1, {"method": "distance-to-target", "target": 10, "cap": False}, [0, .5, 1.1]),
        ([0, 5, 11], 1, {"method": "distance-to-target", "target": 10}, [0, 0.5, 1]),
        ([10, 5, 0], -1, {"method": "distance-to-target", "target": 5}, [0, 1, 1]),
        ([1, 2, 5], 1, {"method": "distance-to-leader"}, [0, 0.25, 1]),
        ([1, 3, 5], 1, {"method": "distance-to-reference", "at": 1}, [0, 1, 1]),
        ([1, 2, 4], 1, {"method": "fraction-of-leader"}, [0.25, 0.5, 1]),
        ([1, 2, 4], -1, {"method": "fraction-of-leader"}, [1, 0.5, 0.25]),
        ([5, 7, 7, 9], 1, {"method": "rank"}, [1, 2, 2, 4]),
        ([5, 7, 7, 9], -1, {"method": "borda"}, [3, 1, 1, 0]),
        ([5, 7, 7, 9], 1, {"method": "borda", "range": (0, 30)}, [0, 10, 10, 30]),
        ([5, 7, 7, 9], 1, {"method": "percentile"}, [0, 1 / 3, 1 / 3, 1]),
        ([0, 5, 20], 1, {"method": "scaled", "low": 0, "high": 10}, [0, 50, 200]),
        ([0, 5, 20], -1, {"method": "none"}, [0, -5, -20]),
    ],
)  # fmt: skip
def test_each_method_gives_its_known_values(
    values: list[float], direction: int, keys: dict[str, object], expected: list[float]
) -> None:
    """Every normalisation follows its formula, direction included; leaders score 1."""
    assert_allclose(expected, scaled(values, direction, **keys))


def test_gaps_stay_gaps_in_every_method() -> None:
    """A missing value is neither ranked nor scaled; an empty column stays empty."""
    assert_allclose([0, NAN, 100], scaled([1, NAN, 3]))
    assert_allclose([1, NAN, 2], scaled([1, NAN, 3], method="rank"))
    assert_allclose([NAN, NAN], scaled([NAN, NAN]))


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"values": [2, 2]}, "index-constant"),
        ({"method": "zscore", "values": [2, 2]}, "index-constant"),
        ({"method": "percentile", "values": [2, 2]}, "index-constant"),
        ({"method": "goalposts"}, "index-goalposts"),
        ({"method": "scaled", "low": 3.0, "high": 2.0}, "index-goalposts"),
        ({"method": "distance-to-target"}, "index-no-target"),
        ({"method": "distance-to-target", "target": 0.5}, "index-target-met"),
        ({"method": "distance-to-reference", "at": 0}, "index-reference-least"),
        ({"method": "fraction-of-leader", "values": [0, 2]}, "index-not-positive"),
    ],
)
def test_what_cannot_be_normalised_names_itself(keys: dict[str, object], code: str) -> None:
    """Constant indicators and missing parameters are errors that name the indicator."""
    with pytest.raises(InputError) as caught:
        scaled(keys.pop("values", [1, 2]), **keys)

    assert (code, "x") == (caught.value.code, caught.value.where)


def test_a_table_lists_all_indicators_at_fault() -> None:
    """Two constant indicators and an unknown name come in one error."""
    table = table_of({"x": [1.0, 1.0], "y": [2.0, 2.0]})
    with pytest.raises(InputErrors) as caught:
        normalise(table, tree_for("x", "y"), Normalise(by_indicator={"z": {}}))

    assert 3 == len(caught.value.faults)


def test_metadata_give_goalposts_and_targets() -> None:
    """Parameters of the indicator serve where the step names none."""
    part = Part("x", ("I",), target=4.0, parameters={"goalpost_lower": 0, "goalpost_upper": 8})
    tree = tree_of([part, Part("I", level=2)])
    table = table_of({"x": [0.0, 2.0, 4.0]})

    posts = normalise(table, tree, Normalise(method="goalposts")).values[:, 0]
    target = normalise(table, tree, Normalise(method="distance-to-target")).values[:, 0]
    assert_allclose([0, 0.25, 0.5], posts)
    assert_allclose([0, 0.5, 1], target)


def test_errors_are_scaled_with_the_values() -> None:
    """A standard error follows the slope from value to score."""
    table = table_of({"x": [0.0, 2.0, 4.0]}, stderr=np.full((3, 1), 0.4))

    assert_allclose(np.full((3, 1), 10.0), normalise(table, tree_for("x"), Normalise()).stderr)


def test_a_reference_unit_must_exist() -> None:
    """The unit of reference is looked up by its code."""
    table = table_of({"x": [1.0, 2.0, 4.0]})
    step = Normalise(method="distance-to-reference", reference="U1")

    assert_allclose([0, 1, 1], normalise(table, tree_for("x"), step).values[:, 0])
    with pytest.raises(InputError, match="Nemo"):
        normalise(table, tree_for("x"), Normalise(method="distance-to-reference", reference="Nemo"))


def test_a_panel_may_be_normalised_by_period() -> None:
    """One scale over all periods by default, one a period if wanted."""
    table = Table(
        ("A", "B", "A", "B"),
        ("x",),
        np.array([[0.0], [1.0], [2.0], [4.0]]),
        periods=("2020", "2020", "2021", "2021"),
    )

    assert_allclose([0, 25, 50, 100], normalise(table, tree_for("x"), Normalise()).values[:, 0])
    each = normalise(table, tree_for("x"), Normalise(over="period"))
    assert_allclose([0, 100, 0, 100], each.values[:, 0])
