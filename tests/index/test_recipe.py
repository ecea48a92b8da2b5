from pathlib import Path

import pytest

from saola.errors import InputError, InputErrors
from saola.index import Recipe, read_recipe, recipe_of, usual
from saola.index.steps import Aggregate, Impute, Normalise, Treat, Weigh

NORMALISE = {"step": "normalise"}


def codes(rows: list[dict[str, object]]) -> list[str]:
    with pytest.raises(InputError) as caught:
        recipe_of(rows)
    error = caught.value
    return [f.code for f in error.faults] if isinstance(error, InputErrors) else [error.code]


def test_steps_come_out_as_they_were_written(asem_recipe: Recipe) -> None:
    """A recipe can be written as tables and read back to the same steps."""
    assert asem_recipe == recipe_of(asem_recipe.rows())
    assert 5 == len(asem_recipe.alternatives[3])
    assert Treat(most=2) == asem_recipe.alternatives[3][1]
    assert (Weigh(noise=0.25, noise_levels=(2, 3)), Aggregate()) == (
        asem_recipe.weigh,
        asem_recipe.aggregate,
    )


def test_what_is_not_said_is_usual() -> None:
    """Weights are the given ones and means arithmetic where a recipe is silent."""
    recipe = recipe_of([NORMALISE])

    assert (Weigh(), Aggregate(), ((),)) == (recipe.weigh, recipe.aggregate, recipe.alternatives)
    assert ("denominate", "screen", "treat", "normalise", "aggregate") == tuple(
        step.kind for step in usual().steps
    )
    assert (Normalise(sd=2.0),) == recipe.with_step(0, Normalise(sd=2.0)).steps


def test_all_faults_are_listed_at_once() -> None:
    """Unknown steps, unknown keys and wrong values come in one error."""
    rows = [
        {"step": "bake"},
        {"step": "screen", "availible": 0.9, "nonzero": 2},
        {"step": "treat", "method": "winsorize"},
        {**NORMALISE, "range": [100, 0], "alternatives": [{"sd": 0}]},
    ]

    assert [
        "recipe-step-unknown", "recipe-key-unknown", "recipe-value", "recipe-value",
        "recipe-value", "recipe-value",
    ] == codes(rows)  # fmt: skip


@pytest.mark.parametrize(
    ("step", "key", "value"),
    [
        ("screen", "keep", "AUT"),
        ("screen", "drop", [1]),
        ("screen", "available", True),
        ("impute", "limit", -1),
        ("impute", "group", 3),
        ("impute", "by_indicator", {"x": 3}),
        ("impute", "by_indicator", {"x": {"colour": "red"}}),
        ("treat", "combine", "yes"),
        ("normalise", "range", 3),
        ("normalise", "range", ["a", "b"]),
        ("weigh", "levels", ["2"]),
        ("weigh", "weights", {"x": "heavy"}),
        ("aggregate", "by_level", {"2": "mode"}),
        ("denominate", "by", {"x": 3}),
    ],
)
def test_every_kind_of_key_is_checked(step: str, key: str, value: object) -> None:
    """A value of the wrong kind is a fault, whatever the key."""
    rows = [{"step": step, key: value}]
    rows += [] if step == "normalise" else [NORMALISE]
    expected = "recipe-key-unknown" if "colour" in str(value) else "recipe-value"
    order = ["recipe-order"] if step in {"weigh", "aggregate"} else []

    assert [expected, *order] == codes(rows)


def test_rules_for_one_indicator_are_checked_and_kept() -> None:
    """Keys for single indicators are checked like those of the step."""
    recipe = recipe_of(
        [
            {"step": "impute", "by_indicator": {"x": {"method": "median"}}},
            {**NORMALISE, "by_indicator": {"x": {"range": [1, 10]}}},
        ]
    )

    assert Impute(by_indicator={"x": {"method": "median"}}) == recipe.steps[0]
    assert {"x": {"range": (1.0, 10.0)}} == recipe.steps[1].by_indicator


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["aggregate", "normalise"], "recipe-order"),
        (["normalise", "treat"], "recipe-order"),
        (["normalise", "normalise"], "recipe-step-twice"),
        (["treat"], "recipe-no-normalise"),
    ],
)
def test_steps_stand_in_an_order_that_can_be_computed(kinds: list[str], expected: str) -> None:
    """Normalising, weighing and aggregating come last, once each."""
    assert [expected] == codes([{"step": kind} for kind in kinds])


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file-absent"), ("[[recipe", "toml-malformed"), ("id = 'x'", "recipe-empty")],
)
def test_files_without_a_recipe_are_named(tmp_path: Path, content: str | None, code: str) -> None:
    """An absent file, one that is no TOML and one without steps give errors of their own."""
    path = tmp_path / "recipe.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_recipe(path)

    assert code == caught.value.code
