"""Where the provider's endpoints are."""

from saola.server.identity import settings as chosen

PATHS = {
    "authorization_endpoint": "/oidc/authorize",
    "token_endpoint": "/oidc/token",
    "userinfo_endpoint": "/oidc/userinfo",
    "jwks_uri": "/oidc/jwks",
    "pushed_authorization_request_endpoint": "/oidc/par",
    "introspection_endpoint": "/oidc/introspect",
    "revocation_endpoint": "/oidc/revoke",
    "device_authorization_endpoint": "/oidc/device",
    "end_session_endpoint": "/oidc/logout",
    "registration_endpoint": "/oidc/register",
}


def issuer() -> str:
    """Give the issuer: the address under which the server is known, without a slash."""
    return str(chosen.SAOLA_ISSUER)


def endpoint(name: str) -> str:
    """Give the address of an endpoint by its metadata name."""
    return issuer() + PATHS[name]
