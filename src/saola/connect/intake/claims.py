"""Who is unserved: every claim of coverage beside the others, conflicts shown and not averaged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import Floats, Ints, pairs_within
from saola.connect.intake.border import inside, read_border
from saola.connect.intake.columns import measures, placed, require, table
from saola.connect.radio.carriers import carrier
from saola.connect.radio.over_ground import Links, link_losses
from saola.connect.radio.p1812 import Signal
from saola.connect.terrain import Ground
from saola.errors import InputError
from saola.language import number, percent, text

KINDS = ("map", "tests")
MODEL_RADIO, MODEL_MAST_M, MODEL_KM, MODEL_CONFIDENCE = "4G 700", 30.0, 12.0, 0.6
TEST_M = 1500.0  # a speed test speaks for settlements so near
SERVED, UNSERVED, DISPUTED, UNKNOWN = "served", "unserved", "disputed", "unknown"


@dataclass(frozen=True, eq=False)
class Claim:
    """What one source says of every settlement.

    Attributes:
        kind: `table`, `model`, `map` or `tests`.
        name: Who says it, and when; empty for the table and the model.
        confidence: How far it is trusted, 0 to 1.
        says: 1 served, 0 not, NaN where it says nothing, shape (settlements,).
        mbps: The rate behind it, NaN where there is none.
        tests: How many tests stand behind the rate.
    """

    kind: str
    name: str
    confidence: float
    says: Floats
    mbps: Floats
    tests: Ints

    @property
    def source(self) -> str:
        """Say who speaks, in the language in use."""
        if self.kind == "model":
            return text("model (P.1812, {radio})", radio=MODEL_RADIO)
        return text("table of settlements") if self.kind == "table" else self.name

    def detail(self, place: int) -> str:
        """Say what stands behind the claim about one settlement, in the language in use."""
        rate = float(self.mbps[place])
        if self.kind == "model":
            return text("{rate} Mbit/s from the towers of today", rate=number(rate, decimals=0))
        if self.kind == "tests":
            return text(
                "median of {count} tests {rate} Mbit/s",
                count=number(int(self.tests[place])), rate=number(rate),
            )  # fmt: skip
        if self.kind == "map":
            return text("inside its map") if self.says[place] else text("outside its map")
        return text("column served")


def plain(kind: str, name: str, confidence: float, says: Floats) -> Claim:
    """Make a claim that has no rate behind it."""
    count = len(says)
    return Claim(kind, name, confidence, says, np.full(count, np.nan), np.zeros(count, np.int64))


def claims(
    told: Iterable[Mapping[str, Any]], settlements: pl.DataFrame, folder: Path, speed_mbps: float
) -> list[Claim]:
    """Read the claims that a plan's file lists.

    Args:
        told: Each `source`, `kind` (`map` of areas, or `tests` with `lat, lon, mbps`), `file` and
            `confidence` in 0..1 (0.5 if not told).
        settlements: A frame of `SETTLEMENTS`.
        folder: Where relative paths begin.
        speed_mbps: What counts as service in a speed test.

    Raises:
        InputError: If a kind is unknown, a confidence out of range, or a file unreadable.
    """
    found = []
    for one in told:
        kind, confidence = str(one.get("kind", "map")), float(one.get("confidence", 0.5))
        if kind not in KINDS:
            raise InputError(
                "connect-unknown", where="claims.kind", found=kind, known=", ".join(KINDS)
            )
        if not 0 <= confidence <= 1:
            raise InputError(
                "connect-cost-range", where="claims.confidence", found=confidence, low=0, high=1
            )
        file, source = folder / str(one.get("file", "")), str(one.get("source", one.get("file")))
        if kind == "map":
            held = inside(
                read_border(file), settlements["lat"].to_numpy(), settlements["lon"].to_numpy()
            )
            found.append(plain(kind, source, confidence, held.astype(np.float64)))
        else:
            found.append(_tests(file, settlements, speed_mbps, source, confidence))
    return found


def _tests(
    file: Path, settlements: pl.DataFrame, speed: float, source: str, confidence: float
) -> Claim:
    raw = table(file)
    require(raw, file.name, ("lat", "lon", "mbps"))
    lat, lon = placed(raw, file.name)
    tests = pl.DataFrame({"lat": lat, "lon": lon, "mbps": measures(raw["mbps"])})
    tests = tests.fill_nan(None).drop_nulls()
    home, test, _ = pairs_within(
        settlements["lat"].to_numpy(), settlements["lon"].to_numpy(),
        tests["lat"].to_numpy(), tests["lon"].to_numpy(), TEST_M,
    )  # fmt: skip
    near = pl.DataFrame({"home": home, "mbps": tests["mbps"].to_numpy()[test]})
    near = near.group_by("home").agg(pl.median("mbps"), count=pl.len())
    middle, count = np.full(settlements.height, np.nan), np.zeros(settlements.height, np.int64)
    place = near["home"].to_numpy()
    middle[place], count[place] = near["mbps"].to_numpy(), near["count"].to_numpy()
    says = np.where(np.isnan(middle), np.nan, middle >= speed)
    return Claim("tests", source, confidence, says, middle, count)


def modelled(settlements: pl.DataFrame, towers: Floats, ground: Ground, speed_mbps: float) -> Claim:
    """Say what the model gives: P.1812 from the standing towers, 4G at 700 MHz.

    Args:
        settlements: A frame of `SETTLEMENTS`.
        towers: (longitude, latitude), shape (towers, 2).
        ground: Terrain and what stands on it.
        speed_mbps: What counts as service.
    """
    one = carrier(MODEL_RADIO)
    lat, lon = settlements["lat"].to_numpy(), settlements["lon"].to_numpy()
    best = np.zeros(settlements.height)
    if len(towers):
        home, tower, _ = pairs_within(lat, lon, towers[:, 1], towers[:, 0], 1000 * MODEL_KM)
        links = Links(
            towers[tower][:, ::-1], np.column_stack((lat[home], lon[home])),
            np.full(len(home), MODEL_MAST_M), np.full(len(home), one.receiver_m),
        )  # fmt: skip
        loss = link_losses(ground, links, Signal(one.frequency_hz, 50.0, 90.0, 5.5))
        rate = np.where(
            loss <= one.uplink_limit_db(0.5),
            one.rate_mbps(one.sinr_db(one.received_dbm(loss))),
            0.0,
        )
        np.maximum.at(best, home, rate)
    says = (best >= speed_mbps).astype(np.float64)
    return Claim("model", "", MODEL_CONFIDENCE, says, best, np.zeros(len(best), np.int64))


def evidence(settlements: pl.DataFrame, found: Sequence[Claim]) -> pl.DataFrame:
    """Put all claims about each settlement beside each other.

    Args:
        settlements: A frame of `SETTLEMENTS`.
        found: The claims.

    Returns:
        `id, name, unit, people, verdict, conflict, confidence, evidence`. The verdict is `served`
        or `unserved` where all who speak agree, `disputed` where they do not, `unknown` where
        nobody speaks. `confidence` is that of the most trusted who agree, null where disputed.
    """
    says = np.array([claim.says for claim in found]).reshape(len(found), settlements.height)
    yes, no = (says == 1).any(axis=0), (says == 0).any(axis=0)
    verdict = np.select([yes & no, yes, no], [DISPUTED, SERVED, UNSERVED], UNKNOWN)
    trust = np.array([claim.confidence for claim in found])[:, None]
    heard = np.where(np.isnan(says), 0.0, trust).max(axis=0, initial=0.0)
    sure = np.where((yes & no) | ~(yes | no), np.nan, heard)
    return settlements.select("id", "name", "unit", "people").with_columns(
        verdict=pl.Series(verdict.tolist(), dtype=pl.String),
        conflict=pl.Series(yes & no),
        confidence=pl.Series(sure).fill_nan(None),
        evidence=pl.Series(worded(found, settlements.height), dtype=pl.String),
    )


def worded(found: Sequence[Claim], settlements: int) -> list[str]:
    """Say what all sources say of each settlement, in the language in use."""
    return [_told(found, place) for place in range(settlements)]


def _told(found: Sequence[Claim], place: int) -> str:
    """Say what each source says of one settlement."""
    words = {1.0: text("served"), 0.0: text("not served")}
    return "; ".join(
        f"{claim.source}: {words[float(claim.says[place])]} ({claim.detail(place)}, "
        f"{percent(claim.confidence, decimals=0)})"
        for claim in found
        if not np.isnan(claim.says[place])
    )


def by_commune(table_: pl.DataFrame) -> pl.DataFrame:
    """Sum people by verdict for each commune: `unit, people, served, unserved, disputed, unknown`.

    Args:
        table_: What `evidence` gives.
    """
    sums = {
        name: pl.col("people").filter(pl.col("verdict") == name).sum()
        for name in (SERVED, UNSERVED, DISPUTED, UNKNOWN)
    }
    return table_.group_by("unit", maintain_order=True).agg(pl.sum("people"), **sums)
