"""What the checks found and is still open, the gravest first."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from saola import language
from saola.formulas import defused
from saola.language import text
from saola.server.identity.audit.record import record as record_event
from saola.server.land import checked, record, words
from saola.server.land.models import Finding
from saola.server.land.pages.map import order
from saola.server.registries import communes
from saola.server.registries.desk import Desk, open_to

DATABASE = "land"
SHOWN = 100
SORTED = 10_000  # of more findings only the gravity orders: their numbers stand in another table
A_PART = 5_000
ROWS_A_SHEET = 2**20 - 1  # what a sheet of XLSX holds below its heads
BY = {  # columns by which the database orders; amounts within a rule, for their units differ
    "rule": ("grave",), "commune": ("commune",), "parcel": ("commune", "parcel_id"),
    "much": ("grave", "value"), "found": ("found",),
}  # fmt: skip
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = {
    "rule": pl.String, "finding": pl.String, "commune": pl.String, "parcel": pl.String,
    "other": pl.String, "value": pl.Float64, "x": pl.Float64, "y": pl.Float64, "found": pl.Date,
}  # fmt: skip
GRAVITY = {code: place for place, code in enumerate(words.RULES)}


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what the checks found and is still open, the gravest first, then by sheet and number."""
    asked, rows = _asked(request, desk)
    counts = dict(rows.values("rule").annotate(count=Count("id")).values_list("rule", "count"))
    rows = _of_rule(rows, asked["rule"])
    page = Paginator(_ordered(rows, desk, asked["sort"]), SHOWN).get_page(request.GET.get("page"))
    facts = {
        "desk": desk,
        "asked": asked,
        "rules": [(code, words.rule(code), counts[code]) for code in words.RULES if code in counts],
        "rows": _told(rows, list(page), desk),
        "page": page,
        "too_many": _too_many() if page.paginator.count > ROWS_A_SHEET else "",
        "query": urlencode({name: said for name, said in asked.items() if said}),
        "last": _last(desk, asked["commune"]),
        "unknown": _unknown(asked["commune"]),
    }
    return render(request, "land/findings.html", facts)


@require_GET
@open_to("land", fields={"holders"})
def table(request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    """Give the findings asked for as a file, in the order of the list; it names no person."""
    asked, rows = _asked(request, desk)
    rows = _of_rule(rows, asked["rule"])
    if form == "xlsx" and rows.count() > ROWS_A_SHEET:
        messages.error(request, _too_many())
        query = urlencode({name: said for name, said in asked.items() if said})
        return HttpResponseRedirect(f"{reverse('land_findings')}?{query}")
    keys = list(_ordered(rows, desk, asked["sort"]))
    parts = (keys[start : start + A_PART] for start in range(0, len(keys), A_PART))
    found = [_line(row) for part in parts for row in _told(rows, part, desk)]
    frame = pl.DataFrame(found, schema=COLUMNS, orient="row")
    record_event("list-given", account=desk.account.pk, register=DATABASE, rows=frame.height)
    file = BytesIO()
    if form == "xlsx":
        frame.write_excel(file)
    else:
        defused(frame).write_csv(file, include_bom=True)
    answer = HttpResponse(file.getvalue(), content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="findings.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _too_many() -> str:
    said = "More findings than an XLSX sheet holds ({most}): take the list as CSV."
    return text(said, most=language.number(ROWS_A_SHEET))


def _asked(request: HttpRequest, desk: Desk) -> tuple[dict[str, str], QuerySet[Finding]]:
    """Read what is asked for, and give the open findings of communes in reach."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("commune", "rule", "sort")}
    rows = record.findings(desk.grant)
    meant = communes.known().commune(asked["commune"])
    if len(meant) == 1:
        asked["commune"] = meant[0].code
    return asked, rows.filter(commune=asked["commune"]) if asked["commune"] else rows


def _of_rule(rows: QuerySet[Finding], rule: str) -> QuerySet[Finding]:
    return rows.filter(rule=rule) if rule in words.RULES else rows


def _told(rows: QuerySet[Finding], keys: list[int], desk: Desk) -> list[dict[str, Any]]:
    """Say findings in words, with sheet and number of their parcels."""
    shown = rows.in_bulk(keys)
    listed = [shown[key] for key in keys if key in shown]
    parcels = (key for row in listed for key in (row.parcel_id, row.other) if key)
    numbered = record.numbered(parcels, desk.grant)
    return [words.finding(row, numbered) for row in listed]


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    found = row["finding"]
    place = (found.x and round(found.x, 2), found.y and round(found.y, 2))
    said = (found.rule, row["said"], found.commune, row["parcel"], row["other"])
    return (*said, found.value and round(found.value, 4), *place, timezone.localdate(found.found))


def _ordered(rows: QuerySet[Finding], desk: Desk, sort: str) -> Any:
    """Give the keys of findings in the order asked for."""
    column, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    few = rows.count() <= SORTED
    if few and (column == "parcel" or column not in BY):
        return _keys(rows, desk, by_parcel=column == "parcel", down=bool(sign))
    *before, last = BY.get(column, BY["rule"])
    places = [When(rule=code, then=Value(place)) for code, place in GRAVITY.items()]
    grave = Case(*places, default=Value(len(GRAVITY)), output_field=IntegerField())
    order_ = (*before, f"{sign}{last}", "commune", "pk")
    return rows.annotate(grave=grave).order_by(*order_).values_list("pk", flat=True)


def _keys(rows: QuerySet[Finding], desk: Desk, *, by_parcel: bool, down: bool) -> list[int]:
    """Order few findings, in a commune by sheet and number; the gravest first, if not by parcel."""
    found = list(rows.values_list("rule", "commune", "parcel_id", "pk"))
    numbered = record.numbered((row[2] for row in found), desk.grant)

    def place(row: tuple[str, str, int, int]) -> tuple[object, ...]:
        sheet, _slash, number = numbered.get(row[2], "").partition("/")
        grave = 0 if by_parcel else GRAVITY.get(row[0], len(GRAVITY))
        return grave, row[1], order(sheet), order(number), row[3]

    return [row[-1] for row in sorted(found, key=place, reverse=by_parcel and down)]


def _unknown(commune: str) -> bool:
    """Say whether what was asked for names no commune, or several."""
    known = communes.known()
    return bool(commune and known) and len(known.commune(commune)) != 1


def _last(desk: Desk, commune: str) -> dt.datetime | None:
    """Give the last check of the commune, or of any in reach."""
    every = checked.last(Path(settings.HOME))
    fit = [at for key, at in every.items() if desk.grant.reaches(key) and commune in ("", key)]
    return max(fit, default=None)
