"""What clients may learn about a person, by scope, and the words that say so."""

from collections.abc import Iterable
from typing import Any

from saola.server.identity import levels, organisations
from saola.server.identity.models import Account, Authorisation, Membership, PersonNumber
from saola.server.identity.provider import place

SCOPES: dict[str, tuple[str, ...]] = {
    "openid": (),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "identity": ("identity_number", "identity_assurance"),
    "organisation": ("organisations",),
    "offline_access": (),
}
KNOWN = frozenset(name for names in SCOPES.values() for name in names)
SHARED = {
    "openid": "who you are to this service, under a number that only its agency knows",
    "profile": "your name, date of birth and language",
    "email": "your e-mail address",
    "phone": "your telephone number",
    "address": "your address",
    "identity": "your 12-digit number and how your identity was checked",
    "organisation": "the organisations that you act for",
    "offline_access": "all of this also while you are away, until you stop it",
}


def of_scopes(scopes: Iterable[str]) -> set[str]:
    """Give the names of the claims that scopes stand for."""
    return {name for scope in scopes for name in SCOPES.get(scope, ())}


def about(account: Account, names: Iterable[str]) -> dict[str, Any]:
    """Give the claims of these names that are known of a person."""
    wanted = set(names)
    known: dict[str, Any] = {
        name: value for name, value in account.profile.items() if name in wanted & KNOWN
    }
    plain = {
        "name": account.name,
        "email": account.email,
        "locale": account.language,
        "updated_at": int(account.created.timestamp()),
        "identity_assurance": account.assurance,
    }
    known |= {name: value for name, value in plain.items() if name in wanted and value != ""}
    if "email_verified" in wanted:
        known["email_verified"] = _verified(account)
    if "identity_number" in wanted:
        living = PersonNumber.objects.filter(account=account, end=None).first()
        known |= {"identity_number": living.number} if living else {}
    if "organisations" in wanted:
        known["organisations"] = [_membership(one) for one in organisations.acting(account)]
    return known


def _membership(member: Membership) -> dict[str, str]:
    return {
        "code": member.organisation.code,
        "name": member.organisation.name,
        "capacity": member.capacity,
        "until": member.end.isoformat(),
    }


def _verified(account: Account) -> bool:
    return account.emailaddress_set.filter(  # type: ignore[attr-defined, no-any-return]  # allauth's
        email=account.email, verified=True
    ).exists()


def of_userinfo(authorisation: Authorisation) -> dict[str, Any]:
    """Give what the userinfo endpoint answers."""
    single = set(authorisation.claims.get("userinfo", ()))
    names = of_scopes(authorisation.scopes) | (single & of_scopes(authorisation.client.scopes))
    return {"sub": authorisation.subject, **about(authorisation.account, names)}


def of_id_token(authorisation: Authorisation, *, now: int) -> dict[str, Any]:
    """Give the claims of an ID token, without those that bind it to its answer."""
    named = about(authorisation.account, authorisation.claims.get("id_token", ()))
    sign_in = authorisation.sign_in
    return {
        **named,
        "iss": place.issuer(),
        "sub": authorisation.subject,
        "aud": authorisation.client.identifier,
        "iat": now,
        "exp": now + 600,
        "auth_time": int(authorisation.auth_time.timestamp()),
        "acr": levels.acr(authorisation.level),
        "amr": list(authorisation.amr),
        "identity_assurance": authorisation.account.assurance,
        **({"nonce": authorisation.nonce} if authorisation.nonce else {}),
        **({"sid": str(sign_in.sid)} if sign_in else {}),
    }
