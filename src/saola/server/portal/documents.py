"""Reports to take along: the profile of a unit and the report of a run, made once and kept."""

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from saola import language, reports
from saola.errors import InputError
from saola.frameworks.runs import Run
from saola.reports import files
from saola.server.portal import analysis, choices, later
from saola.server.portal.view import View, view_of
from saola.workspace import Workspace


def _subject(view: View, *, inputs: bool) -> reports.Subject:
    if view.reader.workspace is None:
        raise Http404
    return reports.subject(view.reader.workspace, run=view.run.id, inputs=inputs)


def _kept(run: Run, name: str, make: Callable[[], bytes]) -> bytes:
    """Make a document, or read it: a run never changes, nor does what is written of it."""
    file = Path(settings.HOME) / "cache" / "documents" / run.id / name
    if file.is_file():
        return file.read_bytes()
    made = make()
    with Workspace(Path(settings.HOME)).writing(file) as draft:
        draft.write_bytes(made)
    return made


def _sent(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def unit_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Send the profile of a unit as a tagged PDF."""
    view = view_of(request)
    unit = view.unit(code)
    name = f"saola-{unit.code}-{view.period}-{view.lang}.pdf"

    def make() -> bytes:
        return reports.unit_pdf(_subject(view, inputs=False), unit.code, view.lang)

    try:
        return _sent(_kept(view.run, name, make), files.MEDIA[".pdf"], name)
    except InputError as error:
        raise Http404 from error


def audit_pdf(request: HttpRequest) -> HttpResponse:
    """Send the statistical audit of the units that are ranked together as a tagged PDF.

    Where it takes longer than a moment, a page says so and looks again by itself.
    """
    view = view_of(request)
    if view.edition is None:
        raise Http404
    values = analysis.kept(view, "values")
    if values.is_empty():
        raise Http404
    among = re.sub(r"[^\w.-]", "-", analysis.among(view))
    name = f"saola-audit-{among}-{view.period}-{view.lang}.pdf"
    labels = dict(view.names.select("code", "label").iter_rows())

    def make() -> bytes:
        # The engine is loaded when the first audit is wanted: other pages only read.
        from saola.index.analysis import ROWS, kept_case  # noqa: PLC0415  (said above)
        from saola.index.audit import audit  # noqa: PLC0415  (said above)
        from saola.index.study import Sample  # noqa: PLC0415  (said above)
        from saola.reports.audit import audit_pdf as written  # noqa: PLC0415  (said above)

        case = kept_case(view.framework, values, labels)
        when = timezone.localtime(dt.datetime.fromisoformat(view.run.when))
        found = audit(*case, Sample(ROWS, view.run.seed or 1))
        return written(found, view.lang, when)

    def kept() -> bytes:
        with language.use(view.lang):
            return _kept(view.run, name, make)

    body = later.ready(f"{view.run.id}/{name}", kept)
    if body is not None:
        return _sent(body, files.MEDIA[".pdf"], name)
    facts = choices.context(view) | {"address": request.get_full_path()}
    waiting = render(request, "portal/later.html", facts, status=HTTPStatus.ACCEPTED)
    waiting["Refresh"] = str(later.AGAIN)
    waiting["Cache-Control"] = "no-store"
    return waiting


def run_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Send a run as PDF, workbook, SDMX or catalogue entry, by the ending of the address."""
    code, _, form = f"{code}.{form}".partition(".")  # an ending may have a dot: `sdmx.csv`
    kind = f".{form}"
    if kind not in files.KINDS:
        raise Http404
    query = request.GET.copy()
    query["run"] = code
    request.GET = query  # type: ignore[assignment]  # the address says what the query would
    view = view_of(request)
    name = f"saola-{view.framework.id}-{view.period}-{view.lang}{kind}"
    address = request.build_absolute_uri(reverse("run", args=[view.run.id])).rstrip("/")

    def make() -> bytes:
        subject = _subject(view, inputs=kind == ".xlsx")
        base = address if kind == ".jsonld" else f"urn:saola:run:{view.run.id}"
        publisher = view.reader.workspace.label if view.reader.workspace else {}
        return files.run_file(subject, kind, view.lang, base=base, publisher=publisher)

    # The entry of the catalogue names this server: it is not kept for others.
    body = make() if kind == ".jsonld" else _kept(view.run, name, make)
    return _sent(body, files.MEDIA[kind], name)
