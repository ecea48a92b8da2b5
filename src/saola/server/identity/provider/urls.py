"""Addresses of the provider, without a language."""

from django.urls import path

from saola.server.identity.provider import (
    authorize,
    device,
    discovery,
    introspect,
    jwks,
    logout,
    openapi,
    par,
    register,
    revoke,
    token,
    userinfo,
)
from saola.server.identity.provider.place import PATHS

_VIEWS = {
    "authorization_endpoint": authorize.show,
    "token_endpoint": token.give,
    "userinfo_endpoint": userinfo.show,
    "jwks_uri": jwks.show,
    "pushed_authorization_request_endpoint": par.push,
    "introspection_endpoint": introspect.show,
    "revocation_endpoint": revoke.take,
    "device_authorization_endpoint": device.start,
    "end_session_endpoint": logout.show,
    "registration_endpoint": register.make,
}

urlpatterns = [
    path(".well-known/openid-configuration", discovery.show, name="oidc_discovery"),
    path(".well-known/oauth-authorization-server", discovery.show, name="oauth_discovery"),
    path("oidc/openapi.json", openapi.show, name="oidc_openapi"),
    *(path(PATHS[name].lstrip("/"), view, name=f"oidc_{name}") for name, view in _VIEWS.items()),
]
