"""The subject of a person for a client: pairwise, one for all clients of an agency."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from saola.server.identity.models import Account, Client, Subject


def sector_of(client: Client) -> str:
    """Name the sector of a client: its agency, so that agencies cannot join people.

    Source: OpenID Connect Core 1.0, section 8.1.
    """
    if client.subjects == "public":
        return ""
    if client.sector:
        return client.sector
    if client.dynamic:
        return str(urlsplit(client.redirect_uris[0]).netloc)
    return f"organisation {client.organisation_id}"


def subject_of(account: Account, client: Client) -> str:
    """Give the person's subject in the client's sector, drawn at random the first time."""
    key: dict[str, Any] = {"account": account, "sector": sector_of(client)}
    found = Subject.objects.filter(**key).first()
    if found is None:
        try:
            with transaction.atomic():
                found = Subject.objects.create(**key, value=secrets.token_urlsafe(24))
        except IntegrityError:
            found = Subject.objects.get(**key)
    return found.value
