"""Try the demo: one button a part. Where the door is shut there is no such page."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from saola.server.demo import door, parts, playing
from saola.server.demo.models import Part

View = Callable[[HttpRequest], HttpResponse]


def _at_the_door(view: View) -> View:
    """Let only those in who sit at the demo's own machine; nobody else learns of the page."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not door.is_open(request):
            raise Http404
        response = view(request)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


@require_http_methods(["GET", "POST"])
@_at_the_door
def show(request: HttpRequest) -> HttpResponse:
    """Offer the parts, and enter the one that was chosen."""
    if request.method == "POST":
        role = parts.role(request.POST.get("part", ""))
        made = Part.objects.select_related("account").filter(account__is_active=True)
        part = made.filter(code=role.code).first() if role else None
        if role is None or part is None:
            raise Http404
        playing.enter(request, role, part)
        return HttpResponseRedirect(reverse(role.to))
    held = dict(Part.objects.values_list("code", "account__name"))
    rows = [{"role": each, "name": held[each.code]} for each in parts.ROLES if each.code in held]
    return render(request, "demo/parts.html", {"rows": rows})


@require_POST
@_at_the_door
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the part."""
    playing.leave(request)
    return HttpResponseRedirect(reverse("demo"))
