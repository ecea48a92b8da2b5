"""The report on data protection on a page, for auditors."""

import datetime as dt

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from saola.server.population import protection
from saola.server.population.record import READERS
from saola.server.registries import words
from saola.server.registries.desk import Desk, open_to


@require_GET
@open_to("population", fields={READERS})
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who used the register's data for what, without naming any person."""
    today = timezone.localdate()
    try:
        start = parse_date(request.GET.get("from", "")) or today - dt.timedelta(days=90)
        last = parse_date(request.GET.get("to", "")) or today
    except ValueError as error:
        raise BadRequest from error
    found = protection.report(start, last)
    uses = [words.use(desk.register, row) for row in found.uses]
    facts = {"desk": desk, "report": found, "uses": uses, "last": last}
    return render(request, "population/protection.html", facts)
