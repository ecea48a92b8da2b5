"""How much people ask of the network in its busy hour, in one convention, with converters.

The convention: a person's busy-hour rate is the target speed of a connection, times the share of
people who use it, divided by how many users share one full rate at once (the contention). The
three conventions of the literature differ by more than ten times; each turns into this one.
"""

from dataclasses import dataclass

from saola.errors import InputError, SaolaError, raise_all

BUSY_HOUR_SHARE = 0.15


@dataclass(frozen=True)
class Demand:
    """What people ask for.

    Attributes:
        speed_mbps: Target speed of one connection.
        users: Share of people who use the network.
        contention: Users for each one that draws the full speed in the busy hour.
        growth: Growth of demand a year.
        years: Years of growth the network is sized for.

    Raises:
        InputError: If a value is out of range.
    """

    speed_mbps: float = 10.0
    users: float = 0.5
    contention: float = 20.0
    growth: float = 0.0
    years: int = 0

    def __post_init__(self) -> None:
        limits: tuple[tuple[str, float, float], ...] = (
            ("speed_mbps", 0.01, 1000.0),
            ("users", 0.01, 1.0),
            ("contention", 1.0, 1000.0),
            ("growth", -0.5, 1.0),
            ("years", 0, 30),
        )
        faults: list[SaolaError] = [
            InputError("connect-cost-range", where=name, found=getattr(self, name), low=a, high=b)
            for name, a, b in limits
            if not a <= getattr(self, name) <= b
        ]
        raise_all(faults)

    @property
    def mbps_a_person(self) -> float:
        """Busy-hour rate of one person, Mbit/s."""
        grown = (1 + self.growth) ** self.years
        return self.speed_mbps * self.users / self.contention * grown


def from_overbooking(speed_mbps: float, smartphones: float, overbooking: float = 20.0) -> float:
    """Turn pytal's convention into Mbit/s a person: speed, share of users, overbooking.

    Source: Oughton et al. (2022), pytal.
    """
    return speed_mbps * smartphones / overbooking


def from_monthly_gigabytes(gigabytes: float, users: float = 1.0) -> float:
    """Turn a month's traffic of a user into Mbit/s a person: 15 % of a day in the busy hour.

    Source: Oughton (2023), pobis: GB × 8000/30 × 0.15/3600.
    """
    return gigabytes * 8000 / 30 * BUSY_HOUR_SHARE / 3600 * users


def from_simultaneity(
    speed_mbps: float = 2.0, users: float = 0.25, simultaneous: float = 0.10
) -> float:
    """Turn CPP's convention into Mbit/s a person: speed, share of users, share at one time.

    Source: ITU CPP user guide (2026): 2 Mbit/s × 0.25 × 0.10 of the people within 1 km.
    """
    return speed_mbps * users * simultaneous
