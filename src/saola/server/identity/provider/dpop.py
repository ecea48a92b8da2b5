"""Demonstrating proof of possession: a token works only with the key it was issued to.

Source: RFC 9449.
"""

import hashlib
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from saola.server.identity.provider import jwt, place, replay
from saola.server.identity.provider.refusal import Refusal

ALGORITHMS = ("ES256", "PS256", "EdDSA", "Ed25519")
WINDOW = 60.0  # seconds a proof is good for, before and after its `iat`
KINDS: dict[str, type[ECKey | RSAKey | OKPKey]] = {"EC": ECKey, "RSA": RSAKey, "OKP": OKPKey}


@dataclass(frozen=True)
class Proof:
    """What a proof says once it holds.

    Attributes:
        jkt: The thumbprint of its key.
        ath: The hash of the access token it goes with, empty for none.
    """

    jkt: str
    ath: str


def _refuse(said: str, kind: str = "dpop-refused") -> Refusal:
    return Refusal("invalid_dpop_proof", said, kind=kind)


def proof_of(request: HttpRequest) -> Proof | None:
    """Read and check the proof that came with a request; None if none came.

    Raises:
        Refusal: If the proof does not hold or was used before.
    """
    text = request.headers.get("DPoP")
    if text is None:
        return None
    header = jwt.header_of(text) if "," not in text else None
    if header is None or header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS:
        raise _refuse("The DPoP header is not one dpop+jwt signed with an accepted algorithm.")
    key = _key(header.get("jwk"))
    claims = jwt.read(text, key, algorithms=ALGORITHMS)
    if claims is None:
        raise _refuse("The signature of the DPoP proof does not hold.")
    _same_request(request, claims)
    jkt = key.thumbprint()
    if not replay.first_time("dpop", f"{jkt}\0{claims['jti']}", seconds=2 * WINDOW):
        raise _refuse("The DPoP proof was used before.", "dpop-replayed")
    return Proof(jkt, str(claims.get("ath", "")))


def _key(jwk: object) -> ECKey | RSAKey | OKPKey:
    if not isinstance(jwk, dict) or jwk.get("kty") not in KINDS or "d" in jwk:
        raise _refuse("The DPoP proof carries no public key.")
    try:
        return KINDS[jwk["kty"]].import_key(jwk)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _refuse("The key in the DPoP proof cannot be read.") from error


def _same_request(request: HttpRequest, claims: dict[str, object]) -> None:
    if claims.get("htm") != request.method or not _same_address(request, claims.get("htu")):
        raise _refuse("The DPoP proof is for another request.")
    made = claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, (int, float)):
        raise _refuse("The DPoP proof has no time.")
    if abs(time.time() - made) > WINDOW:
        raise _refuse("The DPoP proof is too old or from the future.")
    if not isinstance(claims.get("jti"), str) or not 1 <= len(str(claims["jti"])) <= 256:
        raise _refuse("The DPoP proof has no usable jti.")


def _same_address(request: HttpRequest, said: object) -> bool:
    if not isinstance(said, str):
        return False
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}{parts.path}" == place.issuer() + request.path


def token_hash(token: str) -> str:
    """Give the `ath` of an access token."""
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
