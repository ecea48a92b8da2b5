"""What officers may read: their tasks' grants, for their agencies, in the units of their rights."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from saola.server.identity import rights
from saola.server.identity.models import Account, Right
from saola.server.identity.reach import reach, registry
from saola.server.registries.grants import EVERYWHERE, Grant, Reader

__all__ = ["Role", "reach", "reader", "registry", "roles"]


@dataclass(frozen=True)
class Role:
    """What a task of sign-in allows in a register.

    Attributes:
        task: One of identity's tasks.
        purpose: Why, an English sentence that is translated where it is shown.
        ground: The law.
        fields: What may be read.
        writes: Whether records may be changed.
    """

    task: str
    purpose: str
    ground: str
    fields: tuple[str, ...]
    writes: bool = False


@cache
def roles(package: str) -> tuple[Role, ...]:
    """Read the grants of a register from the `grants.toml` of its package."""
    file = resources.files(package) / "grants.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["grant"]
    return tuple(Role(**(row | {"fields": tuple(row["fields"])})) for row in rows)


def reader(account: Account, package: str, *, reference: str = "") -> Reader:
    """Give what an account may read in a register today.

    Args:
        account: Who asks; without a living right it may read nothing.
        package: The register's package, which has a `grants.toml`.
        reference: What they read for.
    """
    found = rights.living(account).select_related("organisation").order_by("pk")
    grants: dict[Grant, frozenset[str]] = {}
    for right in found:
        for role in roles(package):
            if role.task == right.task:
                made = _grant(role, right)
                alike = replace(made, units=frozenset())
                grants[alike] = grants.get(alike, frozenset()) | made.units
    united = tuple(
        replace(grant, units=EVERYWHERE if "*" in units else units)
        for grant, units in grants.items()
    )
    agency = united[0].agency if united else ""
    return Reader(account.email, agency, united, reference, account.pk)


def _grant(role: Role, right: Right) -> Grant:
    return Grant(
        purpose=role.purpose,
        ground=role.ground,
        fields=frozenset(role.fields),
        agency=right.organisation.name,
        units=reach(right.unit),
        writes=role.writes,
    )
