"""Consent: agreements that are published, persons' yes and no, and what depends on them.

Source: GovStack Consent building block 1.1; Law 91/2025/QH15.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from saola.errors import InputError
from saola.server.registries.models import Agreement, Consented, Entry, Permit, Policy, Revision


def publish(table: dict[str, Any], *, now: dt.datetime) -> Agreement:
    """Publish an agreement and its policy, each with a revision that never changes.

    Args:
        table: `policy` with `name`, `version`, `url`; and `version`, `controller`, `purpose`,
            `fields`, `assessment`.
        now: The moment.

    Raises:
        InputError: If a part is missing.
    """
    try:
        said = table["policy"]
        with transaction.atomic():
            policy, fresh = Policy.objects.get_or_create(
                name=said["name"], version=said["version"], defaults={"url": said["url"]}
            )
            if fresh:
                _revise("Policy", policy.pk, policy_of(policy), now)
            made = Agreement.objects.create(
                policy=policy,
                **{name: table[name] for name in ("version", "controller", "purpose", "fields")},
                assessment=table.get("assessment", ""),
            )
            _revise("DataAgreement", made.pk, agreement_of(made), now)
    except (KeyError, TypeError) as error:
        raise InputError("values-unfit", found=error) from error
    return made


def _revise(kind: str, key: int, content: dict[str, Any], now: dt.datetime) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    Revision.objects.create(kind=kind, object_id=key, snapshot=text, sha256=sha256, at=now)


def revision(kind: str, key: int) -> Revision:
    """Give the latest revision of a policy or agreement."""
    return Revision.objects.filter(kind=kind, object_id=key).latest("id")


def policy_of(policy: Policy) -> dict[str, Any]:
    """Write a policy as the building block does."""
    return {
        "id": str(policy.pk),
        "name": policy.name,
        "version": policy.version,
        "url": policy.url,
        "jurisdiction": policy.jurisdiction,
        "dataRetentionPeriodDays": policy.retention_days,
    }


def agreement_of(agreement: Agreement) -> dict[str, Any]:
    """Write an agreement as the building block does."""
    return {
        "id": str(agreement.pk),
        "version": agreement.version,
        "controller": {"name": agreement.controller},
        "policy": policy_of(agreement.policy),
        "purpose": agreement.purpose,
        "lawfulBasis": agreement.basis,
        "dpia": agreement.assessment,
        "active": agreement.active,
        "forgettable": False,
        "attributes": [{"name": name} for name in agreement.fields],
    }


def say(subject: str, agreement: int, *, given: bool, now: dt.datetime) -> None:
    """Record a person's yes, or withdraw it.

    Args:
        subject: The personal number.
        agreement: The agreement's key.
        given: Whether the person agrees.
        now: From when.

    Raises:
        InputError: If there is no such agreement to agree to.
    """
    with transaction.atomic():
        found = Agreement.objects.filter(pk=agreement, active=True).first()
        if found is None:
            raise InputError("agreement-absent", found=agreement)
        living = Consented.objects.filter(agreement=found, subject=subject, withdrawn=None)
        if not given:
            living.update(withdrawn=now)
        elif not living.exists():
            said = revision("DataAgreement", found.pk)
            Consented.objects.create(agreement=found, revision=said, subject=subject, given=now)


def offered(subject: str) -> list[dict[str, Any]]:
    """List the agreements open to a person, and which they agreed to."""
    living = Consented.objects.filter(subject=subject, withdrawn=None)
    given = {each.agreement_id: each for each in living}
    rows = Agreement.objects.filter(active=True).order_by("pk")
    return [
        {"agreement": row, "given": given.get(row.pk), "said": ", ".join(row.fields)}
        for row in rows
    ]


def agreeing(agreement: int, subjects: Iterable[str]) -> set[str]:
    """Give those of some personal numbers whose bearers agreed and did not withdraw it."""
    living = Consented.objects.filter(agreement=agreement, withdrawn=None)
    return set(living.filter(subject__in=list(subjects)).values_list("subject", flat=True))


def agreed(held: Permit, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Keep the entries whose subjects agreed, where a permit rests on consent."""
    if held.agreement_id is None:
        return rows
    living = Consented.objects.filter(agreement=held.agreement_id, withdrawn=None)
    return rows.filter(subject__in=living.values("subject"))
