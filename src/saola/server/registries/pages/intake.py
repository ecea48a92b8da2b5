"""Intake on pages: upload, say what the columns mean, watch, correct, undo."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saola import language
from saola.errors import SaolaError
from saola.language import text
from saola.server.identity.audit.record import record
from saola.server.languages import later as _
from saola.server.registries import another, fates, intake, jobs, trial, words
from saola.server.registries import aside as rows_aside
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.register import Register
from saola.server.registries.shared import Batch, SetAside

SHOWN = 100
TRIED = 1_000
LONGEST = 80  # letters of a cell; a shape has thousands
_KEY = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}")


class Upload(forms.Form):
    """A file to take in."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX, JSON Lines or Parquet, with a row of heads.")
    )


@require_http_methods(["GET", "POST"])
@open_to(writes=True, everywhere=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the intakes of a register, and take a file for one more."""
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        key = _keep(form.cleaned_data["file"])
        return HttpResponseRedirect(reverse("intake_map", args=[desk.register.name, key]))
    register = desk.register.make()
    batches = register.batch.objects.using(register.name).order_by("-id")
    page = Paginator(batches, SHOWN).get_page(request.GET.get("page"))
    told = fates.told(register.name, register.aside, [each.pk for each in page if _stands(each)])
    rows = [(each, told.get(each.pk, {})) for each in page]
    return render(request, "registries/intake.html", _facts(desk, form=form, page=page, rows=rows))


def _stands(batch: Batch) -> bool:
    """Tell whether rows of an intake may have become something: undone, none of it stands."""
    return batch.state != Batch.State.UNDONE and bool(batch.aside or batch.review)


def _facts(desk: Desk, **more: Any) -> dict[str, Any]:
    return {"desk": desk, "register": desk.register, **more}


def _uploads() -> Path:
    return Path(settings.HOME) / "files" / "intake" / "uploads"


def _keep(file: UploadedFile[Any]) -> str:
    """Keep an upload under a key of its own and its own name."""
    key = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
    folder = _uploads() / key
    folder.mkdir(parents=True, mode=0o700)
    name = Path(file.name or "file").name
    with (folder / name).open("wb") as stream:
        for chunk in file.chunks():
            stream.write(chunk)
    return key


def _kept(key: str) -> Path:
    found = list((_uploads() / key).glob("*")) if _KEY.fullmatch(key) else []
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "POST"])
@open_to(writes=True, everywhere=True)
def columns(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Ask what the columns of an uploaded file mean, try the first rows, and begin."""
    register, file = desk.register.make(), _kept(key)
    wanted = {
        field.name: request.POST[field.name]
        for field in register.fields
        if field.name in request.POST
    }
    facts = _facts(desk, file=file.name, key=key)
    try:
        tried = trial.attempt(
            register, file, home=settings.HOME, today=timezone.localdate(), given=wanted, rows=TRIED
        )
        if request.method == "POST" and "begin" in request.POST:
            meant = {each.name: tried.mapping.get(each.name, "") for each in register.fields}
            return _begin(desk, register, file, meant)
    except SaolaError as error:
        messages.error(request, error.message())
        return HttpResponseRedirect(reverse("intake", args=[desk.register.name]))
    asked = sorted(
        register.fields, key=lambda field: (not field.required, field.name not in tried.mapping)
    )
    facts |= {
        "tried": tried,
        "unused": _unused(tried),
        "corrects": ", ".join(map(str, tried.outcome.corrects)),
        "rows": [
            {
                "field": field,
                "label": words.label(desk.register, field.name),
                "head": tried.mapping.get(field.name, ""),
                "sample": tried.samples.get(tried.mapping.get(field.name, ""), ""),
            }
            for field in asked
        ],
        "reasons": _said(desk, tried.outcome.reasons),
    }
    return render(request, "registries/columns.html", facts)


def _unused(tried: trial.Trial) -> list[str]:
    """Name the columns that are not taken in; a correction's own tell what it corrects."""
    own = (*rows_aside.OWN, rows_aside.WHY, rows_aside.MEANT)
    known = {*tried.mapping.values(), *(own if tried.outcome.corrects else ())}
    return [head for head in tried.heads if head not in known]


def _begin(desk: Desk, register: Register, file: Path, wanted: dict[str, str]) -> HttpResponse:
    batch = intake.begin(
        register,
        file,
        home=settings.HOME,
        who=desk.account.email,
        now=timezone.now,
        resume=True,
        given=wanted,
    )
    jobs.take_in.enqueue(desk.register.name, batch.pk)
    return HttpResponseRedirect(reverse("intake_batch", args=[desk.register.name, batch.pk]))


def _said(desk: Desk, reasons: Counter[str]) -> list[tuple[str, str, int]]:
    return [
        (code, words.reason(desk.register, code), count) for code, count in reasons.most_common()
    ]


@require_GET
@open_to(writes=True, everywhere=True)
def batch(request: HttpRequest, desk: Desk, batch: int) -> HttpResponse:
    """Show how far an intake is, its counts, and the rows that were set aside."""
    register = desk.register.make()
    found = _batch(register, batch)
    aside = register.aside.objects.using(register.name).filter(batch=batch).order_by("row")
    undone = found.state == Batch.State.UNDONE
    waiting = aside if undone else aside.filter(state__in=rows_aside.WAITING)
    counted: Counter[str] = Counter()
    alike = waiting.order_by().values_list("reasons").annotate(rows=Count("id"))
    for reasons, rows_alike in alike:
        counted.update(dict.fromkeys(reasons.split(), rows_alike))
    asked = request.GET.get("reason", "")
    chosen = waiting.filter(reasons__contains=asked) if asked else aside
    page = Paginator(chosen, SHOWN).get_page(request.GET.get("page"))
    rows = [_shown(desk, found, row) for row in page]
    _tell_meant(register, batch, rows)
    told = fates.told(register.name, register.aside, [batch] if _stands(found) else [])
    if rows:
        record("rows-seen", account=desk.account.pk, register=desk.register.name, batch=batch)
    facts = _facts(
        desk, batch=found, page=page, rows=rows, asked=asked, reasons=_said(desk, counted)
    )
    facts |= {"told": told.get(batch, {}), "undone": undone}
    return render(request, "registries/batch.html", facts | _pace(found))


def _shown(desk: Desk, batch: Batch, row: SetAside) -> dict[str, Any]:
    """Say why a row waits: the cells at fault, then the whole row; what a cell means in words."""
    codes, cells_of = row.reasons.split(), json.loads(row.content)
    faulty = {code.rpartition("-")[0] for code in codes}
    meant = {head: name for name, head in batch.mapping.items()}
    cells = [
        {
            "label": words.label(desk.register, meant.get(head, head)),
            "value": said if len(said) <= LONGEST else f"{said[:LONGEST]}…",
            "faulty": meant.get(head, head) in faulty,
        }
        for head, said in ((head, said or "") for head, said in cells_of.items())
        if head != rows_aside.WHY
        if said or meant.get(head, head) in faulty
    ]
    return {
        "row": row.row,
        "state": row.state,
        "again": row.again,
        "codes": codes,
        "reasons": [_why(desk, batch, code, cells_of) for code in codes],
        "faulty": [cell for cell in cells if cell["faulty"]],
        "cells": cells,
    }


def _tell_meant(register: Register, batch: int, rows: list[dict[str, Any]]) -> None:
    """Say of rows with the items of another record what stood in the row that they named."""
    told = [row["row"] for row in rows if another.CODE in row["codes"]]
    said = another.meant(register, batch, told) if told else {}
    for row in rows:
        row["meant"] = said.get(row["row"], "")


def _why(desk: Desk, batch: Batch, code: str, cells: Mapping[str, Any]) -> str:
    head = batch.mapping.get(code.rpartition("-")[0], "")
    return words.reason(
        desk.register, code, rows_aside.cell_of(cells, head), today=timezone.localdate()
    )


def _batch(register: Register, key: int) -> Batch:
    found: Batch | None = register.batch.objects.using(register.name).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _pace(batch: Batch) -> dict[str, Any]:
    """Give rate and time left of a running intake."""
    seconds = max((timezone.now() - batch.started).total_seconds(), 1e-3)
    rate = batch.read / seconds
    left = (batch.rows - batch.read) / rate if rate else None
    return {"rate": round(rate), "left": left and round(left)}


@require_GET
@open_to(writes=True, everywhere=True)
def aside(request: HttpRequest, desk: Desk, batch: int) -> HttpResponse:
    """Give the rows set aside as a file to be corrected and uploaded again."""
    register = desk.register.make()
    found = _batch(register, batch)
    if found.state == Batch.State.UNDONE:
        messages.error(request, text("This intake was undone: no row of it is to be corrected."))
        return HttpResponseRedirect(reverse("intake_batch", args=[desk.register.name, batch]))
    record("rows-given", account=desk.account.pk, register=desk.register.name, batch=batch)
    say = partial(words.reason, desk.register, today=timezone.localdate())
    frame = another.give(register, batch, say)
    answer = HttpResponse("\ufeff" + frame.write_csv(), content_type="text/csv; charset=utf-8")
    name = rows_aside.named(Path(found.source))
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{language.fold(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@open_to(writes=True, everywhere=True)
def act(request: HttpRequest, desk: Desk, batch: int) -> HttpResponse:
    """Stop an intake, go on with it, or take it back."""
    register = desk.register.make()
    _batch(register, batch)
    rows = register.batch.objects.using(register.name).filter(pk=batch)
    wish = request.POST.get("do", "")
    if wish == "pause":
        rows.filter(state=Batch.State.RUNNING).update(state=Batch.State.PAUSED)
    elif wish == "resume":
        unfinished = (Batch.State.RUNNING, Batch.State.PAUSED)
        if rows.filter(state__in=unfinished).update(state=Batch.State.RUNNING):
            jobs.take_in.enqueue(desk.register.name, batch)
    elif wish == "undo":
        try:
            intake.undo(register, batch, now=timezone.now)
            record("batch-undone", account=desk.account.pk, register=register.name, batch=batch)
            messages.success(request, text("Batch {batch} was undone.", batch=batch))
        except SaolaError as error:
            messages.error(request, error.message())
    return HttpResponseRedirect(reverse("intake_batch", args=[desk.register.name, batch]))
