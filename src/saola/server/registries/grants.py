"""Who may read which fields for which purpose: the door that every reader passes.

A grant is a purpose with its legal ground and its fields; a reader is who asks, for which agency,
under which grants. Rooms with roles of their own give readers their grants; a reader without one
reads nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from saola.errors import StateError

EVERYWHERE = frozenset({"*"})


@dataclass(frozen=True)
class Grant:
    """What may be read for one purpose.

    Attributes:
        purpose: Why, in the words shown to the person.
        ground: The law or consent that allows it.
        fields: The fields that may be read.
        agency: For whom; empty for the person.
        units: Codes of the units whose records may be read; `*` for all.
        writes: Whether records may be changed too.
    """

    purpose: str
    ground: str
    fields: frozenset[str]
    agency: str = ""
    units: frozenset[str] = EVERYWHERE
    writes: bool = False

    def reaches(self, unit: str | None) -> bool:
        """Tell whether records of a unit may be read."""
        return self.units == EVERYWHERE or unit in self.units


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        who: The account, client or the person themself.
        agency: The agency they read for; empty for the person.
        grants: What they may read, by purpose.
        reference: The file or request that they read for, in their own words.
        account: The key of their account, by which two people are told apart; none for systems.
    """

    who: str
    agency: str
    grants: tuple[Grant, ...] = ()
    reference: str = ""
    account: int | None = None

    def grant(self, purpose: str, fields: Iterable[str], *, writes: bool = False) -> Grant:
        """Give the grant that covers some fields for a purpose.

        Args:
            purpose: Why.
            fields: What is to be read.
            writes: Whether something is to be changed too.

        Raises:
            StateError: If none does.
        """
        wanted = frozenset(fields)
        for grant in self.grants:
            allowed = grant.writes or not writes
            if grant.purpose == purpose and wanted <= grant.fields and allowed:
                return grant
        raise StateError("not-granted", where=purpose, found=", ".join(sorted(wanted)))
