import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.linkage import personal_numbers as numbers
from saola.linkage.personal_numbers import PersonalNumber


@pytest.mark.parametrize(
    ("year", "sex", "digit"),
    [
        (1999, "M", 0),
        (1999, "F", 1),
        (2000, "M", 2),
        (2024, "F", 3),
        (2100, "M", 4),
        (2399, "F", 9),
    ],
)
def test_digit_four_tells_century_and_sex(year: int, sex: numbers.Sex, digit: int) -> None:
    """Digit 4 is twice the centuries after 1900, plus one for women."""
    assert digit == numbers.century_digit(year, sex)


@given(
    st.sampled_from(sorted(numbers.issuers())),
    st.sampled_from(["M", "F"]),
    st.integers(1900, 2399),
    st.integers(0, 999_999),
)
def test_a_number_reads_back(issuer: str, sex: numbers.Sex, year: int, serial: int) -> None:
    """Reading a written number gives the same parts, and it has no faults."""
    said = PersonalNumber(issuer, sex, year, f"{serial:06d}")

    assert said == numbers.read(str(said))
    assert [] == numbers.faults(str(said), sex=sex, year=year)


@pytest.mark.parametrize("found", ["", "12345678901", "00120100000a", "٠٠١٢٠١٠٠٠٠٠١"])
def test_other_than_twelve_digits_is_malformed(found: str) -> None:
    """A number has twelve ASCII digits."""
    assert ["number-form"] == numbers.faults(found)


def test_each_part_is_checked_against_the_record() -> None:
    """Province, sex and year of birth are each compared."""
    found = numbers.faults("003199000001", sex="M", year=1998)

    assert ["number-issuer", "number-sex", "number-year"] == found


def test_there_are_sixty_three_issuers() -> None:
    """Numbers name one of the provinces before the merger of 2025."""
    assert 63 == len(numbers.issuers())
