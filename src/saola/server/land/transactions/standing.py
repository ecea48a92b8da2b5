"""A parcel as it stands when an officer acts on it: locked, with its rights and burdens."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import shapely
from django.db.models import Q

from saola.cadastre import shares
from saola.errors import InputError, StateError
from saola.server.land.models import (
    Certificate,
    Finding,
    Lineage,
    Parcel,
    Right,
    Transaction,
    Unit,
    Version,
)
from saola.server.registries import history
from saola.server.registries.act import Act

DATABASE = "land"
BLOCKED = "blocked"
KNOWN = {"superseded": None, "end": None}


@dataclass(frozen=True)
class Standing:
    """A parcel as it stands.

    Attributes:
        version: Its shape, land type and older key.
        rights: The living rights of its unit.
        burdens: The living mortgages, restrictions and responsibilities.
    """

    version: Version
    rights: tuple[Right, ...]
    burdens: tuple[Right, ...]

    @property
    def unit(self) -> int:
        """The unit that it belongs to."""
        return self.version.unit_id

    @property
    def parcel(self) -> Parcel:
        """The parcel."""
        return self.version.parcel

    @property
    def shares(self) -> dict[int, Fraction]:
        """Who holds what share."""
        found: dict[int, Fraction] = {}
        for right in self.rights:
            if right.party_id is not None:
                share = Fraction(right.share_n, right.share_d)
                found[right.party_id] = found.get(right.party_id, Fraction(0)) + share
        return found

    @property
    def shape(self) -> Any:
        """The polygon, in metres of its zone."""
        return shapely.from_wkb(bytes(self.version.geometry))

    def free(self) -> None:
        """Refuse what a mortgage or a block does not let happen.

        Raises:
            StateError: If one lies on the unit.
        """
        for burden in self.burdens:
            if burden.kind == "mortgage":
                raise StateError("parcel-mortgaged", found=self.version.key)
            if burden.type == BLOCKED:
                raise StateError("parcel-blocked", found=self.version.key)


def standing(key: int, act: Act) -> Standing:
    """Lock a parcel's unit and give what stands.

    Raises:
        InputError: If there is no such parcel, or the day lies ahead.
        StateError: If the parcel is no more, or began after the day of the act.
    """
    units = Version.objects.using(DATABASE).filter(parcel=key).values("unit")
    if not list(Unit.objects.using(DATABASE).select_for_update().filter(pk__in=units)):
        raise InputError("parcel-absent", found=key)
    # Read after the lock: who waited for it finds what the other act left.
    versions = Version.objects.using(DATABASE).filter(parcel=key, **KNOWN)
    version = versions.select_related("parcel").first()
    if version is None:
        raise StateError("parcel-ended", found=key)
    on_unit = Right.objects.using(DATABASE).filter(unit=version.unit_id, **KNOWN).order_by("id")
    rights = tuple(on_unit.filter(kind="right"))
    burdens = tuple(on_unit.exclude(kind="right"))
    _in_order(act, [version, *rights])
    return Standing(version, rights, burdens)


def _in_order(act: Act, rows: Iterable[Any]) -> None:
    if act.day > act.today:
        raise InputError("day-ahead", found=act.day.isoformat())
    latest = max((row.start for row in rows if row.start is not None), default=None)
    if latest is not None and act.day < latest:
        raise StateError("day-before", found=act.day.isoformat(), start=latest.isoformat())


def note(kind: str, unit: int, act: Act, changes: str) -> Transaction:
    """Enter a transaction of a unit."""
    return Transaction.objects.using(DATABASE).create(
        unit_id=unit,
        kind=kind,
        effective=act.day,
        recorded=act.now,
        who=act.who,
        reason=act.reason[:200],
        changes=changes,
    )


def hold(unit: int, act: Act, model: Right, party: int, share: Fraction) -> Right:
    """Let a party hold a share of a unit, the rest of the right as in another."""
    return Right.objects.using(DATABASE).create(
        unit_id=unit,
        party_id=party,
        kind="right",
        type=model.type,
        share_n=share.numerator,
        share_d=share.denominator,
        until=model.until,
        origin=model.origin,
        start=act.day,
        recorded=act.now,
    )


def close(found: Standing, act: Act) -> None:
    """End a parcel; and its unit's rights and certificates, where it was the unit's last.

    What checks found in it is cleared: whether its parts have the fault, too, the next check says.
    """
    versions = Version.objects.using(DATABASE).filter(**KNOWN)
    history.end(versions.filter(pk=found.version.pk), act.day, act.now)
    opened = Finding.objects.using(DATABASE).filter(cleared=None)
    mine = Q(parcel=found.version.parcel_id) | Q(other=found.version.parcel_id)
    opened.filter(mine).update(cleared=act.now)
    if versions.filter(unit=found.unit).exists():
        return
    for model in (Right, Certificate):
        rows = model.objects.using(DATABASE).filter(unit=found.unit, **KNOWN)
        history.end(rows, act.day, act.now)


def descend(parents: Iterable[int], children: Iterable[int], entry: Transaction) -> None:
    """Keep which parcels came of which."""
    born = list(children)
    Lineage.objects.using(DATABASE).bulk_create(
        Lineage(parent_id=parent, child_id=child, transaction=entry)
        for parent in parents
        for child in born
    )


def whole(unit: int) -> None:
    """Hold that the living shares of a unit add up to one.

    Raises:
        StateError: If they do not.
    """
    rights = Right.objects.using(DATABASE).filter(unit=unit, kind="right", **KNOWN)
    found = [Fraction(right.share_n, right.share_d) for right in rights]
    shares.whole(dict(enumerate(found)))
