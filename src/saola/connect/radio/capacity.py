"""What a cell carries: the rates of its places put together by how it shares its time."""

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.carriers import Carrier

Values = NDArray[np.float64]


def sector_mbps(carrier: Carrier, sinr_db: Values, weight: Values) -> float:
    """Give the downlink of one sector when all its users get the same rate, Mbit/s.

    Equal rates take time in inverse proportion to what each place could have, so the mean is
    harmonic, weighted by people; places out of reach (rate 0) are not served and do not count.

    Args:
        carrier: The sector's carrier.
        sinr_db: Of the places, (n,).
        weight: People there, (n,).
    """
    rate = carrier.rate_mbps(np.asarray(sinr_db, np.float64))
    served = (rate > 0.0) & (np.asarray(weight) > 0.0)
    if not served.any():
        return 0.0
    people = np.asarray(weight, np.float64)[served]
    return float(people.sum() / np.sum(people / rate[served]))


def site_mbps(carrier: Carrier, sinr_db: Values, weight: Values) -> float:
    """Give the downlink of a site, Mbit/s: its sectors share places and people evenly."""
    return carrier.sectors * sector_mbps(carrier, sinr_db, weight)


def busy_hour_mbps(gigabytes_a_month: float, *, share: float = 0.15) -> float:
    """Turn a month's traffic into the rate of its busy hour, Mbit/s.

    Args:
        gigabytes_a_month: Traffic of one user.
        share: Of a day's traffic in the busy hour.

    Source: Oughton et al. (pobis): GB × 8000/30 × 0.15/3600.
    """
    return gigabytes_a_month * 8000.0 / 30.0 * share / 3600.0
