"""What the factors of an audit are called."""

from saola.language import text

_FACTORS = {
    "denominate": "Denominators",
    "screen": "Screening",
    "impute": "Imputation",
    "treat": "Treatment of outliers",
    "normalise": "Normalisation",
    "weigh": "Ways of weighing",
    "weights": "Weights",
    "aggregate": "Aggregation",
    "values": "Errors of values",
}


def factor_name(code: str) -> str:
    """Say in the language in use what a factor of an audit is."""
    stem, _, number = code.partition("-")
    said = text(_FACTORS[stem])
    return f"{said} ({number})" if number else said
