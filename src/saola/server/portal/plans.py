"""Plans of connection: which there are."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from saola.connect.published.kept import Kept, plans
from saola.server.portal.cache import public
from saola.server.portal.reading import Reader, reader


@public
def show(request: HttpRequest) -> HttpResponse:
    """List the plans of connection that the workspace holds."""
    found = [line(plan) for plan in listed(reader())]
    return render(request, "portal/plans.html", {"plans": found})


def listed(found: Reader) -> list[Kept]:
    """Give the plans of the workspace, the newest first."""
    workspace = found.workspace
    return found.once("plans", lambda: plans(workspace)) if workspace else []


def line(plan: Kept) -> dict[str, Any]:
    """Give what a list says of a plan."""
    told = plan.summary
    people = told["people"] or 1.0
    return {
        "id": plan.id,
        "name": plan.name,
        "before": told["before"] / people,
        "after": told["connected"] / people,
        "new": round(told["connected"] - told["before"]),
        "cost": told["cost"],
        "each": round(told["cost_a_person"]),
        "gap": told["gap"],
        "subsidy": told["subsidy"],
        "made": timezone.localdate(dt.datetime.fromisoformat(told["made"])),
        "synthetic": told["synthetic"],
    }
