"""A holder passes a right, or a share of it, on."""

import json
from collections.abc import Mapping
from fractions import Fraction

from django.db import transaction

from saola.cadastre import shares
from saola.errors import InputError
from saola.server.land import certificates
from saola.server.land.models import Access, Certificate, Party, Right
from saola.server.land.transactions.standing import (
    DATABASE,
    KNOWN,
    Standing,
    hold,
    note,
    standing,
    whole,
)
from saola.server.registries import access, history
from saola.server.registries.act import Act


def transfer(
    parcel: int, act: Act, *, giver: int, takers: Mapping[int, Fraction], serial: str = ""
) -> None:
    """Let a holder pass shares of the whole right to others.

    Args:
        parcel: The parcel whose unit it is.
        act: Who, when and why.
        giver: The party that passes on.
        takers: Party → share of the whole right.
        serial: Of a new certificate, if one is issued.

    Raises:
        InputError: If the shares make no sense, or the serial has no form of its day.
        StateError: If the giver holds less, or a mortgage or block lies on the unit.
    """
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        found.free()
        after = shares.transferred(found.shares, giver, takers)
        _known(takers)
        _rewrite(found, act, giver, after)
        if serial:
            certify(found.unit, act, serial)
        whole(found.unit)
        told = {str(party): str(share) for party, share in takers.items()}
        note("transfer", found.unit, act, json.dumps({"from": giver, "to": told}))
        log([giver, *takers], act, "transfer")


def _known(parties: Mapping[int, Fraction]) -> None:
    there = set(Party.objects.using(DATABASE).filter(pk__in=parties).values_list("pk", flat=True))
    for party in parties:
        if party not in there:
            raise InputError("party-absent", found=party)


def _rewrite(found: Standing, act: Act, giver: int, after: Mapping[int, Fraction]) -> None:
    """End the rights whose share changes, and let the new ones begin."""
    before = found.shares
    changed = {
        party for party in before.keys() | after.keys() if before.get(party) != after.get(party)
    }
    model = next(right for right in found.rights if right.party_id == giver)
    rows = Right.objects.using(DATABASE).filter(
        unit=found.unit, kind="right", party__in=changed, **KNOWN
    )
    history.end(rows, act.day, act.now)
    for party in sorted(changed & after.keys()):
        hold(found.unit, act, model, party, after[party])


def certify(unit: int, act: Act, serial: str) -> None:
    """Let a new certificate take the place of a unit's old one.

    Raises:
        InputError: If no generation of certificates had such serials on that day.
    """
    written = " ".join(serial.upper().split())
    generation = certificates.of(written, act.day)
    if not generation:
        raise InputError("serial-unfit", found=serial, day=act.day.isoformat())
    history.end(Certificate.objects.using(DATABASE).filter(unit=unit, **KNOWN), act.day, act.now)
    Certificate.objects.using(DATABASE).create(
        unit_id=unit, serial=written, generation=generation, start=act.day, recorded=act.now
    )


def log(parties: list[int], act: Act, purpose: str) -> None:
    """Log a writing for each party whose right it touches."""
    access.wrote(Access.objects.using(DATABASE), sorted(set(parties)), act, purpose)
