"""The country: units with names and parents, people, and what makes places differ."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from saola import language, units
from saola.demo.land import Land, land
from saola.demo.names import Name, names
from saola.units.shapes import BOUNDARIES

CODE = "XSA"  # ISO 3166-1 leaves XAA to XZZ to users
LABEL: Name = {"vi": "Xaolia", "en": "Saolia", "fr": "Saolie"}
PROVINCES, COMMUNES = 34, 3321
SOURCE = "Saola's invented country, seed {seed}"
AGENCIES, PROVINCE_GROUP = f"{CODE}.G.AGENCIES", f"{CODE}.G.PROVINCES"
GROUPS: dict[str, Name] = {
    AGENCIES: {
        "vi": "Quốc gia, bộ ngành và tỉnh (giả lập)",
        "en": "Country, ministries and provinces (invented)",
        "fr": "Pays, ministères et provinces (inventés)",
    },
    PROVINCE_GROUP: {
        "vi": "Các tỉnh (giả lập)",
        "en": "Provinces (invented)",
        "fr": "Provinces (inventées)",
    },
    f"{CODE}.G.SERVICES": {
        "vi": "Bộ, ngành có dịch vụ công (giả lập)",
        "en": "Ministries with public services (invented)",
        "fr": "Ministères offrant des services publics (inventés)",
    },
    f"{CODE}.G.NO-SERVICES": {
        "vi": "Bộ, ngành không có dịch vụ công (giả lập)",
        "en": "Ministries without public services (invented)",
        "fr": "Ministères sans service public (inventés)",
    },
}

Values = npt.NDArray[np.float64]
Row = dict[str, str]


@dataclass(frozen=True)
class Country:
    """The invented country before anyone reports.

    Attributes:
        seed: What it was grown from.
        land: Its places.
        names: Names of the provinces and communes by code.
        people: Inhabitants of each commune in the first quarter, shape (communes,).
        growth: Yearly growth of each commune, shape (communes,).
        urban: Whether a commune is a town, shape (communes,).
        ease: How easily each commune goes online, standard units, shape (communes,).
        standing: The same of each province's own administration, shape (provinces,).
    """

    seed: int
    land: Land
    names: dict[str, Name]
    people: Values
    growth: Values
    urban: npt.NDArray[np.bool_]
    ease: Values
    standing: Values

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces."""
        return [f"{CODE}.P.{place + 1:02}" for place in range(len(self.standing))]

    @property
    def communes(self) -> list[str]:
        """Codes of the communes."""
        return [f"{CODE}.C.{place + 1:05}" for place in range(len(self.people))]

    @property
    def source(self) -> str:
        """What every row says it comes from."""
        return SOURCE.format(seed=self.seed)

    def units(self) -> list[Row]:
        """Give the rows of a units table: country, groups, provinces, ministries, communes."""
        provinces = self.provinces
        middles = [outline.representative_point() for outline in self.land.outlines]
        rows = [self._row(CODE, "country", "", LABEL)]
        rows += [self._row(code, "group", CODE, label) for code, label in GROUPS.items()]
        rows += [
            self._row(code, "province", CODE, self.names[code], at=(middle.x, middle.y))
            for code, middle in zip(provinces, middles, strict=True)
        ]
        rows += [
            self._row(f"{CODE}.M.{each['code']}", "ministry", CODE, each) for each in ministries()
        ]
        rows += [
            self._row(code, "commune", provinces[place], self.names[code], at=(point[0], point[1]))
            for code, place, point in zip(
                self.communes, self.land.province, self.land.points, strict=True
            )
        ]
        return rows

    def _row(
        self, code: str, kind: str, parent: str, label: Name, at: tuple[float, float] | None = None
    ) -> Row:
        spoken = {lang: label[lang] for lang in ("vi", "en", "fr")}
        centre = {"lat": f"{at[1]:.5f}", "lon": f"{at[0]:.5f}"} if at else {"lat": "", "lon": ""}
        row = {"code": code, "kind": kind, "parent": parent, **spoken, "from": "", "to": ""}
        return {**row, **centre, "source": self.source}

    def members(self) -> list[Row]:
        """Give the rows of a members table: who is assessed together, and who ranked together."""
        ministry = [f"{CODE}.M.{each['code']}" for each in ministries()]
        ranked = zip((each["group"] for each in ministries()), ministry, strict=True)
        pairs = [
            *((AGENCIES, code) for code in (CODE, *self.provinces, *ministry)),
            *((PROVINCE_GROUP, code) for code in self.provinces),
            *ranked,
        ]
        return [{"group": group, "unit": code, "from": "", "to": ""} for group, code in pairs]

    def tiles(self) -> list[Row]:
        """Give the rows of a tiles table for the provinces."""
        return [
            {"grid": f"{CODE}.P", "from": "", "to": "", "unit": code, "x": str(x), "y": str(y)}
            for code, (x, y) in zip(self.provinces, self.land.tiles.tolist(), strict=True)
        ]

    def boundaries(self) -> pl.DataFrame:
        """Give the outlines of provinces and communes: columns `unit`, `geometry` (WKB)."""
        shapes = [*self.land.outlines, *self.land.cells]
        return pl.DataFrame(
            {
                "unit": [*self.provinces, *self.communes],
                "geometry": [bytes(shape.wkb) for shape in shapes],
            },
            schema=BOUNDARIES,
        )


@cache
def ministries() -> tuple[Row, ...]:
    """Give the ministries: code, group, fields (`|` between) and names."""
    file = resources.files("saola") / "data" / "demo" / "ministries.csv"
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def country(seed: int, *, communes: int = COMMUNES, provinces: int = PROVINCES) -> Country:
    """Grow the country from a seed.

    Args:
        seed: The same seed gives the same country.
        communes: How many communes.
        provinces: How many provinces.

    Raises:
        DependencyError: If shapely is not installed.
    """
    rng = np.random.default_rng([seed, 1])
    place = land(rng, communes, provinces)
    codes = [f"{CODE}.P.{each + 1:02}" for each in range(provinces)]
    codes += [f"{CODE}.C.{each + 1:05}" for each in range(communes)]
    label = dict(zip(codes, names(rng, len(codes), taken=_real()), strict=True))
    people, urban = _people(rng, place)
    standing = rng.normal(0, 0.75, provinces)
    ease = _ease(rng, place, urban, standing)
    growth = rng.normal(0.006, 0.008, communes) + 0.012 * urban
    return Country(seed, place, label, people, growth, urban, ease, standing)


@cache
def _real() -> frozenset[str]:
    """Give every name and alias of a real unit, without marks and case."""
    known = units.registry()
    said = [name for unit in known for name in unit.names.values()]
    said += [alias.code for alias in known.aliases]
    return frozenset(language.fold(name) for name in said)


def _people(rng: np.random.Generator, place: Land) -> tuple[Values, npt.NDArray[np.bool_]]:
    """Settle people: the smallest cells of each province are its towns, and towns are larger."""
    area = np.array([cell.area for cell in place.cells])
    rank = np.empty(len(area))
    for each in range(place.province.max() + 1):
        within = np.flatnonzero(place.province == each)
        rank[within] = area[within].argsort().argsort() / max(1, len(within) - 1)
    urban = rank < rng.normal(0.24, 0.03, len(area)).clip(0.05, 0.5)
    people = rng.lognormal(8.75, 0.45, len(area)) * np.where(urban, 2.1, 1.0)
    return np.round(people), urban


def _ease(
    rng: np.random.Generator, place: Land, urban: npt.NDArray[np.bool_], standing: Values
) -> Values:
    """Say how easily communes go online: towns easily, the far from the capital less so."""
    capital = place.points[place.province == int(np.argmax(standing))].mean(axis=0)
    far = np.sqrt(((place.points - capital) ** 2).sum(axis=1))
    far = (far - far.mean()) / far.std()
    own = rng.normal(0, 0.55, len(urban))
    found: Values = 0.7 * standing[place.province] + 0.8 * urban - 0.45 * far + own
    return np.asarray((found - found.mean()) / found.std())
