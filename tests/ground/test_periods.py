import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.errors import InputError
from saola.periods import MONTHS, Period

PERIODS = st.sampled_from(sorted(MONTHS)).flatmap(
    lambda kind: st.builds(
        Period, st.just(kind), st.integers(1900, 2199), st.integers(1, 12 // MONTHS[kind])
    )
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        ("2024-S2", "2024-S2"),
        ("Q1/2024", "2024-Q1"),
        ("Quý I/2024", "2024-Q1"),
        ("Quý IV năm 2024", "2024-Q4"),
        ("01/2024", "2024-01"),
        ("Tháng 7/2024", "2024-07"),
        ("2024-7", "2024-07"),
        ("E2022", "E2022"),
        ("Năm 2024", "2024"),
    ],
)
def test_periods_are_read_as_people_write_them(written: str, expected: str) -> None:
    """Vietnamese, English and SDMX forms lead to one code."""
    assert expected == str(Period.parse(written))


@pytest.mark.parametrize(
    "written", ["", "20x4", "2024-Q5", "2024-13", "13/2024", "1624", "2024-Q0"]
)
def test_what_is_no_period_is_refused(written: str) -> None:
    """A malformed period names the place and the value."""
    with pytest.raises(InputError, match="file:3"):
        Period.parse(written, where="file:3")


@given(PERIODS)
def test_a_period_survives_writing_and_reading(period: Period) -> None:
    """Reading what was written gives the same period."""
    assert period == Period.parse(str(period))


@given(PERIODS, st.integers(-40, 40))
def test_steps_can_be_taken_back(period: Period, steps: int) -> None:
    """Going forth and back ends where it began."""
    assert period == period.next(steps).next(-steps)


@given(PERIODS)
def test_periods_of_a_kind_follow_each_other_without_a_gap(period: Period) -> None:
    """The next period starts the day after this one ends."""
    assert period.end + dt.timedelta(days=1) == period.next().start
    assert period < period.next()


def test_a_quarter_lies_within_its_year() -> None:
    """A year holds its quarters, and a month knows its quarter."""
    assert Period.parse("2024").holds(Period.parse("2024-Q3"))
    assert Period("quarter", 2024, 3) == Period.parse("2024-08").within("quarter")
