"""One unit: a country, a group, a province, a commune, a ministry."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from saola import language

CODE = re.compile(r"[A-Z]{3}(\.[A-Z]+\.[A-Za-z0-9_-]+(@\d{4})?)?|G\.[A-Z0-9-]+")


# ISO 3166-1 leaves XAA to XZZ to users; XKX is in use for Kosovo.
_INVENTED = re.compile(r"(?!XKX)X[A-Z]{2}(\..*)?")


def invented(code: str) -> bool:
    """Tell whether a code is of an invented country or of a unit in one: real ones bear none such.

    Source: ISO 3166-1, user-assigned codes.
    """
    return _INVENTED.fullmatch(code) is not None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with its names, its parent and the days it exists.

    Attributes:
        code: `VNM`, `VNM.P.48`, `VNM.P.48@2025`, `VNM.M.MOF`, `G.ASEAN`.
        kind: `country`, `group`, `province`, `commune`, `ministry` or a workspace's own word.
        parent: Code of the unit above; empty for none.
        names: Language to name.
        start: First day, or None where no beginning is known.
        end: Last day, or None while it exists.
        lat: Latitude of the centre in degrees, WGS 84.
        lon: Longitude of the centre in degrees, WGS 84.
        tile_x: Column in the newest tile grid that holds it, from the west.
        tile_y: Row in that grid, from the north.
        source: Where the row comes from.
    """

    code: str
    kind: str
    parent: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    start: dt.date | None = None
    end: dt.date | None = None
    lat: float | None = None
    lon: float | None = None
    tile_x: int | None = None
    tile_y: int | None = None
    source: str = ""

    def label(self, lang: str | None = None) -> str:
        """Give the name in a language, by default the one in use; the code where none is known."""
        return language.pick(self.names, lang) or self.code

    def exists(self, on: dt.date | None = None) -> bool:
        """Say whether the unit exists on a day; None asks whether it still does."""
        if on is None:
            return self.end is None
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)

    def __str__(self) -> str:
        return self.code
