"""The desk of an officer: signed in at level 2, with a grant, and saying what they look for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from saola.errors import InputError, StateError
from saola.server import faults
from saola.server.identity import visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, SignIn
from saola.server.registries import known, officers
from saola.server.registries.grants import EVERYWHERE, Grant, Reader
from saola.server.registries.when import When

LEVEL = 2
ERRAND = "errand"
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Desk:
    """Who works, for what, under which grant.

    Attributes:
        account: The officer.
        reader: What they may read at all.
        grant: What they may read and write for what they said they do.
        register: The register worked on.
    """

    account: Account
    reader: Reader
    grant: Grant
    register: known.Known

    def read(
        self,
        record: Callable[..., dict[str, Any]],
        key: int,
        fields: frozenset[str],
        when: When,
    ) -> dict[str, Any]:
        """Read a record; one out of reach looks as one that is not there.

        Args:
            record: The register's `record.read`.
            key: The record.
            fields: Which fields.
            when: Which state of it.

        Raises:
            Http404: If there is none, or the grant does not reach it.
        """
        purpose = self.grant.purpose
        try:
            return record(key, reader=self.reader, purpose=purpose, fields=fields, when=when)
        except (InputError, StateError) as error:
            raise Http404 from error


def open_to(
    register: str = "",
    *,
    fields: Iterable[str] = (),
    writes: bool = False,
    everywhere: bool = False,
) -> Callable[[View], View]:
    """Let only officers with a grant into a view; it gets their `Desk` after the request.

    Args:
        register: The register; by default that which the address names.
        fields: The fields the view cannot do without.
        writes: Whether it changes records.
        everywhere: Whether it works on records of any unit, which a right for one does not reach.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
            visit = visits.of(request, played=True)
            here = urlencode({"next": request.get_full_path()})
            if visit is None:
                return HttpResponseRedirect(f"{reverse('account_login')}?{here}")
            found = known.get(register or named.pop("register"))
            errand = said(request)
            reader = officers.reader(visit.account, found.package, reference=errand["reference"])
            fit = [
                grant
                for grant in reader.grants
                if _does(grant, fields, writes=writes)
                and (grant.units == EVERYWHERE or not everywhere)
            ]
            if not fit:
                return refused(request, visit, found)
            if not visit.reaches(LEVEL):
                return HttpResponseRedirect(f"{reverse('more')}?{here}")
            purpose = errand["purpose"]
            if not reader.reference or purpose not in {grant.purpose for grant in reader.grants}:
                return HttpResponseRedirect(f"{reverse('errand')}?{here}")
            grant = next((grant for grant in fit if grant.purpose == purpose), None)
            if grant is None:
                return _other_purpose(request, found, purpose, fit)
            desk = Desk(visit.account, reader, grant, found)
            try:
                answer = view(request, desk, **named)
            except Http404 as error:
                answer = _absent(request, desk, error)
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return guarded

    return wrap


def _does(grant: Grant, fields: Iterable[str], *, writes: bool) -> bool:
    return frozenset(fields) <= grant.fields and (grant.writes or not writes)


def refused(request: HttpRequest, visit: SignIn, found: known.Known) -> HttpResponse:
    """Refuse, keep in the audit log that it was tried, and show the way back."""
    record("right-missing", account=visit.account_id, outcome="refused", path=request.path)
    if faults.wants_json(request):
        return faults.refused(request)
    return render(request, "registries/refused.html", {"register": found}, status=403)


def _other_purpose(
    request: HttpRequest, found: known.Known, purpose: str, fit: list[Grant]
) -> HttpResponse:
    """Say for which purposes the officer may open a page, and offer them; nothing was tried."""
    if faults.wants_json(request):
        return faults.refused(request)
    facts = {
        "register": found,
        "purpose": purpose,
        "purposes": list(dict.fromkeys(grant.purpose for grant in fit)),
        "to": request.get_full_path() if request.method == "GET" else reverse("desk"),
    }
    return render(request, "registries/purpose.html", facts, status=403)


def _absent(request: HttpRequest, desk: Desk, error: Http404) -> HttpResponse:
    """Answer an address of a register that leads nowhere, with the way back to the register."""
    if faults.wants_json(request) or error.args:
        return faults.not_found(request, error)
    return render(request, "registries/absent.html", {"desk": desk}, status=404)


def say(request: HttpRequest, *, purpose: str, reference: str) -> None:
    """Keep what a person does, as long as the sign-in or the part lasts in which they say it."""
    told = {"purpose": purpose, "reference": reference, "sign-in": request.session[visits.KEY]}
    request.session[ERRAND] = told


def said(request: HttpRequest) -> dict[str, str]:
    """Give the purpose and the reference that were said; empty for none."""
    kept = request.session.get(ERRAND) or {}
    here = request.session.get(visits.KEY)
    own = kept if kept.get("sign-in", here) == here else {}
    return {name: str(own.get(name, "")) for name in ("purpose", "reference")}
