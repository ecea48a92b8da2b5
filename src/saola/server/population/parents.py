"""Parents of who is born: written by name, or by the personal number of their record."""

from saola.errors import InputError
from saola.linkage.personal_numbers import LENGTH
from saola.server.population import fit, source
from saola.server.population.models import Name, Relative

DATABASE = "population"
PARENTS = ("father", "mother")


def is_number(written: str) -> bool:
    """Tell whether a parent is written as a personal number, blanks aside."""
    digits = "".join(written.split())
    return len(digits) == LENGTH and digits.isascii() and digits.isdigit()


def named(values: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Write parents by name, and give the numbers of those who were written by number.

    Args:
        values: Fields of the register, as in a file.

    Returns:
        The values with names of parents; parent → personal number.

    Raises:
        InputError: If nobody bears a number, or digits stand in a name.
    """
    numbers: dict[str, str] = {}
    for parent in PARENTS:
        written = values.get(parent, "")
        if is_number(written):
            numbers[parent] = "".join(written.split())
            values = values | {parent: _name(parent, numbers[parent])}
        elif any(sign.isdigit() for sign in written):
            raise InputError("values-unfit", found=fit.said([f"{parent}-form"]))
    return values, numbers


def _name(parent: str, number: str) -> str:
    key = source.key_of(number)
    held = {"superseded": None, "end": None, "person": key}
    row = Name.objects.using(DATABASE).filter(kind="birth", **held).first() if key else None
    if row is None:
        raise InputError("values-unfit", found=fit.said([f"{parent}-unknown"]))
    return row.text


def link(key: int, numbers: dict[str, str]) -> None:
    """Keep the numbers of parents beside their names; the caller holds a transaction."""
    for parent, number in numbers.items():
        Relative.objects.using(DATABASE).filter(person=key, kind=parent).update(number=number)
