"""Charts: one file each, a frame in, a frozen `Chart` out. No rule of any index is known here."""

from saola.charts.chart import Chart, Scale
from saola.charts.compare import compare
from saola.charts.gaps import gaps
from saola.charts.heat import heat
from saola.charts.lost import lost
from saola.charts.pillars import pillars
from saola.charts.ranking import ranking
from saola.charts.tiles import tiles
from saola.charts.trend import trend

__all__ = [
    "Chart",
    "Scale",
    "compare",
    "gaps",
    "heat",
    "lost",
    "pillars",
    "ranking",
    "tiles",
    "trend",
]
