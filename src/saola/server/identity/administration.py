"""How far an administrator goes: own agencies, own units, and whom he may suspend or restore."""

from django.db.models import QuerySet

from saola.errors import StateError
from saola.server.identity import rights
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Organisation, Right
from saola.server.identity.reach import reach

HOME = "saola"  # the installation's own agency


def held(officer: Account) -> QuerySet[Right]:
    """Give the rights by which an account administers agencies today."""
    return rights.living(officer).filter(task="administrator")


def heads(officer: Account) -> bool:
    """Say whether an account is an administrator of the installation's own agency."""
    return held(officer).filter(organisation__code=HOME, unit="*").exists()


def covers(officer: Account, organisation: Organisation, unit: str) -> bool:
    """Say whether a unit lies inside what an account administers for an agency."""
    own = held(officer).filter(organisation=organisation).values_list("unit", flat=True)
    return any(one == "*" or (unit != "*" and unit in reach(one)) for one in own)


def check(officer: Account, organisation: Organisation, task: str, unit: str) -> None:
    """Let an administrator give or end a right inside his own units only.

    Raises:
        StateError: If the unit lies outside, or the agency may not hand out the task.
    """
    code = ""
    if not covers(officer, organisation, unit):
        code = "right-beyond"
    elif not rights.hands_out(organisation, task):
        code = "task-not-kept"
    if code:
        where = organisation.code
        record(
            "right-refused",
            account=officer.pk,
            outcome="refused",
            task=task,
            unit=unit,
            organisation=where,
        )
        raise StateError(code, task=task, organisation=where, unit=unit)


def suspend(right: Right, *, by: Account) -> None:
    """Suspend the holder of a right.

    Raises:
        StateError: If the right does not count today, or its holder has one outside what `by`
            administers, and `by` does not head the installation.
    """
    counts = list(rights.living(right.account).select_related("organisation"))
    inside = all(covers(by, one.organisation, one.unit) for one in counts)
    good = right in counts and (inside or heads(by))
    _let(right, "suspend", by, good=good)
    rights.suspend(right.account, by=by)


def restore(right: Right, *, by: Account) -> None:
    """Restore the holder of a right.

    Raises:
        StateError: If somebody else suspended the account and `by` does not head the installation.
    """
    _let(right, "restore", by, good=heads(by) or right.account.suspended_by_id == by.pk)
    rights.restore(right.account, by=by)


def _let(right: Right, wish: str, by: Account, *, good: bool) -> None:
    if not good:
        record(
            "suspension-refused",
            account=right.account_id,
            actor=by.pk,
            outcome="refused",
            wish=wish,
        )
        raise StateError("suspension-beyond")
