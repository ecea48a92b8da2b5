import pickle

import pytest

from saola import errors, language


@pytest.mark.parametrize("code", sorted(errors.catalogue()))
def test_every_error_speaks_three_languages(code: str) -> None:
    """Each code has a kind and, in three languages, the same parts."""
    entry = errors.catalogue()[code]

    assert entry["kind"] in {"input", "state", "dependency", "integrity"}
    for part in ("title", "expected", "fix"):
        assert set(entry.get(part, dict.fromkeys(language.LANGUAGES))) == set(language.LANGUAGES)


def test_an_error_names_place_finding_and_remedy() -> None:
    """The message holds the place and the value found, in the language asked for."""
    error = errors.InputError("period-malformed", where="data.csv:7", found="20x4")

    assert error.message("vi").startswith("data.csv:7: “20x4” không phải")
    assert error.as_dict("en")["code"] == "period-malformed"


def test_faults_are_listed_at_once() -> None:
    """Two faults raise one error that holds both messages."""
    faults = [errors.InputError("period-malformed", found=bad) for bad in ("x", "y")]

    with pytest.raises(errors.InputErrors, match="“y”"):
        errors.raise_all(list(faults))


def test_errors_cross_process_borders() -> None:
    """An error survives pickling, so that a worker's fault reaches the page."""
    error = errors.InputError("period-malformed", where="a", found="b")

    assert error.message() == pickle.loads(pickle.dumps(error)).message()  # noqa: S301
