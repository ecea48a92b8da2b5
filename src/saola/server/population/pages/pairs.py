"""The queue of records that may be one person, and the two side by side."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from saola.errors import SaolaError
from saola.language import text
from saola.linkage import names
from saola.server.population import models, queues, record, review, search, words
from saola.server.population.pages.event import act_of
from saola.server.population.pages.person import within
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.places import with_parent

SHOWN = 50
LISTED = frozenset({"names", "born"})
COMPARED = (
    "born", "sex", "birth_place", "native_place", "ethnicity", "marital", "died", "phone", "email",
)  # fmt: skip


@require_GET
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the pairs that wait, the most probable first; everyone shown is logged."""
    state = request.GET.get("state", "open")
    pairs = queues.pairs(desk.grant)
    found = pairs.filter(state=state).order_by("-probability", "id")
    counts = {each: pairs.filter(state=each).count() for each in models.Pair.State.values}
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = _listed(desk, list(page))
    facts = {"desk": desk, "page": page, "rows": rows, "state": state, "counts": counts}
    return render(request, "population/pairs.html", facts)


def _listed(desk: Desk, pairs: list[models.Pair]) -> list[dict[str, Any]]:
    """Give the pairs with name and birth of both, and log that these were shown."""
    keys = dict.fromkeys(key for each in pairs for key in (each.left, each.right))
    seen = search.log(
        [search.Hit(person=key, text="", exact=False) for key in keys],
        reader=desk.reader,
        purpose=desk.grant.purpose,
        now=timezone.now(),
        fields=LISTED,
    )
    known = {found.person: found for found in search.told(seen, LISTED)}
    return [
        {"pair": each, "both": [(key, known.get(key)) for key in (each.left, each.right)]}
        for each in pairs
    ]


@require_http_methods(["GET", "POST"])
@open_to("population", fields=record.FIELDS, writes=True)
def pair(request: HttpRequest, desk: Desk, pair: int) -> HttpResponse:
    """Show two records side by side, and take the decision."""
    found = models.Pair.objects.using(record.DATABASE).filter(pk=pair).first()
    if found is None:
        raise Http404
    keys = [found.left, found.right]
    if request.method == "POST":
        try:
            within(desk, keys)
            _act(request, desk, found)
        except SaolaError as error:
            messages.error(request, error.message())
        return HttpResponseRedirect(reverse("pair", args=[pair]))
    when = record.When(timezone.now())
    both = [desk.read(record.read, key, record.FIELDS, when) for key in keys]
    facts = {
        "desk": desk,
        "pair": found,
        "rows": _rows(both),
        "mine": found.proposer == desk.account.pk,
        "keys": keys,
    }
    return render(request, "population/pair.html", facts)


def _act(request: HttpRequest, desk: Desk, found: models.Pair) -> None:
    wish, now = request.POST.get("do", ""), timezone.now()
    act = act_of(desk, timezone.localdate(now), desk.reader.reference)
    if wish in ("left", "right"):
        keep = found.left if wish == "left" else found.right
        account = desk.account
        review.propose(found.pk, keep=keep, who=account.email, account=account.pk)
        messages.success(request, text("Another clerk has to confirm the merge."))
    elif wish == "confirm":
        review.confirm(found.pk, act)
        messages.success(request, text("The records are merged."))
    elif wish == "apart":
        review.part(found.pk, act)
        messages.success(request, text("They stay two persons."))
    elif wish == "undo":
        review.undo(found.pk, act)
        messages.success(request, text("The merge was undone."))


def _rows(both: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the evidence side by side; where one differs only in tones that is said."""
    lists = ("names", "numbers", "residences", "relatives", "household")
    held = [(name, [_parts(name, each) for each in both]) for name in lists]
    held += [(name, [[words.shown(name, each[name])] for each in both]) for name in COMPARED]
    return [
        {
            "label": words.label(name),
            "values": ["; ".join(parts) for parts in pair],
            "level": level(*pair),
        }
        for name, pair in held
    ]


def _parts(name: str, found: dict[str, Any]) -> list[str]:
    part = {"names": "text", "numbers": "value", "relatives": "name", "household": "file"}
    if name == "residences":
        said = [
            ", ".join(filter(None, (row["address"], with_parent(row["commune"]))))
            for row in found[name]
        ]
    else:
        said = [str(row[part[name]]) for row in found[name]]
    return sorted(said)


def level(left: list[str], right: list[str]) -> str:
    """Say how alike the values of two records are; of several, one that both have counts."""
    if not any(left) or not any(right):
        return text("missing")
    first, second = ({names.standard(each).lower() for each in side} for side in (left, right))
    if first == second:
        return text("equal")
    if {names.folded(each) for each in left} == {names.folded(each) for each in right}:
        return text("equal but for marks")
    return text("one is equal") if first & second else text("different")
