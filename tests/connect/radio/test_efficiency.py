"""SINR, spectral efficiency, carriers, capacity, walls."""

import csv
import math
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.connect.radio.capacity import busy_hour_mbps, sector_mbps, site_mbps
from saola.connect.radio.carriers import carrier, carriers
from saola.connect.radio.efficiency import (
    layer_factor,
    quality_table,
    sinr_needed,
    spectral_efficiency,
)
from saola.connect.radio.entry import building_entry_loss, location_spread
from saola.errors import InputError

BITS = {"QPSK": 2, "16QAM": 4, "64QAM": 6, "256QAM": 8}
TABLES = ("64qam", "256qam")
SHIPPED = sorted(carriers())


@pytest.mark.parametrize("name", TABLES)
def test_efficiency_is_bits_times_code_rate(name: str) -> None:
    """In each row of 3GPP's tables efficiency is modulation bits × rate, to four decimals."""
    rows = quality_table(name)

    assert list(range(1, 16)) == [row.cqi for row in rows]
    for row in rows:
        product = BITS[row.modulation] * row.rate_1024 / 1024
        assert product == pytest.approx(row.efficiency, abs=6e-5)


def test_the_256qam_table_has_thresholds_of_its_own() -> None:
    """Equal efficiencies need equal SINR; the same index of the two tables does not."""
    low = {row.efficiency: row.sinr_db for row in quality_table("64qam")}
    high = {row.efficiency: row.sinr_db for row in quality_table("256qam")}
    shared = set(low) & set(high)

    assert 12 == len(shared)
    assert {low[e] for e in shared} == {high[e] for e in shared}
    assert quality_table("256qam")[6].sinr_db > quality_table("64qam")[6].sinr_db


def test_no_row_beats_shannon() -> None:
    """Every threshold lies above the limit of its efficiency."""
    for name in TABLES:
        for row in quality_table(name):
            assert row.sinr_db > 10 * math.log10(2**row.efficiency - 1)


@pytest.mark.parametrize("name", TABLES)
@given(sinr=st.lists(st.floats(-30, 60), min_size=2, max_size=20))
def test_better_signal_never_lowers_efficiency(name: str, sinr: list[float]) -> None:
    """Efficiency rises with SINR from 0 to the single layer's most."""
    found = spectral_efficiency(np.sort(sinr), name)
    top = quality_table(name)[-1].efficiency

    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= top


def test_single_layer_efficiency_ends_where_3gpp_s_does() -> None:
    """One layer gives 5.5547 or 7.4063 bit/s/Hz at most, and nothing below −6.7 dB."""
    found = [float(spectral_efficiency(np.array([60.0]), name)[0]) for name in TABLES]

    assert [5.5547, 7.4063] == found
    assert 0.0 == spectral_efficiency(np.array([-6.71]))[0]
    assert 0.1523 == spectral_efficiency(np.array([-6.7]))[0]


@given(sinr=st.floats(-40, 80), layers=st.integers(1, 8))
def test_layers_are_capped(sinr: float, layers: int) -> None:
    """MIMO multiplies by 1 at least and by the number of layers at most."""
    found = float(layer_factor(np.array([sinr]), layers)[0])

    assert 1.0 <= found <= layers


def test_needed_sinr_undoes_efficiency() -> None:
    """The SINR needed for an efficiency gives it; what no row gives needs infinity."""
    assert 0.2 == sinr_needed(0.5)
    assert 0.6016 == spectral_efficiency(np.array([sinr_needed(0.5)]))[0]
    assert math.inf == sinr_needed(6.0)
    assert sinr_needed(6.0, "256qam") < math.inf


@pytest.mark.parametrize("name", SHIPPED)
def test_every_carrier_is_whole(name: str) -> None:
    """Each row of radios.csv has a source, budgets that close, and rates within 3GPP's most."""
    one = carrier(name)
    top = quality_table(one.table)[-1].efficiency
    best = float(one.rate_mbps(np.array([60.0]))[0])

    assert one.source
    assert one.date
    assert best <= one.bandwidth_mhz * top * one.layers
    assert 100.0 < one.limit_db(2.0, 0.5) < 190.0
    assert one.downlink_limit_db(1e6) == -math.inf


@pytest.mark.parametrize("name", SHIPPED)
def test_the_limit_is_where_the_rate_is_reached(name: str) -> None:
    """At the downlink's limit the rate is there, two decibels beyond it is not."""
    one = carrier(name)
    limit = one.downlink_limit_db(10.0)
    losses = np.array([limit - 0.1, limit + 2.0])
    rates = one.rate_mbps(one.sinr_db(one.received_dbm(losses)))

    assert rates[0] >= 10.0 - 1e-9
    assert rates[1] < rates[0]


def test_the_four_technologies_of_the_plan_are_shipped() -> None:
    """4G 700 and 1800 and 5G 700 and 3500 are rows, and no row lacks a column."""
    file = resources.files("saola.connect") / "data" / "radios.csv"
    rows = list(csv.DictReader(file.read_text().splitlines()))

    assert {"4G 700", "4G 1800", "5G 700", "5G 3500"} <= {row["radio"] for row in rows}
    assert all(value for row in rows for value in row.values())


def test_lower_bands_reach_farther_and_wider_ones_carry_more() -> None:
    """For the uplink at a cell's edge 700 MHz bears no less loss per hertz of path than 3,500."""
    at_edge = np.array([5.0])

    assert carrier("5G 3500").rate_mbps(at_edge)[0] > carrier("5G 700").rate_mbps(at_edge)[0]
    assert carrier("4G 1800").rate_mbps(at_edge)[0] > carrier("4G 700").rate_mbps(at_edge)[0]


def test_a_sector_s_rate_is_the_harmonic_mean() -> None:
    """Two places of equal people share time so that both get the same rate."""
    one = carrier("4G 1800")
    sinr = np.array([0.3, 22.8, -30.0])
    rates = one.rate_mbps(sinr)
    found = sector_mbps(one, sinr, np.array([10.0, 10.0, 10.0]))

    assert 2.0 / (1.0 / rates[0] + 1.0 / rates[1]) == pytest.approx(found)
    assert 3.0 * found == pytest.approx(site_mbps(one, sinr, np.array([10.0, 10.0, 10.0])))
    assert 0.0 == sector_mbps(one, sinr, np.array([0.0, 0.0, 5.0]))


def test_interference_lowers_sinr_by_its_power() -> None:
    """Interference as strong as noise costs three decibels."""
    one = carrier("4G 700")
    level = np.array([-90.0])
    alone, disturbed = one.sinr_db(level), one.sinr_db(level, one.noise_dbm)

    assert 10 * math.log10(2) == pytest.approx(float(alone[0] - disturbed[0]))


def test_busy_hour_of_twenty_gigabytes() -> None:
    """20 GB a month with 15 % of a day in the busy hour is 0.22 Mbit/s."""
    assert 0.222 == pytest.approx(busy_hour_mbps(20.0), abs=1e-3)


def test_building_entry_loss_follows_p2109() -> None:
    """The medians at 1 GHz are 14.3 dB for traditional and 31.0 dB for efficient buildings."""
    common, efficient = (building_entry_loss(1e9, efficient=kind) for kind in (False, True))

    assert 14.3 == pytest.approx(common, abs=0.05)
    assert 31.0 == pytest.approx(efficient, abs=0.05)
    assert building_entry_loss(1e9, share=0.9) > common > building_entry_loss(1e9, share=0.1)


def test_places_spread_less_above_the_clutter() -> None:
    """Location variability falls to nothing ten metres above the clutter."""
    low, middle, high = (
        location_spread(7e8, 100.0, height_m=h, clutter_m=10.0) for h in (1.5, 15.0, 20.0)
    )

    assert (0.024 * 0.7 + 0.52) * 100**0.28 == pytest.approx(low)
    assert low / 2.0 == pytest.approx(middle)
    assert 0.0 == high


def test_bad_names_and_values_are_refused() -> None:
    """Unknown carriers and tables and impossible shares are named."""
    with pytest.raises(InputError, match="6G"):
        carrier("6G")
    with pytest.raises(InputError, match="1024qam"):
        spectral_efficiency(np.array([1.0]), "1024qam")
    with pytest.raises(InputError, match="share"):
        building_entry_loss(1e9, share=1.0)
    with pytest.raises(InputError, match="area_m"):
        location_spread(1e9, 0.0)


def test_a_user_s_table_replaces_the_shipped_one(tmp_path: Path) -> None:
    """A table of the same columns is read instead; missing columns and bad numbers are named."""
    shipped = (resources.files("saola.connect") / "data" / "radios.csv").read_text()
    head, first, *_ = shipped.splitlines()
    (tmp_path / "ours.csv").write_text(f"{head}\n{first.replace('4G 700,', 'ours,')}\n")
    (tmp_path / "short.csv").write_text("radio,generation\nours,4G\n")
    (tmp_path / "text.csv").write_text(f"{head}\n{first.replace(',773,', ',high,')}\n")

    assert 773.0 == carrier("ours", tmp_path / "ours.csv").frequency_mhz
    codes = []
    for name in ("short.csv", "text.csv", "none.csv"):
        with pytest.raises(InputError) as caught:
            carriers(tmp_path / name)
        codes.append(caught.value.code)
    assert ["radio-table-columns", "profile-number", "profile-file-missing"] == codes
