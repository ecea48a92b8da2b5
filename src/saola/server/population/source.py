"""The register as a source of persons for sign-in."""

from django.db import transaction
from django.utils import timezone

from saola.server.identity.persons import Person as Known
from saola.server.population import models, record
from saola.server.registries.grants import Grant, Reader

DATABASE = "population"
_FIELDS = frozenset({"names", "numbers", "born", "sex", "died"})
_GRANT = Grant("Check who a person is", "Decree 69/2024/ND-CP", _FIELDS)
_READER = Reader("sign-in", "", (_GRANT,))
_GENDER = {"F": "female", "M": "male"}


class Register:
    """Finds the living person who bears a personal number; each find is logged as a reading."""

    name = "population"

    def find(self, number: str) -> Known | None:
        """Give the living person who holds a number now."""
        held = {"superseded": None, "end": None}
        borne = models.Number.objects.using(DATABASE).filter(kind="personal", value=number, **held)
        row = borne.select_related("person").first()
        if row is None or row.person.died is not None or row.person.merged is not None:
            return None
        names = models.Name.objects.using(DATABASE).filter(person=row.person_id, kind="birth")
        name = names.filter(**held).first()
        if name is None or row.person.born is None:
            return None
        with transaction.atomic(using=DATABASE):
            now = timezone.now()
            record.log([row.person_id], reader=_READER, grant=_GRANT, fields=_FIELDS, now=now)
        profile = {"gender": _GENDER[row.person.sex]} if row.person.sex in _GENDER else {}
        return Known(number, name.text, row.person.born, profile)


def key_of(number: str) -> int | None:
    """Give the key of the person who bears a number now; for the person's own pages."""
    held = models.Number.objects.using(DATABASE).filter(
        kind="personal", value=number, superseded=None, end=None, person__merged=None
    )
    return held.values_list("person_id", flat=True).first()
