"""How django-allauth works here: what it logs, encrypts and where letters go."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from saola.language import text
from saola.server.identity import letters, limits, rights, sealing
from saola.server.identity import settings as chosen
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address a request came from."""
        return limits.address_of(request) or "0.0.0.0"  # noqa: S104  (a name for none)

    def pre_login(self, request: HttpRequest, user: Account, **facts: Any) -> HttpResponse | None:
        """Refuse a password where a task of the account forbids it, once it was right.

        Nobody learns from it whether an account exists, and a thief gains nothing.
        """
        ways = [one.get("method") for one in get_authentication_records(request, user)]
        by_password = ways[-1:] in (["password"], ["password_reset"])
        forbidding = chosen.SAOLA_PASSKEY_ONLY
        if by_password and rights.living(user).filter(task__in=forbidding).exists():
            record(
                "password-refused",
                account=user.pk,
                outcome="refused",
                address=limits.address_of(request),
            )
            clear_login(request)
            messages.error(request, text("Your tasks forbid a password. Use your passkey."))
            return HttpResponseRedirect(reverse("account_login"))
        answer: HttpResponse | None = super().pre_login(request, user, **facts)
        return answer

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the ways to sign in: allauth would ask for another password."""
        del request
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter in our words, once what it tells is written."""
        letters.ask(template_prefix, context, email)

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """List the ways to prove again who one is, the passkey first: it costs no recovery code."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(found, key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a failed sign-in under the account it was tried on, if there is one."""
        email = str(credentials.get("email", "")).lower()
        found = Account.objects.filter(email=email).values_list("pk", flat=True).first()
        record(
            "sign-in-refused",
            account=found,
            outcome="refused",
            address=limits.address_of(request),
            method="password",
        )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Authenticators: their secrets are stored encrypted."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return sealing.seal(text.encode(), "authenticators").decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return sealing.unseal(encrypted_text.encode(), "authenticators").decode()

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:  # noqa: A002
        """Propose a name for a passkey, which its person may change."""
        return text("Passkey {n}", n=1 + Authenticator.objects.filter(user=user, type=type).count())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name this service to passkeys: by the host of the issuer, whatever the request says."""
        host = urlsplit(chosen.SAOLA_ISSUER).hostname or "localhost"
        return {"id": host, "name": "Saola"}
