"""Every endpoint under nonsense: whatever comes in, the server never fails.

`SAOLA_FUZZ=10000` asks for so many cases.
"""

import os
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saola.server.identity.provider.place import PATHS

CASES = int(os.environ.get("SAOLA_FUZZ", "150"))
NAMES = [
    "access_token", "acr_values", "claims", "client_assertion", "client_assertion_type",
    "client_id", "client_secret", "code", "code_challenge", "code_challenge_method",
    "code_verifier", "device_code", "dpop_jkt", "grant_type", "id_token_hint", "login_hint",
    "max_age", "nonce", "post_logout_redirect_uri", "prompt", "redirect_uri", "refresh_token",
    "request", "request_uri", "response_mode", "response_type", "scope", "state", "token",
    "ui_locales", "user_code",
]  # fmt: skip
PAGES = [
    "/en/account/login/", "/en/account/signup/passkey/", "/en/account/2fa/webauthn/login/",
    "/en/account/consent/", "/en/account/device/", "/en/account/number/", "/en/account/audit/",
    "/en/account/people/", "/en/account/services/", "/en/account/password/reset/",
]  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "\0", "{}", "[]", '{"id_token": 1}', "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "openid",
         "authorization_code", "refresh_token", "client_credentials", "code", "none", "login",
         "urn:ietf:params:oauth:grant-type:device_code", "9" * 400, "-1", "é", "%00", "saola-cli",
         "urn:ietf:params:oauth:request_uri:x", "https://service.example/back", "plain", "S256"]
    ),
)  # fmt: skip
FORM = st.dictionaries(st.sampled_from(NAMES), TEXT, max_size=12)
HEADER = st.one_of(st.none(), st.text(st.characters(codec="ascii", categories=["L", "N", "P"])))


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from([*PATHS.values(), *PAGES]),
    method=st.sampled_from(["get", "post", "put", "delete"]),
    form=FORM,
    dpop=HEADER,
    shown=st.one_of(HEADER, st.builds("Basic {}".format, TEXT), st.builds("DPoP {}".format, TEXT)),
    real=st.booleans(),
)
def test_no_request_makes_the_server_fail(
    *, person: Any, plain: Any, path: str, method: str, form: dict[str, str], dpop: Any, shown: Any,
    real: bool,
) -> None:  # fmt: skip
    """No method, form or header at any endpoint gives a server error."""
    if real:
        form = {**plain.request(), "client_secret": plain.secret, **form, "client_id": plain.id}
    headers = {name: text for name, text in (("dpop", dpop), ("authorization", shown)) if text}
    headers = {name: text.encode("ascii", "ignore").decode() for name, text in headers.items()}
    headers = {name: text.replace("\n", "").replace("\r", "") for name, text in headers.items()}
    call = getattr(person.browser, method)
    if method == "get":
        answer = call(path, form, headers=headers)
    else:
        kind = "application/x-www-form-urlencoded"
        answer = call(path, urlencode(form), content_type=kind, headers=headers)

    assert answer.status_code < 500, (path, method, form)
