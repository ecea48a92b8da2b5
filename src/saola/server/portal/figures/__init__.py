"""The figures of the pages, by name: each makes one chart for one view."""

from collections.abc import Callable

from saola.charts import Chart
from saola.server.portal.figures import (
    areas,
    certainty,
    comparison,
    gaps,
    grid,
    heat,
    movement,
    profile,
    ranking,
    structure,
    why,
)
from saola.server.portal.view import View

FIGURES: dict[str, Callable[[View], Chart]] = {
    "ranking": ranking.draw,
    "heat": heat.draw,
    "trend": movement.draw,
    "pillars": profile.pillars,
    "lost": profile.lost,
    "map": grid.draw,
    "areas": areas.draw,
    "gaps": gaps.draw,
    "compare": comparison.draw,
    "rank-errors": certainty.errors,
    "rank-choices": certainty.choices,
    "duels": certainty.duels,
    "sobol": certainty.sobol,
    "sobol-unit": certainty.of_unit,
    "settling": certainty.settling,
    "icicle": structure.icicle,
    "together": structure.together,
    "contributions": why.against_peers,
    "change": why.change,
}

# These show one unit; without one there is nothing to draw.
OF_UNIT = ("pillars", "lost", "sobol-unit", "contributions", "change")
