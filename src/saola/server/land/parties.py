"""Parties: known again by their number, else entered anew."""

import re

from django.db import connections

from saola.errors import InputError
from saola.linkage import names
from saola.server.land.models import Counter, Party
from saola.server.land.rows import NUMBER
from saola.server.registries import bulk

DATABASE = "land"


def known(name: str, *, number: str = "", kind: str = "person") -> int:
    """Give the key of a party; one without a number that the register has is entered.

    Raises:
        InputError: If the number is neither a personal number nor a tax code.
    """
    clean = number.replace(" ", "")
    if clean and not re.fullmatch(NUMBER, clean):
        raise InputError("number-form", found=number)
    if clean:
        row = Party.objects.using(DATABASE).filter(number=clean).order_by("id").first()
        if row is not None:
            return row.pk
    standard = names.standard(name)[:200]
    key = bulk.keys(connections[DATABASE], Counter, "party", 1)
    Party.objects.using(DATABASE).create(
        id=key, kind=kind, name=standard, folded=names.folded(standard)[:200], number=clean or None
    )
    return key
