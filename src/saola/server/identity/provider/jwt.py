"""Sign and read JSON web tokens, through joserfc."""

import json
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from saola.server.identity.provider import keys

CLIENT_ALGORITHMS = ("ES256", "PS256", "EdDSA", "Ed25519", "RS256")
SKEW = 60.0  # seconds that clocks may differ

PublicKey = ECKey | RSAKey | OKPKey


def sign(claims: Mapping[str, Any], algorithm: str, *, kind: str = "JWT") -> str:
    """Sign claims with the provider's key of an algorithm."""
    own = keys.signer(algorithm)
    header = {"alg": algorithm, "kid": own.kid, "typ": kind}
    return jwt.encode(header, dict(claims), own.key, algorithms=[algorithm])


def read(
    token: str, key: PublicKey | KeySet, *, algorithms: tuple[str, ...] = CLIENT_ALGORITHMS
) -> dict[str, Any] | None:
    """Check a token's signature and give its claims; None if it does not hold."""
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=list(algorithms)).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return claims


def header_of(token: str) -> dict[str, Any] | None:
    """Give the protected header of a compact token without trusting it."""
    try:
        found = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, UnicodeError, AttributeError):
        return None
    return dict(found) if isinstance(found, dict) else None


def unverified(token: str) -> dict[str, Any] | None:
    """Give the claims of a compact token without trusting them: only to find whose it is."""
    try:
        found = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError, UnicodeError, AttributeError):
        return None
    return found if isinstance(found, dict) else None


def own(token: str) -> dict[str, Any] | None:
    """Read a token that this provider signed, with whichever of its published keys."""
    ring = KeySet.import_key_set({"keys": keys.published()})
    return read(token, ring, algorithms=keys.ALGORITHMS)


def current(claims: Mapping[str, Any], *, longest: float) -> bool:
    """Say whether `exp`, `iat` and `nbf` hold now and the token lives at most `longest` seconds."""
    now = time.time()
    ends, made, starts = (claims.get(name, default) for name, default in _times(now))
    if not all(_is_time(value) for value in (ends, made, starts)):
        return False
    return bool(
        now - SKEW < ends <= now + longest + SKEW and made <= now + SKEW and starts <= now + SKEW
    )


def _times(now: float) -> tuple[tuple[str, object], ...]:
    return ("exp", None), ("iat", now), ("nbf", now)


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e11
