"""The consent page: in plain words, what a service will learn and do."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saola.server.headers import CSP, policy
from saola.server.identity import visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Client, Consent, SignIn
from saola.server.identity.provider import answer, claims, client_auth, subjects
from saola.server.identity.provider.asked import Unanswerable
from saola.server.identity.provider.authorize import (
    Inquiry,
    claims_of,
    inquire,
    issue,
    page_before,
    refused,
    send,
)
from saola.server.identity.provider.endpoint import note, once
from saola.server.identity.provider.refusal import Refusal


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask the person, or take the answer."""
    with transaction.atomic(using=router.db_for_write(Consent)):
        try:
            given = once(request.GET)
            client = client_auth.known(request, given.get("client_id", ""))
            if "request_uri" not in given:
                raise Unanswerable("invalid_request", "The request is not stored.")
            then = _take if request.method == "POST" else _ask
            return inquire(request, client, given, then)
        except Refusal as refusal:
            note(request, refusal)
            return refused(request, refusal)


def _visit(request: HttpRequest, inquiry: Inquiry) -> SignIn:
    visit = visits.of(request)
    parked = inquiry.parked
    if visit is None or parked is None or parked.opened_at is None:
        raise Unanswerable("access_denied", "Start again at the service.", kind="consent-refused")
    return visit


def _ask(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    visit = _visit(request, inquiry)
    page_first = page_before(visit, inquiry)
    if page_first is not None:
        return send(request, inquiry, page_first)
    facts = {
        "client": inquiry.client,
        "organisation": inquiry.client.organisation,
        "me": visit.account,
        "shared": [claims.SHARED[scope] for scope in inquiry.want.scopes],
        "single": sorted(claims_of(inquiry.want) - claims.of_scopes(inquiry.want.scopes)),
    }
    page = render(request, "identity/consent.html", facts)
    page[CSP] = policy(form_action=f"'self' {answer.origin_of(inquiry.want.redirect_uri)}")
    page["Cache-Control"] = "no-store"
    return page


def _take(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    visit = _visit(request, inquiry)
    if request.POST.get("answer") != "allow":
        raise Refusal("access_denied", "The person said no.", kind="consent-denied")
    page_first = page_before(visit, inquiry)
    if page_first is not None:
        record(
            "proof-skipped",
            account=visit.account_id,
            client=inquiry.client.identifier,
            outcome="refused",
            page=page_first,
        )
        return send(request, inquiry, page_first)
    want = inquiry.want
    subject = remember(visit, inquiry.client, scopes=want.scopes, names=claims_of(want))
    return issue(request, inquiry, visit, subject)


def remember(
    visit: SignIn, client: Client, *, scopes: Iterable[str], names: Iterable[str] = ()
) -> str:
    """Keep the person's consent, and give the person's name for the client.

    Args:
        visit: The person's sign-in.
        client: Who was allowed.
        scopes: What for.
        names: Single claims besides.
    """
    subject = subjects.subject_of(visit.account, client)
    kept, _ = Consent.objects.get_or_create(
        account=visit.account, client=client, defaults={"subject": subject}
    )
    kept.scopes = sorted({*kept.scopes, *scopes})
    kept.claims = sorted({*kept.claims, *names})
    kept.given = timezone.now()
    kept.save()
    record(
        "consent-given",
        account=visit.account_id,
        client=client.identifier,
        scopes=list(kept.scopes),
        claims=list(kept.claims),
    )
    return subject
