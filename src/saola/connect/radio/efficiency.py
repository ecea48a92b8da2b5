"""From SINR to bits per second and hertz: 3GPP's tables of channel quality, and MIMO layers apart.

The two tables have thresholds of their own, tied to efficiency: a row of the 256QAM table needs
what the same efficiency needs in the 64QAM table, not what the same index does.
"""

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.errors import InputError

Values = NDArray[np.float64]
ONE_LAYER_TO_DB = 0.0
ALL_LAYERS_FROM_DB = 20.0


class QualityRow(NamedTuple):
    """One row of `data/cqi.csv`.

    Attributes:
        cqi: The channel quality indicator.
        modulation: Its name.
        rate_1024: Code rate times 1024.
        efficiency: bit/s/Hz of one layer.
        sinr_db: Least SINR at which it is used.
        source: Where both come from.
    """

    cqi: int
    modulation: str
    rate_1024: int
    efficiency: float
    sinr_db: float
    source: str


@cache
def quality_table(name: str) -> tuple[QualityRow, ...]:
    """Read a table of channel quality, `64qam` or `256qam`, lowest first.

    Raises:
        InputError: If there is no such table.
    """
    file = resources.files("saola.connect") / "data" / "cqi.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    found = tuple(
        QualityRow(
            int(row["cqi"]),
            row["modulation"],
            int(row["rate_1024"]),
            float(row["efficiency"]),
            float(row["sinr_db"]),
            row["source"],
        )
        for row in rows
        if row["table"] == name
    )
    if not found:
        known = ", ".join(sorted({row["table"] for row in rows}))
        raise InputError("band-unknown", where="table", found=name, known=known)
    return found


def spectral_efficiency(sinr_db: Values, table: str = "64qam") -> Values:
    """Give the efficiency of one layer at a SINR, bit/s/Hz; 0 below the table's first row.

    Args:
        sinr_db: dB, any shape.
        table: `64qam` or `256qam`.

    Source: 3GPP TS 38.214, tables 5.2.2.1-2 and 5.2.2.1-3 (TS 36.213, 7.2.3-1 and 7.2.3-2).
    """
    rows = quality_table(table)
    steps = np.array([0.0, *(row.efficiency for row in rows)])
    thresholds = np.array([row.sinr_db for row in rows])
    found: Values = steps[np.searchsorted(thresholds, np.asarray(sinr_db), side="right")]
    return found


def layer_factor(sinr_db: Values, layers: float) -> Values:
    """Give what MIMO multiplies the efficiency with, from 1 to the number of layers.

    One layer at 0 dB and below, all of them from 20 dB, in proportion between: rank adaptation
    without a channel model. The number of layers caps it.

    Args:
        sinr_db: dB, any shape.
        layers: Layers one user can have at once.

    Source: planning convention of this project, docs/guides/connect-radio.md.
    """
    span = ALL_LAYERS_FROM_DB - ONE_LAYER_TO_DB
    share = np.clip((np.asarray(sinr_db, np.float64) - ONE_LAYER_TO_DB) / span, 0.0, 1.0)
    found: Values = 1.0 + share * (max(layers, 1.0) - 1.0)
    return found


def sinr_needed(efficiency: float, table: str = "64qam") -> float:
    """Give the least SINR for an efficiency on one layer, dB; infinite if the table has none."""
    for row in quality_table(table):
        if row.efficiency >= efficiency:
            return row.sinr_db
    return float("inf")
