"""The provider's metadata.

Source: OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9126, 9207, 9449.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from saola.language import LANGUAGES
from saola.server.identity import levels
from saola.server.identity import settings as chosen
from saola.server.identity.models.client import METHODS
from saola.server.identity.provider import claims, dpop, jwt, keys, place
from saola.server.identity.provider.endpoint import endpoint, public

GRANTS = (
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
)


def metadata() -> dict[str, Any]:
    """Give the metadata document."""
    addresses = {name: place.endpoint(name) for name in place.PATHS}
    if not chosen.SAOLA_DYNAMIC_REGISTRATION:
        del addresses["registration_endpoint"]
    own = ("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "sid")
    return {
        "issuer": place.issuer(),
        **addresses,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": list(keys.ALGORITHMS),
        "userinfo_signing_alg_values_supported": list(keys.ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(jwt.CLIENT_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": list(METHODS[:-1]),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "scopes_supported": list(claims.SCOPES),
        "claims_supported": [*own, *sorted(claims.KNOWN)],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "acr_values_supported": [
            levels.acr(level) for level in range(levels.LOWEST, levels.HIGHEST + 1)
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup"],
        "ui_locales_supported": list(LANGUAGES),
    }


@endpoint("GET", "HEAD")
def show(_request: HttpRequest) -> HttpResponse:
    """Answer with the metadata."""
    return public(metadata())
