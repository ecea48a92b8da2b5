"""Codes have names in three languages."""

import pytest

from saola.observations import codes


@pytest.mark.parametrize("name", ["field", "breakdown", "check", "indicator"])
def test_every_code_is_named_in_three_languages(name: str) -> None:
    """No label of a code list is blank."""
    for code, labels in codes.codes(name).items():
        assert all(labels[lang].strip() for lang in ("vi", "en", "fr")), code


def test_a_breakdown_is_named_part_by_part() -> None:
    """Several dimensions are named one after another; an unknown code is its own name."""
    assert "Women, Aged 65 and over" == codes.label("breakdown", "SEX=F;AGE=65+", "en")
    assert "Y tế" == codes.label("field", "health", "vi")
    assert "space" == codes.label("field", "space", "fr")
