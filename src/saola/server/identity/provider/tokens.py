"""Make and find tokens. The log learns the digest of each in the transaction that makes it."""

import datetime as dt
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from django.utils import timezone

from saola.server.identity.audit.record import record
from saola.server.identity.models import Authorisation, Client, Token
from saola.server.identity.provider import claims, jwt
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.secret import digest, fresh

ACCESS = dt.timedelta(minutes=5)
REFRESH = dt.timedelta(days=30)


_BY_DIGEST = Prepared(
    lambda mark: Token.objects.select_related(
        "client", "client__organisation", "authorisation__account", "authorisation__sign_in"
    ).filter(digest=mark),
    "mark-1",
)

_OWN = Prepared(
    lambda mark: (
        Token.objects.select_related("client__organisation")
        .only(
            *("digest", "kind", "authorisation", "scopes", "jkt", "expires", "used_at"),
            *("revoked_at", "client__identifier", "client__approved_at", "client__suspended_at"),
            *("client__organisation__is_active",),
        )
        .filter(digest=mark, kind="access", authorisation=None)
    ),
    "mark-1",
)


def issue(
    client: Client, scopes: list[str], *, authorisation: Authorisation | None, jkt: str, grant: str
) -> dict[str, Any]:
    """Make the tokens of an answer of the token endpoint.

    Args:
        client: Who gets them.
        scopes: What they are good for.
        authorisation: Whose they are; None for the client's own.
        jkt: The thumbprint of the key they are bound to, empty for none.
        grant: The name of the grant, for the log.
    """
    access, refresh, rows = fresh(), "", []
    now = timezone.now()

    def row(token: str, kind: str, life: dt.timedelta) -> Token:
        return Token(
            digest=digest(token),
            kind=kind,
            client=client,
            authorisation=authorisation,
            scopes=scopes,
            jkt=jkt,
            issued=now,
            expires=now + life,
        )

    rows.append(row(access, "access", ACCESS))
    if authorisation and "offline_access" in scopes and "refresh_token" in client.grants:
        refresh = fresh()
        rows.append(row(refresh, "refresh", REFRESH))
    Token.objects.bulk_create(rows)
    record(
        "tokens-issued",
        account=authorisation.account_id if authorisation else None,
        client=client.identifier,
        grant=grant,
        tokens=[made.digest for made in rows],
        bound=bool(jkt),
    )
    answer = {
        "access_token": access,
        "token_type": "DPoP" if jkt else "Bearer",
        "expires_in": int(ACCESS.total_seconds()),
        "scope": " ".join(scopes),
        **({"refresh_token": refresh} if refresh else {}),
    }
    if authorisation and "openid" in scopes:
        answer["id_token"] = _id_token(authorisation, access)
    return answer


def _id_token(authorisation: Authorisation, access: str) -> str:
    said = claims.of_id_token(authorisation, now=int(time.time()))
    half = sha256(access.encode("ascii")).digest()[:16]
    said["at_hash"] = urlsafe_b64encode(half).rstrip(b"=").decode()
    return jwt.sign(said, authorisation.client.id_token_alg)


def find(token: str, *, kind: str = "") -> Token | None:
    """Give the row of a token, with its authorisation, account and client; None if unknown."""
    found = _BY_DIGEST.first(digest(token))
    return found if found is not None and kind in {"", found.kind} else None


def find_own(token: str) -> Token | None:
    """Give the access token that a client has for itself, with little of the client; else None."""
    return _OWN.first(digest(token))


def lives(token: Token) -> bool:
    """Say whether a token is good now: not expired, revoked or used, nobody suspended."""
    if token.revoked_at or token.used_at or token.expires <= timezone.now():
        return False
    if not token.client.works or not token.client.organisation.is_active:
        return False
    root = token.authorisation
    return root is None or (root.revoked_at is None and root.account.is_active)


def revoke(authorisation: Authorisation) -> None:
    """Revoke all tokens that came of one authorisation."""
    Authorisation.objects.filter(pk=authorisation.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
