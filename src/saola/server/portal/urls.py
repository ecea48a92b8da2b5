"""Addresses of the public pages, under the language."""

from django.urls import path

from saola.server.portal import (
    about,
    alone,
    certainty,
    compare,
    data,
    documents,
    files,
    gaps,
    glossary,
    home,
    indicator,
    map,  # noqa: A004  (the page's name)
    method,
    ranking,
    run,
    search,
    unit,
    why,
)

urlpatterns = [
    path("", home.show, name="home"),
    path("ranking/", ranking.show, name="ranking"),
    path("unit/<str:code>/", unit.show, name="unit"),
    path("unit/<str:code>.pdf", documents.unit_pdf, name="unit-pdf"),
    path("unit/<str:code>/why/", why.show, name="why"),
    path("uncertainty/", certainty.uncertainty, name="uncertainty"),
    path("uncertainty/audit.pdf", documents.audit_pdf, name="audit-pdf"),
    path("structure/", certainty.structure, name="structure"),
    path("compare/", compare.show, name="compare"),
    path("indicators/", indicator.index, name="indicators"),
    path("indicator/<str:code>/", indicator.show, name="indicator"),
    path("left-behind/", gaps.show, name="gaps"),
    path("map/", map.show, name="map"),
    path("method/", method.show, name="method"),
    path("data/", data.show, name="data"),
    path("glossary/", glossary.show, name="glossary"),
    path("search/", search.show, name="search"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("run/<str:code>/", run.show, name="run"),
    path("run/<str:code>.<str:form>", documents.run_file, name="run-file"),
    path("runs.atom", run.feed, name="feed"),
    path("figure/<slug:name>/", alone.show, name="figure"),
    path("figure/<slug:name>/correct/", alone.correct, name="correct"),
    path("figure/<slug:name>.<str:form>", files.send, name="figure-file"),
    path("embed/<slug:name>/", alone.embed, name="embed"),
]
