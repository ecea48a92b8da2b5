"""Words that reports say of codes."""

from saola.language import text
from saola.observations import STATUS


def statuses() -> dict[str, str]:
    """Say each status of the code list `CL_OBS_STATUS` in the language in use."""
    return {code: text(said) for code, said in STATUS.items()}


def checks() -> dict[str, str]:
    """Say how far a value was checked, by code."""
    return {
        "measured": text("measured"),
        "reported": text("reported"),
        "verified": text("verified"),
        "modelled": text("modelled"),
        "synthetic": text("synthetic"),
    }


def marks() -> dict[str, str]:
    """Say what the status of a score means."""
    return {
        "A": text("All indicators known"),
        "P": text("Some indicators missing"),
        "M": text("No indicator known"),
    }
