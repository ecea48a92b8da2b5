"""Transactions as forms: what happened to a parcel, from which day, on which document."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import shapely
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saola.cadastre import shares
from saola.errors import InputError, SaolaError
from saola.language import text
from saola.server.land import parties, record, transactions, uploads, words
from saola.server.land.models import Version
from saola.server.land.pages.communes import DATABASE, LIVING
from saola.server.land.pages.parcel import around
from saola.server.land.transactions import splitting
from saola.server.languages import later as _
from saola.server.registries.act import Act
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.when import When

FIELDS = frozenset({"holders", "burdens"})
_KIND = [
    ("person", _("Person")),
    ("household", _("Household")),
    ("organisation", _("Organisation")),
    ("community", _("Community")),
]


class Happening(forms.Form):
    """What every transaction has: the day from which it holds and the document it rests on."""

    day = forms.DateField(
        label=_("From which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=_("Document or decision"), max_length=200)

    def know(self, found: dict[str, Any]) -> None:
        """Take what the parcel is into the form's choices."""


class _Choosing(Happening):
    """A transaction that chooses one of what lies on the unit."""

    chooses = ""

    def know(self, found: dict[str, Any]) -> None:
        """Offer the holders, or the mortgages."""
        field = self.fields[self.chooses]
        if not isinstance(field, forms.ChoiceField):
            return
        if self.chooses == "giver":
            held = [(row["party"], row["share"]) for row in found["holders"]]
            field.choices = [(party.pk, f"{party.name} ({share})") for party, share in held]
        else:
            burdens = [each for each in found["burdens"] if each.kind == "mortgage"]
            field.choices = [(each.pk, words.burden(each)) for each in burdens]


class _Other(forms.Form):
    """The other party of a transaction."""

    name = forms.CharField(label=_("Name of the other party"), max_length=200)
    number = forms.CharField(label=_("Personal number or tax code"), max_length=14, required=False)
    kind = forms.ChoiceField(label=_("Kind of party"), choices=_KIND)


class Transfer(_Other, _Choosing):
    """A transfer."""

    chooses = "giver"
    giver = forms.TypedChoiceField(label=_("Who passes on"), coerce=int)
    share = forms.CharField(
        label=_("Share of the whole right"),
        max_length=20,
        help_text=_("A fraction such as 1/2; 1 for the whole."),
    )
    serial = forms.CharField(label=_("New certificate, if any"), max_length=20, required=False)
    field_order = ("day", "reason", "giver", "name", "number", "kind", "share", "serial")

    def clean_share(self) -> Fraction:
        """Read the fraction."""
        found = shares.read(str(self.cleaned_data["share"]))
        if found is None or len(found) != 1:
            raise forms.ValidationError(text("Write a fraction such as 1/2."))
        return found[0]


class Split(Happening):
    """A split."""

    line = forms.CharField(
        label=_("Line of the cut"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Points in metres of the zone, east (Y) before north (X): Y X, Y X … from outside to "
            "outside. North before east, as certificates have it, is understood too."
        ),
    )
    file = forms.FileField(
        label=_("Or a file with the parts"),
        required=False,
        help_text=_("GeoJSON, GeoPackage, zipped Shapefile, DXF, or CSV with a column of WKT."),
    )


class Merge(Happening):
    """A merge."""

    others = forms.CharField(
        label=_("The other parcels"),
        max_length=400,
        help_text=_("Their numbers on the same sheet, with commas between them."),
    )


class Mortgage(_Other, Happening):
    """A mortgage."""

    amount = forms.DecimalField(
        label=_("Amount in VND, if known"), required=False, max_digits=18, decimal_places=2
    )
    field_order = ("day", "reason", "name", "number", "kind", "amount")


class Discharge(_Choosing):
    """A mortgage discharged."""

    chooses = "mortgage"
    mortgage = forms.TypedChoiceField(label=_("Which mortgage"), coerce=int)


class Correction(Happening):
    """A correction of what was recorded wrongly."""

    sheet = forms.CharField(label=_("Map sheet"), max_length=20)
    number = forms.CharField(label=_("Parcel number"), max_length=20)
    land_type = forms.CharField(label=_("Land type"), max_length=20)
    documented = forms.FloatField(label=_("Documented area in m²"), required=False)
    file = forms.FileField(label=_("File with the right shape, if it was wrong"), required=False)

    def know(self, found: dict[str, Any]) -> None:
        """Show what is recorded."""
        for name in ("sheet", "number", "land_type", "documented"):
            self.fields[name].initial = getattr(found["version"], name)


Facts = dict[str, Any]


def _party(facts: Facts) -> int:
    return parties.known(facts["name"], number=facts["number"], kind=facts["kind"])


def _transfer(version: Version, act: Act, facts: Facts) -> int:
    takers = {_party(facts): facts["share"]}
    key = version.parcel_id
    transactions.transfer(key, act, giver=facts["giver"], takers=takers, serial=facts["serial"])
    return key


def _split(version: Version, act: Act, facts: Facts) -> int:
    if facts["file"]:
        parts = uploads.shapes(facts["file"], epsg=version.epsg)
    else:
        whole = shapely.from_wkb(bytes(version.geometry))
        parts = splitting.cut(whole, _across(whole, uploads.line(facts["line"])))
    return transactions.split(version.parcel_id, act, parts=parts)[0]


def _across(whole: Any, line: Any) -> Any:
    """Give the line, turned where only north before east meets the parcel."""
    turned = shapely.transform(line, lambda xy: xy[:, ::-1])
    only_turned = shapely.intersects(whole, turned) and not shapely.intersects(whole, line)
    return turned if only_turned else line


def _merge(version: Version, act: Act, facts: Facts) -> int:
    keys = [version.parcel_id]
    for number in str(facts["others"]).replace(";", ",").split(","):
        older = f"{version.commune}/{version.sheet}/{number.strip()}"
        row = Version.objects.using(DATABASE).filter(key=older, **LIVING).first()
        if row is None:
            raise InputError("parcel-absent", found=older)
        keys.append(row.parcel_id)
    return transactions.merge(keys, act)


def _mortgage(version: Version, act: Act, facts: Facts) -> int:
    transactions.mortgage(version.parcel_id, act, lender=_party(facts), amount=facts["amount"])
    return version.parcel_id


def _discharge(version: Version, act: Act, facts: Facts) -> int:
    transactions.discharge(version.parcel_id, act, mortgage=facts["mortgage"])
    return version.parcel_id


def _correct(version: Version, act: Act, facts: Facts) -> int:
    given = facts.pop("file")
    shape = uploads.shapes(given, epsg=version.epsg, one=True)[0] if given else None
    transactions.correct(version.parcel_id, act, shape=shape, **facts)
    return version.parcel_id


Doing = Callable[[Version, Act, Facts], int]
ACTS: dict[str, tuple[type[Happening], Doing]] = {
    "transfer": (Transfer, _transfer),
    "split": (Split, _split),
    "merge": (Merge, _merge),
    "mortgage": (Mortgage, _mortgage),
    "discharge": (Discharge, _discharge),
    "correction": (Correction, _correct),
}


@require_http_methods(["GET", "POST"])
@open_to("land", fields=FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk, key: int, kind: str) -> HttpResponse:
    """Ask for a transaction's facts and record it; the form says what stands against it."""
    if kind not in ACTS:
        raise Http404
    found = desk.read(record.read, key, FIELDS, When(timezone.now()))
    made, do = ACTS[kind]
    form = made(request.POST or None, request.FILES or None)
    form.know(found)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        act = Act(
            who=desk.account.email,
            day=facts.pop("day"),
            now=timezone.now(),
            reason=facts.pop("reason"),
            agency=desk.grant.agency,
            ground=desk.grant.ground,
            account=desk.account.pk,
        )
        try:
            to = do(found["version"], act, facts)
            messages.success(request, text("It is recorded."))
            return HttpResponseRedirect(reverse("parcel", args=[to]))
        except SaolaError as error:
            form.add_error(None, error.message())
    facts = {
        "desk": desk,
        "form": form,
        "said": words.transaction(kind),
        "map": around(found["version"]),
        "corners": _corners(found["version"]) if kind == "split" else "",
        **found,
    }
    return render(request, "land/act.html", facts)


def _corners(version: Version) -> str:
    """Write a parcel's corners as the form's line is written."""
    xy = shapely.get_coordinates(shapely.from_wkb(bytes(version.geometry)))
    return ", ".join(f"{x:.3f} {y:.3f}" for x, y in xy.tolist())
