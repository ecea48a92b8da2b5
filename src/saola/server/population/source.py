"""The register as a source of persons for sign-in."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saola.server.identity.models import Account, PersonNumber
from saola.server.identity.persons import Person as Known
from saola.server.population import merged, models
from saola.server.registries import access
from saola.server.registries.grants import Grant, Reader

DATABASE = "population"
_FIELDS = frozenset({"names", "numbers", "born", "sex", "died"})
_GRANT = Grant("Check who a person is", "Decree 69/2024/ND-CP", _FIELDS)
_READER = Reader("sign-in", "", (_GRANT,))
_HELD: dict[str, None] = {"superseded": None, "end": None}
_GENDER = {"F": "female", "M": "male"}


class Register:
    """Finds the living person who bears a personal number; each find is logged as a reading."""

    name = "population"

    def find(self, number: str) -> Known | None:
        """Give the living person who holds a number now."""
        key = key_of(number)
        if key is None:
            return None
        person = models.Person.objects.using(DATABASE).filter(pk=key, died=None).first()
        names = models.Name.objects.using(DATABASE).filter(person=key, kind="birth", **_HELD)
        name = names.first()
        if person is None or name is None or person.born is None:
            return None
        with transaction.atomic(using=DATABASE):
            now = timezone.now()
            log = models.Access.objects.using(DATABASE)
            access.read(log, [person.pk], reader=_READER, grant=_GRANT, fields=_FIELDS, now=now)
        profile = {"gender": _GENDER[person.sex]} if person.sex in _GENDER else {}
        return Known(number, name.text, person.born, profile)


def person_of(account: Account) -> int | None:
    """Give the key of the person an account belongs to, if its number was confirmed."""
    held = PersonNumber.objects.filter(account=account, end=None).first()
    return (key_of(held.number) or _bore(held.number, held.start)) if held else None


def _bore(number: str, day: dt.date) -> int | None:
    """Give the key of the person who bore a number on a day, and has another since.

    Who was seen with their document while they bore it does not lose their data with the number.
    """
    rows = models.Number.objects.using(DATABASE).filter(kind="personal", value=number)
    row = rows.filter(superseded=None, end__gte=day).order_by("id").first()
    return merged.standing(row.person_id) if row else None


def key_of(number: str) -> int | None:
    """Give the key of the person who bears a number now; of merged records, the one kept."""
    rows = models.Number.objects.using(DATABASE).filter(kind="personal", value=number, **_HELD)
    row = rows.order_by("id").first()
    return merged.standing(row.person_id) if row else None
