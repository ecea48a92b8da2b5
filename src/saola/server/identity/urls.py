"""Addresses of sign-in, under the language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from saola.server.identity import passkeys
from saola.server.identity.pages import (
    approvals,
    clients,
    home,
    log,
    match,
    more,
    organisation,
    organisations,
    people,
    proof,
)
from saola.server.identity.provider import consent, device

View = Callable[..., HttpResponse]

passkeys.learn_once()


def _whole(view: View) -> View:
    """Run a view's POST in one transaction, so that the log holds what the tables hold."""

    @wraps(view)
    def in_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # allauth trusts a passkey's answer to be well formed; a forged one is not.
            if "credential" in request.POST:
                raise BadRequest from error
            raise

    return in_one


def _wrapped(
    patterns: list[URLPattern | URLResolver], prefix: str
) -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _wrapped(pattern.url_patterns, here)
        else:
            found.append(path(here, _whole(pattern.callback), name=pattern.name))
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", home.show, name="account_home"),
    path("account/signed-out/", home.signed_out, name="signed_out"),
    path("account/sign-ins/<uuid:sid>/end/", home.end, name="end_sign_in"),
    path("account/consents/<int:consent>/withdraw/", home.withdraw, name="withdraw"),
    path("account/tasks/<int:right>/", home.answer, name="answer_right"),
    path("account/number/", match.show, name="match"),
    path("account/more/", more.show, name="more"),
    path("account/log/", log.download, name="my_log"),
    path("account/consent/", consent.show, name="oidc_consent"),
    path("account/device/", device.show, name="device"),
    path("account/organisations/", organisations.show, name="organisations"),
    path("account/organisations/<int:organisation>/", organisation.show, name="organisation"),
    path(
        "account/organisations/<int:organisation>/members/<int:member>/",
        organisation.settle,
        name="settle_member",
    ),
    path(
        "account/organisations/<int:organisation>/invitations/<int:invitation>/",
        organisation.withdraw,
        name="withdraw_invitation",
    ),
    path(
        "account/organisations/invitations/<int:invitation>/",
        organisations.answer,
        name="answer_invitation",
    ),
    path(
        "account/organisations/members/<int:member>/leave/",
        organisations.leave,
        name="leave_organisation",
    ),
    path("account/organisations/approvals/", approvals.show, name="organisation_approvals"),
    path(
        "account/organisations/approvals/<int:organisation>/",
        approvals.settle,
        name="settle_organisation",
    ),
    path(
        "account/organisations/approvals/members/<int:member>/",
        approvals.settle_member,
        name="approve_officer",
    ),
    path("account/proof/", proof.show, name="proof"),
    path("account/people/", people.show, name="people"),
    path("account/people/<int:right>/", people.settle, name="settle_right"),
    path(
        "account/people/invitations/<int:invitation>/withdraw/",
        people.withdraw,
        name="withdraw_task_invitation",
    ),
    path("account/services/", clients.show, name="clients"),
    path("account/services/<int:client>/", clients.settle, name="settle_client"),
    path("account/audit/", log.show, name="audit"),
    *_wrapped(account_urls.urlpatterns, "account/"),
    *_wrapped(mfa_urls.urlpatterns, "account/2fa/"),
]
