"""What was tried in an audit, in words."""

from dataclasses import fields

import pytest

from saola.index import steps
from saola.language import _messages, use
from saola.reports import factors


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("", ""),
        ("method = power", "power mean"),
        ("range = [1.0, 100.0]", "range = [1.0, 100.0]"),
        (
            "method = zscore, range = [1.0, 2.0], sd = 2.0",
            "z-scores (range = [1.0, 2.0], sd = 2.0)",
        ),
        ("method = of-my-own", "of-my-own"),
    ],
)
def test_an_alternative_is_said_in_words(changed: str, said: str) -> None:
    """The method has a name; other settings stay as an auditor writes them in a recipe."""
    with use("en"):
        assert said == factors.changed_words(changed)


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_every_method_has_a_name(lang: str) -> None:
    """Each value that a step's `method` can take is named, and the name translated."""
    kinds = (steps.Impute, steps.Treat, steps.Normalise, steps.Weigh, steps.Aggregate)
    methods = {
        value
        for kind in kinds
        for field in fields(kind)
        if field.name == "method"
        for value in field.metadata["check"]("?")[1].split(", ")
    }
    known = {key for _, key in _messages(lang)}

    assert {"minmax", "copeland", "boxcox"} <= methods
    assert set() == methods - set(factors._METHODS)  # noqa: SLF001  (the table is under test)
    assert set() == set(factors._METHODS.values()) - known  # noqa: SLF001
