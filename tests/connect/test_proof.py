"""The sentence that says how good a plan is."""

import pytest

from saola import language
from saola.connect.proof import proof


def test_share_of_the_cost_that_could_be_saved() -> None:
    """The gap of a plan to a target is a share of its own cost, and is said as one."""
    said = proof({"bound": 900.0, "gap": 0.1})
    expected = (
        "No plan under the same rules can cost less than USD 900: at most 10.0% of this one's "
        "cost could be saved."
    )
    assert expected == said


def test_bound_of_a_budget_is_people() -> None:
    """The bound of a plan within a budget counts people, never dollars."""
    said = proof({"bound": 12_345.0, "gap": 0.042}, budget=700_000.0)
    expected = (
        "No plan under the same rules can connect more than 12,345 people for USD 700,000: this "
        "one connects at most 4.2% fewer than the best."
    )
    assert expected == said


@pytest.mark.parametrize("lang", ["vi", "fr"])
@pytest.mark.parametrize("budget", [None, 700_000.0])
def test_other_languages_give_the_same_figures(lang: str, budget: float | None) -> None:
    """Both sentences are translated and carry the bound."""
    with language.use(lang):
        said = proof({"bound": 900.0, "gap": 0.1}, budget)
    assert "900" in said
    assert "No plan" not in said
