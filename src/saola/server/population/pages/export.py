"""Copies of many records on pages: asked for by one officer, approved by another."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saola.errors import SaolaError
from saola.language import text
from saola.server.population import export, models, record, words
from saola.server.registries.desk import Desk, open_to

SHOWN = 50


@require_http_methods(["GET", "POST"])
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the copies asked for, and take a wish for one more."""
    if request.method == "POST":
        unit, fields = request.POST.get("unit", "").strip(), request.POST.getlist("fields")
        try:
            export.ask(desk.reader, desk.grant, unit=unit, fields=fields, now=timezone.now())
            messages.success(request, text("Another officer has to approve this copy."))
        except SaolaError as error:
            messages.error(request, error.message())
        return HttpResponseRedirect(reverse("exports"))
    every = models.Export.objects.using(record.DATABASE).order_by("-id")
    page = Paginator(every, SHOWN).get_page(request.GET.get("page"))
    facts = {
        "desk": desk,
        "fields": [(name, words.label(name)) for name in export.FIELDS],
        "page": page,
        "rows": [
            {"one": row, "said": ", ".join(words.label(name) for name in row.fields)}
            for row in page
        ],
    }
    return render(request, "population/exports.html", facts)


@require_POST
@open_to("population", fields=record.FIELDS, writes=True)
def approve(request: HttpRequest, desk: Desk, export_key: int) -> HttpResponse:
    """Approve a copy that another officer asked for; it is made and logged at once."""
    try:
        export.approve(
            export_key,
            grant=desk.grant,
            by=desk.reader,
            now=timezone.now(),
            home=settings.HOME,
        )
        messages.success(request, text("The copy is made."))
    except SaolaError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("exports"))


@require_GET
@open_to("population", fields=record.FIELDS, writes=True)
def download(request: HttpRequest, desk: Desk, export_key: int) -> HttpResponseBase:
    """Give the file of an approved copy to the officer who asked for it."""
    del request
    found = models.Export.objects.using(record.DATABASE).filter(
        pk=export_key, asker=desk.account.pk, approved__isnull=False
    )
    file = export.place(settings.HOME, export_key)
    if not found.exists() or not file.is_file():
        raise Http404
    answer = FileResponse(file.open("rb"), as_attachment=True, filename=file.name)
    answer["Cache-Control"] = "no-store"
    return answer
