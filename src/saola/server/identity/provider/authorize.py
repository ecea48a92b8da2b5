"""The authorisation endpoint: who is it, is that proof enough, does the person agree.

Source: OpenID Connect Core 1.0, section 3.1.2; RFC 9126; RFC 9207; RFC 9700.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from saola.language import LANGUAGES
from saola.server.identity import visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Authorisation, Client, Consent, PushedRequest, SignIn
from saola.server.identity.provider import answer, asked, client_auth, jwt, par, place, subjects
from saola.server.identity.provider.asked import Asked, Unanswerable
from saola.server.identity.provider.endpoint import note, once
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest, fresh

CODE_LIFE = dt.timedelta(seconds=60)


_CONSENT = Prepared(
    lambda account, client: Consent.objects.filter(account_id=account, client_id=client), -71, -72
)


@dataclass(frozen=True)
class Inquiry:
    """A request at the authorisation endpoint.

    Attributes:
        client: Who asks.
        given: The parameters as they came, or as they were pushed.
        want: What they mean.
        parked: Where they are stored, if they are.
        uri: The `request_uri` of that.
    """

    client: Client
    given: Mapping[str, str]
    want: Asked
    parked: PushedRequest | None
    uri: str


@csrf_exempt
def show(request: HttpRequest) -> HttpResponse:
    """Answer an authorisation request."""
    with transaction.atomic(using=router.db_for_write(Authorisation)):
        try:
            return _answer(request)
        except Refusal as refusal:
            note(request, refusal)
            return refused(request, refusal)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Tell the person that a service sent a request which cannot be answered."""
    page = render(request, "identity/refused.html", {"refusal": refusal}, status=400)
    page["Cache-Control"] = "no-store"
    return page


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD", "POST"}:
        raise Unanswerable("invalid_request", "Use GET or POST.")
    given = once(request.POST if request.method == "POST" else request.GET)
    client = client_auth.known(request, given.get("client_id", ""))
    return inquire(request, client, given, _decide)


def inquire(
    request: HttpRequest,
    client: Client,
    given: Mapping[str, str],
    then: Callable[[HttpRequest, Inquiry], HttpResponse],
) -> HttpResponse:
    """Read a request and go on with it; what is wrong with it goes back to the client.

    Args:
        request: The browser's request.
        client: Who asks.
        given: The parameters.
        then: What to do with the inquiry.

    Raises:
        Refusal: If the answer must not be sent to the client.
    """
    uri = given.get("request_uri", "")
    parked = par.find(client, uri) if uri.startswith(par.URN) else None
    if uri.startswith(par.URN) and parked is None:
        raise Unanswerable(
            "invalid_request_uri", "The request has expired or was used.", kind="request-refused"
        )
    stored: Mapping[str, str] = parked.parameters if parked else given
    redirect = asked.redirect_of(client, stored)
    try:
        pushed = parked is not None and parked.pushed
        want = asked.read(client, stored, pushed=pushed)
        return then(request, Inquiry(client, stored, want, parked, uri))
    except Unanswerable:
        raise
    except Refusal as refusal:
        note(request, refusal)
        error = {"error": refusal.error}
        if refusal.said:
            error["error_description"] = refusal.said
        mode = "form_post" if stored.get("response_mode") == "form_post" else "query"
        return answer.back(request, redirect, error, mode=mode, state=stored.get("state", ""))


def _decide(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    visit = visits.of(request)
    page = page_before(visit, inquiry)
    consent = consent_of(visit, inquiry) if visit else None
    if page is None and (consent is None or inquiry.want.prompt & {"consent", "select_account"}):
        page = "consent"
    if visit is not None and consent is not None and page is None:
        return issue(request, inquiry, visit, consent.subject)
    if "none" in inquiry.want.prompt:
        error = "consent_required" if page == "consent" else "login_required"
        raise Refusal(error, kind="silent-refused")
    return send(request, inquiry, page or "login")


def page_before(visit: SignIn | None, inquiry: Inquiry) -> str | None:
    """Name the page the person must pass before consent: `login`, `again`, `more` or none."""
    want, parked = inquiry.want, inquiry.parked
    if visit is None:
        return "login"
    opened = parked.opened_at if parked else None
    proved_here = opened is not None and visit.at >= opened
    if not proved_here and ("login" in want.prompt or _too_old(visit, want)):
        return "again"
    if not _right_person(visit, inquiry):
        return "login" if "none" in want.prompt else "again"
    if visit.level >= want.level or (proved_here and not want.essential):
        return None
    if proved_here:
        raise Refusal("unmet_authentication_requirements", kind="level-refused")
    return "more"


def _too_old(visit: SignIn, want: Asked) -> bool:
    return want.max_age is not None and (timezone.now() - visit.at).total_seconds() > want.max_age


def _right_person(visit: SignIn, inquiry: Inquiry) -> bool:
    wanted = inquiry.want.subject
    hint = inquiry.given.get("id_token_hint", "")
    if hint:
        said = jwt.own(hint) or {}
        if said.get("aud") != inquiry.client.identifier:
            raise Refusal("invalid_request", "id_token_hint is not a token for this client.")
        wanted = wanted or str(said.get("sub"))
    if not wanted:
        return True
    good = wanted == subjects.subject_of(visit.account, inquiry.client)
    if not good and inquiry.parked is not None and inquiry.parked.opened_at is not None:
        raise Refusal("login_required", "Another person is signed in.", kind="person-refused")
    return good


def consent_of(visit: SignIn, inquiry: Inquiry) -> Consent | None:
    """Give the consent that covers an inquiry; None if the person must be asked."""
    found = _CONSENT.first(visit.account_id, inquiry.client.pk)
    if found is None or not set(inquiry.want.scopes) <= set(found.scopes):
        return None
    return found if claims_of(inquiry.want) <= set(found.claims) else None


def claims_of(want: Asked) -> set[str]:
    """Give the names of single claims that a request asks for."""
    return {name for names in want.claims.values() for name in names}


def send(request: HttpRequest, inquiry: Inquiry, page: str) -> HttpResponse:
    """Park the request and send the person to a page that comes back to it."""
    uri = inquiry.uri
    if inquiry.parked is None:
        uri = par.URN + par.keep(inquiry.client, inquiry.given, pushed=False)
    elif inquiry.parked.opened_at is None:
        now = timezone.now()
        inquiry.parked.opened_at = now
        inquiry.parked.expires = now + dt.timedelta(seconds=par.VISIT)
        inquiry.parked.save(update_fields=["opened_at", "expires"])
    query = urlencode({"client_id": inquiry.client.identifier, "request_uri": uri})
    request.session["return-origin"] = answer.origin_of(inquiry.want.redirect_uri)
    with translation.override(language_of(inquiry)):
        if page == "consent":
            return HttpResponseRedirect(f"{reverse('oidc_consent')}?{query}")
        here = f"{place.PATHS['authorization_endpoint']}?{query}"
        name = {"login": "account_login", "again": "account_reauthenticate"}.get(page, "more")
        facts = {"next": here}
        if inquiry.want.hint and page == "login":
            facts["login_hint"] = inquiry.want.hint
        return HttpResponseRedirect(f"{reverse(name)}?{urlencode(facts)}")


def language_of(inquiry: Inquiry) -> str:
    """Give the first language of `ui_locales` that we speak, else the one in use."""
    for tag in inquiry.given.get("ui_locales", "").split():
        if tag[:2].lower() in LANGUAGES:
            return tag[:2].lower()
    return translation.get_language() or "en"


def issue(request: HttpRequest, inquiry: Inquiry, visit: SignIn, subject: str) -> HttpResponse:
    """Give the client a code.

    Args:
        request: The browser's request.
        inquiry: What was asked.
        visit: The person's sign-in.
        subject: The person's name for this client.
    """
    want, now = inquiry.want, timezone.now()
    if inquiry.parked is not None:
        waiting = PushedRequest.objects.filter(pk=inquiry.parked.pk, used_at=None)
        if not waiting.update(used_at=now):
            raise Unanswerable(
                "invalid_request_uri", "The request was used.", kind="request-reused"
            )
    code = fresh()
    made = Authorisation.objects.create(
        client=inquiry.client,
        account=visit.account,
        sign_in=visit,
        subject=subject,
        scopes=list(want.scopes),
        claims=dict(want.claims),
        nonce=want.nonce,
        level=visit.level,
        amr=visit.amr,
        auth_time=visit.at,
        code=digest(code),
        code_expires=now + CODE_LIFE,
        redirect_uri=want.redirect_uri,
        challenge=want.challenge,
        jkt=want.jkt,
        created=now,
    )
    record(
        "authorised",
        account=visit.account_id,
        client=inquiry.client.identifier,
        authorisation=made.pk,
        scopes=list(want.scopes),
        level=visit.level,
        assurance=visit.account.assurance,
        sign_in=str(visit.sid),
    )
    return answer.back(request, want.redirect_uri, {"code": code}, mode=want.mode, state=want.state)
