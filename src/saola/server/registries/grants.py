"""Who may read which fields for which purpose: the door that every reader passes.

A grant is a purpose with its legal ground and its fields; a reader is who asks, for which agency,
under which grants. Rooms with roles of their own give readers their grants; a reader without one
reads nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from saola.errors import StateError


@dataclass(frozen=True)
class Grant:
    """What may be read for one purpose.

    Attributes:
        purpose: Why, in the words shown to the person.
        ground: The law or consent that allows it.
        fields: The fields that may be read.
    """

    purpose: str
    ground: str
    fields: frozenset[str]


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        who: The account, client or the person themself.
        agency: The agency they read for; empty for the person.
        grants: What they may read, by purpose.
    """

    who: str
    agency: str
    grants: tuple[Grant, ...] = ()

    def grant(self, purpose: str, fields: Iterable[str]) -> Grant:
        """Give the grant that covers some fields for a purpose.

        Raises:
            StateError: If none does.
        """
        wanted = frozenset(fields)
        for grant in self.grants:
            if grant.purpose == purpose and wanted <= grant.fields:
                return grant
        raise StateError("not-granted", where=purpose, found=", ".join(sorted(wanted)))
