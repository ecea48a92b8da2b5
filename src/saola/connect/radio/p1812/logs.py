"""The validation set of ITU-R Study Group 3: its profile files and the rows of its result logs."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from saola.connect.radio.p1812.climate import middle_latitude
from saola.connect.radio.p1812.paths import Antennas, Profile, Signal
from saola.connect.radio.p1812.symbols import Intermediates
from saola.errors import InputError

GRADIENT_KEY = "Average annual values dN (N-units/km)"
REFRACTIVITY_KEY = "Average annual sea-level surface refractivity No (N-units)"
CORNERS = ("Tx LAT", "Tx LON", "Rx LAT", "Rx LON")
VERTICAL = "2"
KILOWATT_DBW = 30.0


@dataclass(frozen=True)
class Case:
    """One row of a profile file's measurements.

    Attributes:
        antennas: Heights and atmosphere.
        signal: Frequency and percentages.
        power_dbw: Radiated power that the field strength is scaled to, dBW.
        published_db: The loss the file itself gives, NaN if it gives none.
    """

    antennas: Antennas
    signal: Signal
    power_dbw: float
    published_db: float

    def at(self, **changes: object) -> "Case":
        """Give the same case with some values of antennas or signal replaced."""
        own = {name: value for name, value in changes.items() if value is not None}
        signal = {name: own[name] for name in own if hasattr(self.signal, name)}
        antennas = {name: own[name] for name in own if hasattr(self.antennas, name)}
        return replace(
            self,
            signal=replace(self.signal, **signal),  # type: ignore[arg-type]  # names are checked above
            antennas=replace(self.antennas, **antennas),  # type: ignore[arg-type]  # likewise
            published_db=float("nan") if own else self.published_db,
        )


@dataclass(frozen=True)
class ProfileFile:
    """A profile with the cases measured on it.

    Attributes:
        profile: Terrain, clutter and zones.
        cases: One a measurement row, in the file's order.
    """

    profile: Profile
    cases: tuple[Case, ...]


# The rows of a result log: its label, its reference, and the field that holds the value.
LOG_ROWS: tuple[tuple[str, str, str], ...] = (
    ("d (km)", "", "d"),
    ("dlt (km)", "Eq (78)", "dlt"),
    ("dlr (km)", "Eq (81a)", "dlr"),
    ("th_t (mrad)", "Eqs (76-78)", "theta_t"),
    ("th_r (mrad)", "Eqs (79-81)", "theta_r"),
    ("th (mrad)", "Eq (82)", "theta"),
    ("hts (m)", "", "hts"),
    ("hrs (m)", "", "hrs"),
    ("htc (m)", "Table 5", "htc"),
    ("hrc (m)", "Table 5", "hrc"),
    ("w", "Table 5", "w"),
    ("dtm (km)", "Sec 3.6", "dtm"),
    ("dlm (km)", "Sec 3.6", "dlm"),
    ("phi (deg)", "Eq (4)", "phi"),
    ("b0 (%)", "Eq (5)", "b0"),
    ("ae (km)", "Eq (7a)", "ae"),
    ("hst (m)", "Eq (85)", "hst_fit"),
    ("hsr (m)", "Eq (86)", "hsr_fit"),
    ("hst (m)", "Eq (90a)", "hst"),
    ("hsr (m)", "Eq (90b)", "hsr"),
    ("hstd (m)", "Eq (89)", "hstd"),
    ("hsrd (m)", "Eq (89)", "hsrd"),
    ("htc (m)", "Eq (37a)", "htc_smooth"),
    ("hrc (m)", "Eq (37b)", "hrc_smooth"),
    ("hte (m)", "Eq (92a)", "hte"),
    ("hre (m)", "Eq (92b)", "hre"),
    ("hm (m)", "Eq (93)", "hm"),
    ("Fi", "Eq (40)", "fi"),
    ("Fj", "Eq (57)", "fj"),
    ("Fk", "Eq (58)", "fk"),
    ("Lbfs", "Eq (8)", "lbfs"),
    ("Lb0p", "Eq (10)", "lb0p"),
    ("Lb0b", "Eq (11)", "lb0b"),
    ("Lbulla (dB)", "Eq (21)", "lbulla"),
    ("Lbulls (dB)", "Eq (21)", "lbulls"),
    ("Ldsph (dB)", "Eq (27)", "ldsph"),
    ("Ld50 (dB)", "Eq (39)", "ld50"),
    ("Ldb (dB)", "Eq (39)", "ldb"),
    ("Ldp (dB)", "Eq (41)", "ldp"),
    ("Lbd50 (dB)", "Eq (42)", "lbd50"),
    # The published logs print under Eq (43) the value after Eq (61) has limited it, in all 63
    # cases; `Intermediates.lbd` is Eq (43) itself. They differ where ducting lies below it.
    ("Lbd (dB)", "Eq (43)", "lbda"),
    ("Lminb0p (dB)", "Eq (59)", "lminb0p"),
    ("Lba (dB)", "Eq (46)", "lba"),
    ("Lminbap (dB)", "Eq (60)", "lminbap"),
    ("Lbda (dB)", "Eq (61)", "lbda"),
    ("Lbam (dB)", "Eq (62)", "lbam"),
    ("Lbs (dB)", "Eq (44)", "lbs"),
    ("Lbc (dB)", "Eq (63)", "lbc"),
    ("Lb (dB)", "Eq (69)", "lb"),
    ("Ep (dBuV/m)", "Eq (70)", "ep"),
)


def log_rows(found: Intermediates, power_dbw: float) -> list[tuple[str, str, float]]:
    """Give the rows of a result log: label, reference, value; the last is scaled to the power."""
    rows = [(label, ref, float(getattr(found, field))) for label, ref, field in LOG_ROWS]
    return [*rows, ("Ep (dBuV/m) w.r.t. Ptx, Gtx, Grx", "", found.ep + power_dbw - KILOWATT_DBW)]


def _section(lines: list[str], name: str, path: Path) -> list[list[str]]:
    """Give the rows between `{Begin of name}` and `{End of name}`."""
    begins = [i for i, line in enumerate(lines) if line.startswith(f"{{Begin of {name}}}")]
    ends = [i for i, line in enumerate(lines) if line.startswith(f"{{End of {name}}}")]
    if not begins or not ends or ends[0] < begins[0]:
        raise InputError("profile-section-missing", where=str(path), found=name)
    return [line.split(",") for line in lines[begins[0] + 1 : ends[0]]]


def _value(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError("profile-number", where=where, found=text) from None


def _meta(lines: list[str], path: Path) -> dict[str, float]:
    found: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":,")
        if colon:
            found[key.strip()] = value.strip(" ,")
    wanted = (*CORNERS, GRADIENT_KEY, REFRACTIVITY_KEY)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise InputError("profile-key-missing", where=str(path), found=", ".join(missing))
    return {key: _value(found[key], f"{path}: {key}") for key in wanted}


def _profile(rows: list[list[str]], path: Path) -> Profile:
    points = [row for row in rows if not row[0].startswith("Number of Points")]
    short = [i for i, row in enumerate(points) if len(row) < 5]
    if short:
        raise InputError("profile-number", where=f"{path}: {short[0] + 1}", found="")
    values = [
        [_value(row[k], f"{path}: {i + 1}") for k in (0, 1, 3, 4)] for i, row in enumerate(points)
    ]
    lines = np.array(values, np.float64).reshape(len(points), 4).T.copy()
    return Profile(lines[0], lines[1], lines[2], lines[3].astype(np.int8), str(path))


def _case(row: list[str], meta: dict[str, float], d: float, where: str) -> Case:
    if len(row) < 18:
        raise InputError("profile-number", where=where, found=",".join(row))
    lat_t, lon_t, lat_r, lon_r = (meta[key] for key in CORNERS)
    antennas = Antennas(
        _value(row[1], where),
        _value(row[3], where),
        middle_latitude(lat_t, lon_t, lat_r, lon_r, d),
        meta[GRADIENT_KEY],
        meta[REFRACTIVITY_KEY],
    )
    signal = Signal(
        _value(row[0], where) * 1e6, _value(row[14], where), vertical=row[4] == VERTICAL
    )
    power = _value(row[12], where) if row[12].strip() else KILOWATT_DBW
    published = _value(row[17], where) if row[17].strip() else float("nan")
    return Case(antennas, signal, power, published)


def read(path: Path) -> ProfileFile:
    """Read a profile file in the format of the validation set.

    Args:
        path: The CSV file.

    Raises:
        InputError: If a section, a key or a number is missing or malformed.

    Source: ITU-R Study Group 3, validation examples of P.1812.
    """
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    meta = _meta(lines, path)
    profile = _profile(_section(lines, "Profile", path), path)
    d = float(profile.distance_km[-1])
    rows = _section(lines, "Measurements", path)
    cases = [_case(row, meta, d, f"{path}: case {k}") for k, row in enumerate(rows)]
    return ProfileFile(profile, tuple(cases))
