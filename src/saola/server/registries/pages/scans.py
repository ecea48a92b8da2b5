"""Scans on pages: attached to a record, opened and logged, withdrawn.

A file leaves the server as a download of its own kind in a sandbox, never as part of a page: a
scan from outside could otherwise run what somebody hid in it.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from saola.errors import SaolaError
from saola.language import text
from saola.server.headers import CSP
from saola.server.identity.audit.record import record as audit
from saola.server.languages import later as _
from saola.server.registries import access, scans
from saola.server.registries import records as every
from saola.server.registries.act import Act
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.records import Records
from saola.server.registries.when import When

NEEDED = frozenset({scans.FIELD})
OPENED = "scan"
SANDBOX = "sandbox; default-src 'none'"


class Upload(forms.Form):
    """A scan to attach."""

    file = forms.FileField(
        label=_("Scan"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.tif,.tiff"}),
        help_text=_("PDF, JPEG, PNG or TIFF, at most 20 MiB."),
    )
    book = forms.CharField(label=_("Book or file it is from"), max_length=200)
    page = forms.CharField(label=_("Page"), max_length=40, required=False)


def act_of(desk: Desk, records: Records, reason: str = "") -> Act:
    """Say who acts at a desk, now."""
    now = timezone.now()
    return Act(
        desk.account.email,
        timezone.localdate(now),
        now,
        reason=reason,
        agency=desk.grant.agency,
        ground=records.ground,
        account=desk.account.pk,
    )


@require_POST
@open_to(fields=NEEDED, writes=True)
def attach(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Attach an uploaded scan to a record."""
    records = every.open_for_writing(desk, key)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        wrong = {str(said) for errors in form.errors.values() for said in errors}
        messages.error(request, " ".join(sorted(wrong)))
        return _back(records, key)
    file, said = form.cleaned_data["file"], form.cleaned_data
    sheet = scans.Sheet(name=str(file.name), book=said["book"], page=said["page"])
    try:
        kept = scans.keep(settings.HOME, records.name, file.file, name=sheet.columns()["name"])
        scans.attach(records, key, kept, sheet, act_of(desk, records, sheet.columns()["book"]))
        messages.success(request, text("The scan is attached."))
    except SaolaError as error:
        messages.error(request, error.message())
    return _back(records, key)


def _back(records: Records, key: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(records.page, args=[key])}#scans")


@require_GET
@open_to(fields=NEEDED)
def file(request: HttpRequest, desk: Desk, scan: int) -> HttpResponseBase:
    """Give the file of a scan, and log it as a reading of the record."""
    del request
    records = every.get(desk.register)
    found = _scan(records, scan, withdrawn=None)
    _reading(desk, records, records.standing(found.record))
    place = scans.place(settings.HOME, records.name, found.sha256)
    if not place.is_file():
        raise Http404
    audit("scan-opened", account=desk.account.pk, register=records.name, scan=found.pk)
    answer = FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=f"{records.name}-{found.record}-{found.pk}.{found.kind}",
        content_type=scans.TYPES[found.kind],
    )
    answer[CSP] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def _scan(records: Records, key: int, **which: Any) -> Any:
    found = scans.table(records).filter(pk=key, **which).first()
    if found is None:
        raise Http404
    return found


def _reading(desk: Desk, records: Records, key: int) -> None:
    """Read the record's list of scans, which refuses what is out of reach, and log the opening.

    Raises:
        Http404: If the record is out of reach.
    """
    desk.read(records.read, key, NEEDED, When(timezone.now()))
    access.read(
        records.log.objects.using(records.name),
        records.subjects([key]),
        reader=desk.reader,
        grant=desk.grant,
        fields={OPENED},
        now=timezone.now(),
    )


@require_POST
@open_to(fields=NEEDED, writes=True)
def withdraw(request: HttpRequest, desk: Desk, scan: int) -> HttpResponse:
    """Withdraw a scan, with a reason; it stays in the list."""
    found = _scan(every.get(desk.register), scan)
    key = every.get(desk.register).standing(found.record)
    records = every.open_for_writing(desk, key)
    try:
        act = act_of(desk, records, request.POST.get("reason", ""))
        scans.withdraw(records, scan, act)
        messages.success(request, text("The scan is withdrawn."))
    except SaolaError as error:
        messages.error(request, error.message())
    return _back(records, key)
