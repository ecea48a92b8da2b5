"""Rain, gases, sight and what microwave hops carry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.connect.radio import hop, weather
from saola.connect.radio.microwave import (
    BITS,
    Climate,
    Need,
    Refusal,
    band,
    bands,
    chain_outage,
    hops_in,
)
from saola.connect.radio.over_ground import Links
from saola.connect.radio.sight import Sight, sight_of
from saola.connect.terrain import Ground, Terrain
from saola.errors import InputError

HEAVY_RAIN = Climate(85.0)

# frequency GHz, elevation °, rain mm/h, tilt °, then k, α and dB/km: ITU's validation examples of
# P.838-3 as quoted in the tests of ITU-Rpy (ITURP838-3_rain_specific_attenuation.csv)
SPECIFIC = [
    (14.25, 31.07699124, 26.48052, 0.0, 0.03975488, 1.12418043, 1.58130839),
    (14.25, 40.232036, 33.936232, 0.0, 0.04007624, 1.11804138, 2.06173213),
    (29.0, 31.07699124, 26.48052, 0.0, 0.22106804, 0.95320005, 5.02180189),
    (29.0, 22.27833468, 50.639304, 0.0, 0.22168203, 0.95543001, 9.42430244),
    (14.25, 20.14335809, 42.91007183, 90.0, 0.04319835, 1.0631531, 2.35032323),
    (29.0, 85.80459566, 99.13558978, 90.0, 0.21737148, 0.93950825, 16.3183686),
]

# frequency GHz, oxygen and water vapour dB/km at 1013.25 hPa, 288.15 K, 7.5 g/m³: P.676-12, from
# ITURP676-12_gamma.csv and ITURP676-13_gamma.csv there (the two agree to seven digits)
GASES = [
    (1.0, 0.00538865816790655, 5.09046173249644e-05),
    (7.0, 0.00768290516490283, 0.00266809649272083),
    (15.0, 0.00961892430114872, 0.019439421758445),
    (19.0, 0.0113422454009836, 0.0665754527857553),
    (38.0, 0.0421803484906016, 0.0744349003439549),
    (60.0, 14.6234747964861, 0.154841840636247),
    (80.0, 0.0723074953269855, 0.270060121575656),
]

# latitude, longitude, mm/h exceeded 0.01 % of the year: P.837-7, ITURP837-7_rainfall_rate_R001.csv
RAIN = [
    (3.133, 101.7, 99.1481136),
    (22.9, -43.23, 50.639304),
    (25.78, -80.22, 78.2982928),
    (28.717, 77.3, 63.5972464),
    (33.94, 18.43, 27.1349664),
    (41.9, 12.49, 33.936232),
    (51.5, -0.14, 26.48052),
]


def clear(*km: float, rise: float = 20.0, lower: float = 50.0) -> Sight:
    """Hops of these lengths with nothing in the way."""
    d = np.array(km)
    return Sight(
        d, np.full(d.size, rise), np.full(d.size, lower), np.full(d.size, 9.0), np.full(d.size, 9.0)
    )


@pytest.mark.parametrize("row", SPECIFIC)
def test_rain_s_specific_attenuation_is_itu_s(row: tuple[float, ...]) -> None:
    """The part that gives k and α meets ITU's validation examples of P.838-3."""
    model = pytest.importorskip("itur").models.itu838
    ghz, elevation, rate, tilt, k, alpha, specific = row

    found = model.rain_specific_attenuation_coefficients(ghz, elevation, tilt)
    assert (k, alpha) == pytest.approx(tuple(float(value) for value in found), rel=1e-6)
    assert specific == pytest.approx(float(found[0]) * rate ** float(found[1]), rel=1e-6)


@pytest.mark.parametrize("row", GASES)
def test_gases_are_itu_s(row: tuple[float, float, float]) -> None:
    """Oxygen and water vapour meet ITU's validation examples of P.676."""
    ghz, oxygen, vapour = row

    found = weather.gas_attenuation(ghz * 1e9, weather.STANDARD_AIR)
    assert oxygen + vapour == pytest.approx(found, rel=1e-6)


def test_rain_rates_are_itu_s() -> None:
    """The map meets ITU's validation examples of P.837-7."""
    lat, lon, expected = (np.array(column) for column in zip(*RAIN, strict=True))

    assert expected.tolist() == pytest.approx(weather.rain_rate(lat, lon).tolist(), rel=1e-6)


def test_the_rain_of_a_hop_is_the_reference_implementation_s() -> None:
    """Our rain attenuation of a hop, at every percentage, is ITU-Rpy's P.530."""
    model = pytest.importorskip("itur").models.itu530
    for ghz, km in ((7.5, 30.0), (15.0, 20.0), (18.0, 10.0), (38.0, 3.0), (80.0, 1.5)):
        at_001 = hop.rain_attenuation(ghz * 1e9, np.array([km]), np.array([85.5]))
        for percent in (0.001, 0.01, 0.1, 1.0):
            with np.errstate(invalid="ignore"):  # it raises a negative number below 10 GHz
                theirs = model.rain_attenuation(16, 107, km, ghz, 0, percent, tau=90, R001=85.5)
            ours = hop.attenuation_at(ghz * 1e9, at_001, percent)
            assert float(theirs.value) == pytest.approx(float(ours[0]), rel=1e-9)


def test_rain_over_central_viet_nam() -> None:
    """At 16° N 107° E 18 GHz over 10 km loses 37 dB vertically and 46 dB horizontally."""
    rate = weather.rain_rate(np.array([16.0]), np.array([107.0]))
    lost = [
        float(hop.rain_attenuation(18e9, np.array([10.0]), rate, vertical=vertical)[0])
        for vertical in (True, False)
    ]

    assert 85.5 == pytest.approx(float(rate[0]), abs=0.05)
    assert [37.2, 45.9] == pytest.approx(lost, abs=0.05)


def test_a_satellite_s_rain_in_the_tropics() -> None:
    """20 GHz at 45° loses some 17 dB for 0.1 % of the year in central Viet Nam."""
    found = weather.slant_attenuation((16.0, 107.0), 20e9, 45.0, 0.1)

    assert 17.0 < found < 24.0


@given(percent=st.floats(0.001, 1.0), ghz=st.floats(6.0, 90.0), at_001=st.floats(1.0, 80.0))
@settings(max_examples=60, deadline=None)
def test_outage_undoes_attenuation(percent: float, ghz: float, at_001: float) -> None:
    """The outage at the margin that a percentage exceeds is that percentage."""
    reach = np.array([at_001])
    margin = hop.attenuation_at(ghz * 1e9, reach, percent)

    assert percent == pytest.approx(float(hop.rain_outage(ghz * 1e9, reach, margin)[0]), rel=1e-6)


def test_18_ghz_over_10_km_of_tropical_rain_is_refused() -> None:
    """At 85 mm/h the 18 GHz hop of 10 km is refused for rain, and 7 GHz carries it."""
    refused = hops_in(clear(10.0), band("18 GHz"), HEAVY_RAIN)
    carried = hops_in(clear(10.0), band("7 GHz"), HEAVY_RAIN)

    assert (Refusal.RAIN, 0.0) == (refused.refusal[0], refused.mbps[0])
    assert carried.possible[0]
    assert 0.0 < carried.outage[0] < 1e-4


@pytest.mark.parametrize("one", bands(), ids=lambda one: one.name)
def test_every_band_is_usable_and_has_a_source(one: object) -> None:
    """Each row of microwave.csv carries 100 Mbit/s over half a kilometre of dry air."""
    assert one in bands()
    found = hops_in(clear(0.5), band(one.name), Climate(5.0))  # type: ignore[attr-defined]  # a Band
    assert found.possible[0]
    assert band(found.band.name).source


@given(km=st.floats(0.5, 45.0), rate=st.floats(1.0, 120.0))
@settings(max_examples=60, deadline=None)
def test_more_rain_and_more_distance_never_help(km: float, rate: float) -> None:
    """Outage grows with the rain rate and with the length of the hop."""
    for one in bands()[::3]:
        sights = clear(km, 1.2 * km)
        wet = hops_in(sights, one, Climate(rate)).outage
        wetter = hops_in(sights, one, Climate(1.3 * rate)).outage
        assert wet[0] <= wet[1] + 1e-15
        assert (wet <= wetter + 1e-15).all()


def test_each_refusal_has_its_reason() -> None:
    """Terrain, distance, power, rain and multipath are told apart."""
    blocked = Sight(*(np.array([v]) for v in (5.0, 0.0, 10.0, 0.2, 0.2)))
    reasons = [
        hops_in(blocked, band("7 GHz"), HEAVY_RAIN).refusal[0],
        hops_in(clear(30.0), band("38 GHz"), HEAVY_RAIN).refusal[0],
        hops_in(clear(4.0), band("80 GHz"), HEAVY_RAIN, Need(mbps=9000)).refusal[0],
        hops_in(clear(5.0), band("38 GHz"), HEAVY_RAIN).refusal[0],
        hops_in(clear(50.0, rise=0.0, lower=2.0), band("7 GHz"), Climate(5.0)).refusal[0],
    ]

    assert [
        Refusal.TERRAIN, Refusal.DISTANCE, Refusal.POWER, Refusal.RAIN, Refusal.MULTIPATH,
    ] == reasons  # fmt: skip


def test_faster_modulation_needs_more_power() -> None:
    """Threshold and rate both rise with the bits a symbol carries."""
    one = band("15 GHz")
    thresholds = [one.threshold_dbm(bits) for bits in BITS]

    assert sorted(thresholds) == thresholds
    assert 44.0 == pytest.approx(one.rate_mbps(2), abs=0.5)


def test_a_chain_is_down_when_any_hop_is() -> None:
    """Outages of a chain add up to first order."""
    assert 3e-4 == pytest.approx(chain_outage([1e-4, 2e-4]), rel=1e-3)


def ridge(height: float) -> Ground:
    """Flat land with a ridge across the middle."""
    heights = np.zeros((41, 41), np.float32)
    heights[19:22, :] = height
    return Ground.bare(Terrain(heights, 107.0, 16.2, 0.005, 0.005))


def across(height_m: float) -> Links:
    """A link over the ridge from north to south, 22 km."""
    mast = np.array([height_m])
    return Links(np.array([[16.2, 107.1]]), np.array([[16.0, 107.1]]), mast, mast)


def test_a_ridge_blocks_and_a_mast_clears_it() -> None:
    """Clearance over a single ridge is the ray's height over it in Fresnel radii."""
    low = sight_of(ridge(60.0), across(30.0))
    high = sight_of(ridge(60.0), across(120.0))
    need = band("7 GHz")

    assert Refusal.TERRAIN == hops_in(low, need, HEAVY_RAIN).refusal[0]
    assert Refusal.NONE == hops_in(high, need, HEAVY_RAIN).refusal[0]
    half = float(high.distance_km[0]) / 2.0
    over = 120.0 - 60.0 - 500.0 * half * half / (4.0 / 3.0 * 6371.0)
    radius = 17.32 * np.sqrt(half / 2.0)
    assert over / radius == pytest.approx(float(high.median[0]), abs=0.02)
    assert high.low[0] < high.median[0]


def test_sight_is_the_same_both_ways() -> None:
    """Turning a link round changes the sign of its rise and nothing else."""
    there = sight_of(ridge(30.0), across(60.0))
    links = across(60.0)
    back = sight_of(
        ridge(30.0), Links(links.receiver, links.transmitter, links.receiver_m, links.transmitter_m)
    )

    assert float(there.median[0]) == pytest.approx(float(back.median[0]), abs=1e-6)
    assert there.rise_m[0] == pytest.approx(-back.rise_m[0])


def test_bad_asks_are_named() -> None:
    """Unknown bands, impossible availabilities and frequencies out of range are refused."""
    with pytest.raises(InputError, match="9 GHz"):
        band("9 GHz")
    with pytest.raises(InputError, match="availability"):
        Need(availability=99.99)
    with pytest.raises(InputError, match="frequency_hz"):
        hop.rain_attenuation(0.5e9, np.array([1.0]), np.array([10.0]))
    with pytest.raises(InputError, match="elevation"):
        weather.slant_attenuation((16.0, 107.0), 20e9, 1.0, 0.1)
