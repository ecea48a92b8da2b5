"""What a planner decides beside the data: technologies, demand, money, reach."""

from dataclasses import dataclass, field

from saola.connect.costs import Money
from saola.connect.demand import Demand
from saola.connect.stations import Station, chosen
from saola.errors import InputError, SaolaError, raise_all

BACKHAULS = ("fibre", "microwave", "satellite")


@dataclass(frozen=True)
class Reach:
    """How far things are tried.

    Attributes:
        station_km: Longest link from a station to a place.
        fibre_km: Longest new fibre between two sites.
        microwave_km: Longest hop tried; physics and weather decide what is possible.
        neighbours: Nearest sites that a site may be joined to by fibre.
        hops: Nearest sites that a site may be joined to by microwave.
        search_km: How far from its settlement a new site looks for high ground.
        part_people: Larger settlements are divided into parts of at most so many people.
    """

    station_km: float = 12.0
    fibre_km: float = 25.0
    microwave_km: float = 40.0
    neighbours: int = 6
    hops: int = 8
    search_km: float = 1.0
    part_people: float = 2000.0


@dataclass(frozen=True)
class Sky:
    """What satellites can give.

    Attributes:
        mbps_km2: Rate for each square kilometre in the busy hour.
        station_mbps: Most for one station's backhaul.
        cell_deg: Side of the areas over which the rate is counted, degrees.
    """

    mbps_km2: float = 0.5
    station_mbps: float = 150.0
    cell_deg: float = 0.25


@dataclass(frozen=True)
class Settings:
    """Everything a planner decides beside the data.

    Attributes:
        stations: Names of kinds in `data/stations.csv`.
        backhaul: Some of fibre, microwave, satellite.
        terminals: Whether households may be served by satellite terminals.
        demand: What people ask for.
        money: How costs are valued.
        reach: How far things are tried.
        sky: What satellites can give.
        rain_mm_h: Rain rate exceeded for 0.01 % of the year; none takes ITU's map.
        availability: Share of the year a hop must work.
        hop_mbps: Least rate of a hop.
        interference_db: Rise of noise by other cells.
        spread_db: Standard deviation of the loss over locations; covered means 90 % of them.
        detour: Length of fibre over the straight line.
        off_road: What a metre of trench across open land costs over one along a road, where the
            roads are known.
        edge_up_mbps: Uplink a place must reach.

    Raises:
        InputError: If a name is unknown or a value is out of range.
    """

    stations: tuple[str, ...] = ("4G", "5G", "relay")
    backhaul: tuple[str, ...] = BACKHAULS
    terminals: bool = True
    demand: Demand = field(default_factory=Demand)
    money: Money = field(default_factory=Money)
    reach: Reach = field(default_factory=Reach)
    sky: Sky = field(default_factory=Sky)
    rain_mm_h: float | None = None
    availability: float = 0.9999
    hop_mbps: float = 100.0
    interference_db: float = 3.0
    spread_db: float = 5.5
    detour: float = 1.2
    off_road: float = 1.5
    edge_up_mbps: float = 0.5

    def __post_init__(self) -> None:
        faults: list[SaolaError] = [
            InputError("connect-unknown", where="backhaul", found=one, known=", ".join(BACKHAULS))
            for one in self.backhaul
            if one not in BACKHAULS
        ]
        limits = {
            "hop_mbps": (1.0, 10_000.0),
            "interference_db": (0.0, 30.0),
            "spread_db": (0.0, 15.0),
            "detour": (1.0, 5.0),
            "off_road": (1.0, 20.0),
            "availability": (0.9, 0.999999),
        }
        faults += [
            InputError("connect-cost-range", where=name, found=getattr(self, name), low=a, high=b)
            for name, (a, b) in limits.items()
            if not a <= getattr(self, name) <= b
        ]
        raise_all(faults)
        self.kinds()

    @property
    def open_land(self) -> float:
        """What a straight metre across open land counts for, in metres along a road."""
        return self.detour * self.off_road

    def kinds(self) -> list[Station]:
        """Give the kinds of station."""
        return chosen(list(self.stations))
