"""An authorisation request, read and checked into one frozen value.

Source: OpenID Connect Core 1.0, section 3.1.2; RFC 7636; RFC 9700; FAPI 2.0 Security Profile.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saola.server.identity import levels
from saola.server.identity.models import Client
from saola.server.identity.provider import claims, pkce
from saola.server.identity.provider.refusal import Refusal

PROMPTS = {"none", "login", "consent", "select_account"}
LONGEST = 2048  # characters of one parameter


@dataclass(frozen=True)
class Asked:
    """What a client asks for.

    Attributes:
        redirect_uri: Where the answer goes; registered, compared character by character.
        mode: `query` or `form_post`.
        state: Given back as it came.
        scopes: Known scopes that the client may have.
        nonce: Goes into the ID token.
        challenge: The PKCE challenge, empty only for clients of the conformance tool.
        prompt: Of `PROMPTS`.
        max_age: Seconds since authentication at most, or None.
        level: The authentication level asked for, 0 for any.
        essential: Whether less than `level` is refused.
        claims: Claims asked for by name: `{"userinfo": […], "id_token": […]}`.
        subject: The subject that must be signed in, empty for any.
        hint: What the person may type as a name.
        jkt: The thumbprint the code is bound to, empty for none.
    """

    redirect_uri: str
    mode: str
    state: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    prompt: frozenset[str]
    max_age: int | None
    level: int
    essential: bool
    subject: str
    hint: str
    jkt: str
    claims: Mapping[str, list[str]] = field(default_factory=dict)


class Unanswerable(Refusal):
    """A request whose error may not be sent to the client: the address is not known good."""


def redirect_of(client: Client, given: Mapping[str, str]) -> str:
    """Give the registered redirect URI of a request.

    Raises:
        Unanswerable: If it is missing or differs from each registered one in any character.
    """
    asked = given.get("redirect_uri", "")
    if asked not in client.redirect_uris or not asked:
        raise Unanswerable(
            "invalid_request",
            "redirect_uri is missing or not registered.",
            kind="redirect-refused",
        )
    return asked


def read(client: Client, given: Mapping[str, str], *, pushed: bool) -> Asked:
    """Check the parameters of a request.

    Args:
        client: Who asks.
        given: The parameters.
        pushed: Whether they came through the pushed authorisation request endpoint.

    Raises:
        Refusal: If one of them cannot be met.
    """
    redirect = redirect_of(client, given)
    _form(client, given, pushed=pushed)
    level, essential, named, subject = _claims(client, given)
    return Asked(
        redirect_uri=redirect,
        mode=given.get("response_mode", "query"),
        state=given.get("state", ""),
        scopes=_scopes(client, given),
        nonce=given.get("nonce", ""),
        challenge=_challenge(client, given),
        prompt=_prompt(given),
        max_age=_max_age(given),
        level=level,
        essential=essential,
        claims=named,
        subject=subject,
        hint=given.get("login_hint", "")[:200],
        jkt=given.get("dpop_jkt", ""),
    )


def _form(client: Client, given: Mapping[str, str], *, pushed: bool) -> None:
    if any(len(value) > LONGEST for name, value in given.items() if name != "claims"):
        raise Refusal("invalid_request", "A parameter is too long.")
    if any("\0" in value for value in given.values()):
        raise Refusal("invalid_request", "A parameter holds a zero character.")
    if "request" in given:
        raise Refusal("request_not_supported", "Push the request instead.")
    if "request_uri" in given:
        raise Refusal("request_uri_not_supported", "Push the request instead.")
    if client.fapi and not pushed:
        raise Refusal("invalid_request", "This client must push its request.", kind="par-missing")
    if not given.get("response_type"):
        raise Refusal("invalid_request", "response_type is missing.")
    if given["response_type"] != "code" or "authorization_code" not in client.grants:
        raise Refusal(
            "unsupported_response_type", "Only the code flow is offered.", kind="flow-refused"
        )
    if given.get("response_mode", "query") not in {"query", "form_post"}:
        raise Refusal(
            "invalid_request", "response_mode is query or form_post.", kind="flow-refused"
        )


def _scopes(client: Client, given: Mapping[str, str]) -> tuple[str, ...]:
    asked = given.get("scope", "").split()
    shareable = set(client.scopes) & set(claims.SCOPES)  # others are a client's own, not a person's
    kept = tuple(dict.fromkeys(scope for scope in asked if scope in shareable))
    if not kept:
        raise Refusal("invalid_scope", "No scope that this client may have was asked for.")
    return kept


def _challenge(client: Client, given: Mapping[str, str]) -> str:
    challenge = given.get("code_challenge", "")
    if not challenge and not client.pkce:
        return ""
    if given.get("code_challenge_method") != "S256" or not pkce.CHALLENGE.fullmatch(challenge):
        raise Refusal("invalid_request", "PKCE with S256 is required.", kind="pkce-missing")
    return challenge


def _prompt(given: Mapping[str, str]) -> frozenset[str]:
    asked = frozenset(given.get("prompt", "").split())
    if not asked <= PROMPTS or ("none" in asked and len(asked) > 1):
        raise Refusal("invalid_request", "prompt is unknown or contradicts itself.")
    return asked


def _max_age(given: Mapping[str, str]) -> int | None:
    text = given.get("max_age", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refusal("invalid_request", "max_age is a number of seconds.")
    return int(text)


def _claims(
    client: Client, given: Mapping[str, str]
) -> tuple[int, bool, dict[str, list[str]], str]:
    level = _lowest(given.get("acr_values", "").split())
    if "claims" not in given:
        return level, False, {}, ""
    asked = _object(given["claims"])
    may = claims.of_scopes(client.scopes)  # naming a claim gives no more than its scope would
    inside = _object(asked.get("id_token") or {})
    named = {
        part: [name for name in _object(asked.get(part) or {}) if name in may]
        for part in ("userinfo", "id_token")
    }
    acr, sub = inside.get("acr"), inside.get("sub")
    essential = False
    if isinstance(acr, dict):
        wanted = acr.get("values", [acr["value"]] if "value" in acr else [])
        level = _lowest(wanted) or level
        essential = acr.get("essential") is True and bool(wanted)
    subject = sub.get("value", "") if isinstance(sub, dict) else ""
    return level, essential, named, subject if isinstance(subject, str) else ""


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict):
        raise Refusal("invalid_request", "claims is not a JSON object of objects.")
    return value


def _lowest(values: Any) -> int:
    if not isinstance(values, list):
        return 0
    known = [levels.level_of(value) for value in values if isinstance(value, str)]
    return min((level for level in known if level), default=0)
