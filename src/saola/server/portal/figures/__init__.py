"""The figures of the pages, by name: each makes one chart for one view."""

from collections.abc import Callable

from saola.charts import Chart
from saola.server.portal.figures import (
    areas,
    comparison,
    gaps,
    grid,
    heat,
    movement,
    profile,
    ranking,
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
}
