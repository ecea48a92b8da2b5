"""Reports to take along: the profile of a unit and the report of a run, made once and kept."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from saola import reports
from saola.errors import InputError
from saola.frameworks.runs import Run
from saola.server.portal.view import View, view_of

_PDF = "application/pdf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_bytes(made)
    draft.replace(file)
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
        return _sent(_kept(view.run, name, make), _PDF, name)
    except InputError as error:
        raise Http404 from error


def run_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Send the report of a run as a tagged PDF, or all of it as a workbook."""
    query = request.GET.copy()
    query["run"] = code
    request.GET = query  # type: ignore[assignment]  # the address says what the query would
    view = view_of(request)
    name = f"saola-{view.framework.id}-{view.period}-{view.lang}.{form}"
    if form == "pdf":
        body = _kept(
            view.run, name, lambda: reports.run_pdf(_subject(view, inputs=False), view.lang)
        )
        return _sent(body, _PDF, name)
    if form == "xlsx":
        body = _kept(
            view.run, name, lambda: reports.workbook(_subject(view, inputs=True), view.lang)
        )
        return _sent(body, _XLSX, name)
    raise Http404
