"""Charts: one file each, a frame in, a frozen `Chart` out. No rule of any index is known here."""

from saola.charts.areas import areas
from saola.charts.chart import Chart, Scale
from saola.charts.compare import compare
from saola.charts.correlation import correlation
from saola.charts.duels import duels
from saola.charts.gaps import gaps
from saola.charts.heat import heat
from saola.charts.icicle import icicle
from saola.charts.lost import lost
from saola.charts.pillars import pillars
from saola.charts.rank_spans import rank_spans
from saola.charts.ranking import ranking
from saola.charts.settling import settling
from saola.charts.sobol import sobol
from saola.charts.staircase import staircase
from saola.charts.tiles import tiles
from saola.charts.trend import trend
from saola.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "Scale",
    "areas",
    "compare",
    "correlation",
    "duels",
    "gaps",
    "heat",
    "icicle",
    "lost",
    "pillars",
    "rank_spans",
    "ranking",
    "settling",
    "sobol",
    "staircase",
    "tiles",
    "trend",
    "waterfall",
]
