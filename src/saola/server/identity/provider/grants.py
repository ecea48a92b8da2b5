"""The grants of the token endpoint: code, refresh, client credentials, device.

Source: RFC 6749; RFC 7636; RFC 8628; RFC 9449; RFC 9700, section 4.14 for refresh tokens.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from saola.server.identity.models import Authorisation, Client, Consent, DeviceRequest, Token
from saola.server.identity.provider import pkce, subjects, tokens
from saola.server.identity.provider.claims import SCOPES
from saola.server.identity.provider.dpop import Proof
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest

_BY_CODE = Prepared(
    lambda mark: Authorisation.objects.select_related("account", "sign_in").filter(code=mark),
    "mark-1",
)


def _refuse(said: str, kind: str) -> Refusal:
    return Refusal("invalid_grant", said, kind=kind)


def by_code(form: Mapping[str, str], client: Client, proof: Proof | None) -> dict[str, Any]:
    """Redeem an authorisation code, once."""
    found = _BY_CODE.first(digest(form.get("code", "")))
    if found is None or found.client_id != client.pk:
        raise _refuse("The code is unknown or another client's.", "code-refused")
    if found.code_used is not None:
        tokens.revoke(found)
        raise _refuse("The code was used before; its tokens are revoked.", "code-replayed")
    _same_flow(form, found, proof)
    now = timezone.now()
    if not Authorisation.objects.filter(pk=found.pk, code_used=None).update(code_used=now):
        tokens.revoke(found)
        raise _refuse("The code was used at the same moment.", "code-replayed")
    found.client = client
    jkt = proof.jkt if proof else ""
    return tokens.issue(client, found.scopes, authorisation=found, jkt=jkt, grant="code")


def _same_flow(form: Mapping[str, str], found: Authorisation, proof: Proof | None) -> None:
    if found.code_expires is None or found.code_expires <= timezone.now():
        raise _refuse("The code has expired.", "code-expired")
    if form.get("redirect_uri", "") != found.redirect_uri:
        raise _refuse("redirect_uri differs from the request's.", "code-refused")
    verifier = form.get("code_verifier", "")
    if found.challenge and not pkce.proves(verifier, found.challenge):
        raise _refuse("code_verifier does not prove the challenge.", "code-injected")
    if verifier and not found.challenge:
        raise _refuse("code_verifier came without a challenge.", "pkce-downgraded")
    if found.jkt and (proof is None or proof.jkt != found.jkt):
        raise _refuse("The code is bound to another key.", "dpop-refused")
    if found.revoked_at is not None or not found.account.is_active:
        raise _refuse("The authorisation was revoked.", "code-refused")


def by_refresh(form: Mapping[str, str], client: Client, proof: Proof | None) -> dict[str, Any]:
    """Turn a refresh token into new tokens; used twice, it revokes the whole family."""
    found = tokens.find(form.get("refresh_token", ""), kind="refresh")
    if found is None or found.client_id != client.pk or found.authorisation is None:
        raise _refuse("The refresh token is unknown or another client's.", "refresh-refused")
    if found.jkt and (proof is None or proof.jkt != found.jkt):
        raise _refuse("The refresh token is bound to another key.", "dpop-refused")
    scopes = _narrowed(form, found.scopes)  # a mistake here must not cost the token
    used = found.used_at is None and Token.objects.filter(pk=found.pk, used_at=None).update(
        used_at=timezone.now()
    )
    if not used:
        tokens.revoke(found.authorisation)
        raise _refuse("The refresh token was used before; all are revoked.", "refresh-replayed")
    if not tokens.lives(found):
        raise _refuse("The refresh token has expired or was revoked.", "refresh-refused")
    found.authorisation.client = client
    return tokens.issue(
        client,
        scopes,
        authorisation=found.authorisation,
        jkt=proof.jkt if proof else "",
        grant="refresh",
    )


def _narrowed(form: Mapping[str, str], held: list[str]) -> list[str]:
    wanted = form.get("scope", "").split()
    if not set(wanted) <= set(held):
        raise Refusal("invalid_scope", "More was asked for than was granted.")
    return wanted or held


def by_client(form: Mapping[str, str], client: Client, proof: Proof | None) -> dict[str, Any]:
    """Give a client a token of its own."""
    if client.method == "none":
        raise Refusal("unauthorized_client", "A public client has no credentials.")
    wanted = form.get("scope", "").split()
    own = [scope for scope in client.scopes if scope not in SCOPES]
    if not set(wanted) <= set(own):
        raise Refusal("invalid_scope", "The client may not have this scope for itself.")
    jkt = proof.jkt if proof else ""
    return tokens.issue(client, wanted or own, authorisation=None, jkt=jkt, grant="client")


def by_device(form: Mapping[str, str], client: Client, proof: Proof | None) -> dict[str, Any]:
    """Answer a device that waits for its person."""
    found = (
        DeviceRequest.objects.select_related("account", "sign_in")
        .filter(device=digest(form.get("device_code", "")), client=client, used_at=None)
        .first()
    )
    if found is None:
        raise _refuse("The device code is unknown or used.", "device-refused")
    _paced(found)
    if found.denied:
        raise Refusal("access_denied", "The person said no.")
    account, sign_in = found.account, found.sign_in
    if account is None or sign_in is None:
        raise Refusal("authorization_pending")
    if not account.is_active or sign_in.ended_at is not None:
        raise _refuse("The person's sign-in has ended.", "device-refused")
    if not Consent.objects.filter(account=account, client=client).exists():
        raise _refuse("The person withdrew the consent.", "device-refused")
    waiting = DeviceRequest.objects.filter(pk=found.pk, used_at=None)
    if not waiting.update(used_at=timezone.now()):
        raise _refuse("The device code was used at the same moment.", "device-refused")
    made = Authorisation.objects.create(
        client=client,
        account=account,
        sign_in=sign_in,
        subject=subjects.subject_of(account, client),
        scopes=found.scopes,
        level=sign_in.level,
        amr=sign_in.amr,
        auth_time=sign_in.at,
    )
    jkt = proof.jkt if proof else ""
    return tokens.issue(client, found.scopes, authorisation=made, jkt=jkt, grant="device")


def _paced(found: DeviceRequest) -> None:
    now = timezone.now()
    if found.expires <= now:
        raise Refusal("expired_token")
    early = found.asked_at and (now - found.asked_at).total_seconds() < found.interval - 0.5
    found.asked_at = now
    found.interval += 5 if early else 0
    found.save(update_fields=["asked_at", "interval"])
    if early:
        raise Refusal("slow_down")
