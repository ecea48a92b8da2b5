"""What waits for a clerk: records that may be one person, and corrections that people ask for."""

from typing import Any

from django.db.models import QuerySet

from saola.errors import InputError
from saola.server.population import events, words
from saola.server.population.models import Pair, Wish
from saola.server.population.record import DATABASE, reached
from saola.server.registries.grants import Grant

UNDECIDED = (Pair.State.OPEN, Pair.State.PROPOSED)


def pairs(grant: Grant) -> QuerySet[Pair]:
    """Give the pairs in reach, whatever was decided."""
    return reached(Pair.objects.using(DATABASE).all(), grant, "left", "right")


def undecided(grant: Grant) -> QuerySet[Pair]:
    """Give the pairs in reach that wait for a clerk, or for a second one."""
    return pairs(grant).filter(state__in=UNDECIDED)


def wishes(grant: Grant) -> QuerySet[Wish]:
    """Give the corrections in reach that were asked for and not answered."""
    return reached(Wish.objects.using(DATABASE).filter(state="open"), grant, "person")


def wanted(wish: Wish) -> Any:
    """Give what is asked for as the register would keep it; None where it is no such value."""
    try:
        return events.checked({wish.field: wish.wanted})[wish.field]
    except InputError:
        return None


def asked(wish: Wish) -> str:
    """Say what is asked for, in words."""
    return words.shown(wish.field, wanted(wish) or wish.wanted)
