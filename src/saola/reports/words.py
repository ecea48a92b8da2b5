"""Words that reports say of codes."""

from collections.abc import Iterable

from saola.language import text
from saola.observations import STATUS
from saola.observations.codes import label


def statuses() -> dict[str, str]:
    """Say each status of the code list `CL_OBS_STATUS` in the language in use."""
    return {code: text(said) for code, said in STATUS.items()}


def named(codes: Iterable[str], of: str) -> dict[str, str]:
    """Say codes of a list of `saola.observations.codes` in the language in use.

    Args:
        codes: The codes met.
        of: The list: `field`, `breakdown` or `check`.
    """
    return {code: label(of, code) for code in codes}


def marks() -> dict[str, str]:
    """Say what the status of a score means."""
    return {
        "A": text("All indicators known"),
        "P": text("Some indicators missing"),
        "M": text("No indicator known"),
    }
