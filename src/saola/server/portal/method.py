"""The method page, written from the framework."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.frameworks import Framework
from saola.frameworks.tree import points_of
from saola.server.portal import choices, plain
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.indicator import outline
from saola.server.portal.view import view_of


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """Explain how the index is computed."""
    view = view_of(request)
    framework = view.framework
    pillars = [
        part
        | {"rules": [(item, plain.sentences(framework, item.rule)) for item in part["indicators"]]}
        for part in outline(framework)
    ]
    facts = {"framework": framework, "pillars": pillars, "weights": _weights(framework)}
    return render(request, "portal/method.html", choices.context(view) | facts)


def _weights(framework: Framework) -> list[dict[str, Any]]:
    """Give each part right below the index with its share of the points."""
    points = points_of(framework)
    place = {node.id: number for number, node in enumerate(framework.nodes)}
    whole = float(points[place[framework.root.id]].sum())
    rows = []
    for item in framework.children(framework.root.id):
        own = float(points[place[item.id]].sum()) if item.id in place else float(item.points or 0)
        share = own / whole if whole and item.scored else None
        rows.append(
            {"item": item, "label": framework.label_of(item.id), "points": own, "share": share}
        )
    return rows
