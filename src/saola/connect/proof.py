"""How far from the best a plan is at most, in words."""

from collections.abc import Mapping
from typing import Any

from saola.language import number, percent, text


def proof(totals: Mapping[str, Any], budget: float | None = None) -> str:
    """Say what no plan can do better, and how far this one is from it at most.

    Args:
        totals: `bound` and `gap`, in US dollars and of the plan's own cost, or with a budget in
            people and of the most people that the budget could connect.
        budget: What the plan may cost, if it connects the most people within a budget.

    Returns:
        One sentence in the language in use.
    """
    bound, gap = number(totals["bound"], decimals=0), percent(totals["gap"])
    if budget is None:
        return text(
            "No plan under the same rules can cost less than USD {bound}: at most {gap} of this "
            "one's cost could be saved.",
            bound=bound,
            gap=gap,
        )
    return text(
        "No plan under the same rules can connect more than {bound} people for USD {budget}: this "
        "one connects at most {gap} fewer than the best.",
        bound=bound,
        budget=number(budget, decimals=0),
        gap=gap,
    )
