"""Authlib's client signs a person in with private_key_jwt and PKCE."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.common.errors import AuthlibBaseError as OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

pytestmark = pytest.mark.xdist_group("relying-parties")  # they share one server
REDIRECT = "http://localhost:8242/back"
VERIFIER = "authlib" * 8


def test_authlib_signs_in_with_a_secret_and_pkce(server: Any, walker: Any) -> None:
    """An older client with a secret gets an ID token that its key set verifies."""
    client = server.client("Authlib", REDIRECT, "--method", "client_secret_basic", "--alg", "RS256")
    places = httpx.get(f"{server.issuer}/.well-known/openid-configuration").json()
    session = OAuth2Session(
        client["client_id"],
        client["client_secret"],
        scope="openid profile",
        redirect_uri=REDIRECT,
        code_challenge_method="S256",
    )

    to, state = session.create_authorization_url(
        places["authorization_endpoint"], code_verifier=VERIFIER, nonce="n"
    )
    back = walker.walk(to, until=REDIRECT).headers["location"]
    tokens = session.fetch_token(
        places["token_endpoint"], authorization_response=back, state=state, code_verifier=VERIFIER
    )
    ring = KeySet.import_key_set(httpx.get(places["jwks_uri"]).json())
    said = jwt.decode(tokens["id_token"], ring, algorithms=["RS256"]).claims
    about = session.get(places["userinfo_endpoint"]).json()

    assert ("n", client["client_id"], server.issuer) == (said["nonce"], said["aud"], said["iss"])
    assert "Nguyễn Thị Lan" == about["name"]


def test_authlib_is_known_by_its_key_and_held_to_dpop(server: Any, tmp_path: Path) -> None:
    """A system signs its assertion with RS256 and is known; without a bound key it gets nothing."""
    key = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
    ring = tmp_path / "keys.json"
    ring.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    client = server.client(
        "Batch",
        REDIRECT,
        "--keys",
        str(ring),
        "--grant",
        "client_credentials",
        "--scope",
        "returns",
    )
    places = httpx.get(f"{server.issuer}/.well-known/openid-configuration").json()
    session = OAuth2Session(
        client["client_id"],
        key.as_pem(private=True).decode(),
        token_endpoint_auth_method=PrivateKeyJWT(server.issuer, alg="RS256"),
    )

    # This client is on the FAPI 2.0 profile, so Authlib, which has no DPoP, gets no token.
    with pytest.raises(OAuthError, match="invalid_dpop_proof"):
        session.fetch_token(places["token_endpoint"], grant_type="client_credentials")
