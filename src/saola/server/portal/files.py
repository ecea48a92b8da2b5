"""A figure's numbers and drawing as files."""

import io
import json
from collections.abc import Callable

import polars as pl
import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse

from saola import language
from saola.charts import render
from saola.charts.palette import Theme, themed
from saola.formulas import defused
from saola.server.portal.cache import public
from saola.server.portal.figure import Figure, browser_spec, drawings, figure, signed
from saola.server.portal.view import view_of


def _table(found: Figure) -> pl.DataFrame:
    """Give the table with its origin on each row, so that no number travels without it."""
    origin = found.origin
    return found.chart.table.with_columns(origin=pl.lit(origin.kind), run=pl.lit(origin.run))


def _csv(found: Figure) -> bytes:
    return defused(_table(found)).write_csv().encode()


def _json(found: Figure) -> bytes:
    origin = found.origin
    body = {
        "title": found.chart.title,
        "finding": found.chart.finding,
        "language": found.chart.lang,
        "origin": origin.kind,
        "source": origin.source,
        "licence": origin.licence,
        "date": origin.date.isoformat(),
        "run": origin.run,
        "columns": dict(found.chart.headings),
        "rows": _finite(found.chart.table).to_dicts(),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _finite(frame: pl.DataFrame) -> pl.DataFrame:
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    return frame.with_columns(pl.col(floats).fill_nan(None)) if floats else frame


def _xlsx(found: Figure) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet(language.text("Data"))
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, found.chart.title, bold)
        sheet.write_string(1, 0, found.chart.finding)
        sheet.write_string(2, 0, found.origin.line)
        sheet.write_string(3, 0, language.text("Run {run}", run=found.origin.run))
        for place, heading in enumerate(found.headings):
            sheet.write_string(5, place, heading, bold)
        for line, row in enumerate(_finite(found.chart.table).iter_rows(), start=6):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(line, place, value)
        sheet.freeze_panes(6, 0)
        sheet.set_column(0, 0, 36)
    return stream.getvalue()


FORMS: dict[str, tuple[str, Callable[[Figure], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "svg": ("image/svg+xml", lambda found: render.kept(signed(found), drawings())),
    "png": ("image/png", lambda found: render.kept(signed(found), drawings(), "png")),
    "pdf": ("application/pdf", lambda found: render.kept(signed(found), drawings(), "pdf")),
}


@public
def send(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Send a figure in one form."""
    found = figure(name, view_of(request))
    if form == "vl.json":
        theme: Theme = "dark" if request.GET.get("theme") == "dark" else "light"
        body = themed(browser_spec(found, narrow="slim" in request.GET), theme)
        return HttpResponse(body, content_type="application/json")
    if form not in FORMS:
        raise Http404
    kind, make = FORMS[form]
    response = HttpResponse(make(found), content_type=kind)
    held = "inline" if form == "svg" else "attachment"
    response["Content-Disposition"] = f'{held}; filename="saola-{name}-{found.view.period}.{form}"'
    return response
