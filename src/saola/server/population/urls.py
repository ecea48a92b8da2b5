"""Addresses of the population register, under the language."""

from django.urls import path

from saola.server.population.pages import (
    birth,
    event,
    export,
    find,
    mine,
    pairs,
    person,
    protection,
    wishes,
    withdraw,
)

urlpatterns = [
    path("population/", find.show, name="population"),
    path("population/birth/", birth.birth, name="birth"),
    path("population/readers/", person.readers, name="readers"),
    path("population/pairs/", pairs.show, name="pairs"),
    path("population/pairs/<int:pair>/", pairs.pair, name="pair"),
    path("population/corrections/", wishes.show, name="wishes"),
    path("population/corrections/<int:wish>/", wishes.answer, name="wish"),
    path("population/exports/", export.show, name="exports"),
    path("population/exports/<int:export_key>/approve/", export.approve, name="export_approve"),
    path("population/exports/<int:export_key>/file/", export.download, name="export_file"),
    path("population/protection/", protection.show, name="protection"),
    path("population/<int:key>/", person.show, name="person"),
    path("population/<int:key>/withdraw/", withdraw.show, name="withdraw"),
    path("population/<int:key>/<str:kind>/", event.show, name="event"),
    path("my-data/", mine.show, name="my_data"),
    path("my-data/consents/<int:agreement>/", mine.agree, name="my_consent"),
    path("my-data/correct/", mine.correct, name="my_correction"),
]
