"""Addresses of the land register's pages, under the language."""

from django.urls import path

from saola.server.land.pages import acts, communes, findings, map, parcel  # noqa: A004  (the page's name)

urlpatterns = [
    path("land/", communes.show, name="land"),
    path("land/findings/", findings.show, name="land_findings"),
    path("land/findings/findings.csv", findings.table, {"form": "csv"}, name="findings_csv"),
    path("land/findings/findings.xlsx", findings.table, {"form": "xlsx"}, name="findings_xlsx"),
    path("land/readers/", parcel.readers, name="land_readers"),
    path("land/commune/<str:commune>/", map.show, name="land_map"),
    path("land/parcel/<int:key>/", parcel.show, name="parcel"),
    path("land/parcel/<int:key>/<slug:kind>/", acts.show, name="parcel_act"),
]
