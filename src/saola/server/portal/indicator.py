"""Indicators: the list, and one with its rule and its figures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from saola.frameworks import Framework, Indicator
from saola.server.portal import choices, plain
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.view import view_of


@public
@needs_run
def index(request: HttpRequest) -> HttpResponse:
    """List the indicators by pillar."""
    view = view_of(request)
    facts = {"pillars": outline(view.framework)}
    return render(request, "portal/indicators.html", choices.context(view) | facts)


def outline(framework: Framework) -> list[dict[str, Any]]:
    """Give the nodes that have indicators right below, with those indicators."""
    found = []
    for node in framework.nodes:
        own = [item for item in framework.children(node.id) if isinstance(item, Indicator)]
        if own:
            found.append({"node": node, "indicators": own})
    return found


@public
@needs_run
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator: what it counts, how it is scored, and everyone's figure."""
    view = view_of(request)
    if code not in view.framework.indicator_of:
        raise Http404
    view = view.asking(node=code)
    item = view.framework.indicator_of[code]
    facts = {
        "item": item,
        "name": view.framework.label_of(code),
        "rule": plain.sentences(view.framework, item.rule),
        "inputs": [view.framework.input_of[each] for each in item.rule.codes],
        "figure": figure("ranking", view),
        "trend": figure("trend", view),
        "parents": [view.framework.node_of[each] for each in item.parents],
    }
    return render(request, "portal/indicator.html", choices.context(view) | facts)
