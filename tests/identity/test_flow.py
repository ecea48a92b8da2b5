"""The code flow, from the pushed request to the person's claims."""

from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet

from saola.server.identity.models import Event, Token
from saola.server.identity.provider.secret import digest


def _claims(service: Any, token: str) -> dict[str, Any]:
    ring = KeySet.import_key_set(service.browser.get("/oidc/jwks").json())
    return dict(jwt.decode(token, ring, algorithms=["ES256", "RS256"]).claims)


def test_code_flow_with_pushed_request_pkce_and_dpop(person: Any, service: Any) -> None:
    """A pushed request ends in tokens bound to the service's key and in the person's claims."""
    person.sign_in()

    answer = service.authorise(person)
    tokens = service.redeem(answer["code"]).json()
    said = _claims(service, tokens["id_token"])
    about = service.userinfo(tokens["access_token"]).json()

    assert settings.SAOLA_ISSUER == answer["iss"]
    assert "the state" == answer["state"]
    assert "DPoP" == tokens["token_type"]
    assert ("the nonce", service.id, settings.SAOLA_ISSUER) == (
        said["nonce"],
        said["aud"],
        said["iss"],
    )
    assert said["sub"] == about["sub"]
    assert person.account.name == about["name"]
    assert "email" not in about


def test_consent_is_remembered_and_withdrawn_at_once(person: Any, service: Any) -> None:
    """A second sign-in asks nothing; withdrawing consent stops the tokens and asks again."""
    person.sign_in()
    tokens = service.redeem(service.authorise(person)["code"]).json()

    silent = person.browser.get("/oidc/authorize", service.push(prompt="none"))
    consent = person.account.consents.get()
    person.browser.post(f"/en/account/consents/{consent.pk}/withdraw/")
    refused = service.userinfo(tokens["access_token"])
    again = person.browser.get("/oidc/authorize", service.push(prompt="none"))

    assert "code=" in silent.headers["Location"]
    assert 401 == refused.status_code
    assert "error=consent_required" in again.headers["Location"]


def test_every_token_is_known_to_the_log(person: Any, service: Any) -> None:
    """The digest of each token stands in the event of the transaction that made it."""
    person.sign_in()
    tokens = service.redeem(service.authorise(person, scope="openid offline_access")["code"]).json()

    logged = {
        one
        for event in Event.objects.filter(kind="tokens-issued", client=service.id)
        for one in event.facts["tokens"]
    }

    assert {digest(tokens["access_token"]), digest(tokens["refresh_token"])} == logged
    assert logged == set(
        Token.objects.filter(client=service.client).values_list("digest", flat=True)
    )
