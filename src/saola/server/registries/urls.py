"""Addresses of the registers' shared pages, under the language."""

from django.urls import path

from saola.server.registries.pages import communes, desk, intake, marks, scans

_AT = "registers/<str:register>/intake/"

urlpatterns = [
    path("registers/", desk.show, name="desk"),
    path("registers/errand/", desk.errand, name="errand"),
    path("registers/<str:register>/communes/", communes.show, name="communes"),
    path(_AT, intake.show, name="intake"),
    path(f"{_AT}columns/<str:key>/", intake.columns, name="intake_map"),
    path(f"{_AT}<int:batch>/", intake.batch, name="intake_batch"),
    path(f"{_AT}<int:batch>/aside.csv", intake.aside, name="intake_aside"),
    path(f"{_AT}<int:batch>/act/", intake.act, name="intake_act"),
    path("registers/<str:register>/progress/", marks.progress, name="register_progress"),
    path("registers/<str:register>/record/<int:key>/mark/", marks.mark, name="record_mark"),
    path("registers/<str:register>/record/<int:key>/scan/", scans.attach, name="scan_attach"),
    path("registers/<str:register>/scan/<int:scan>/", scans.file, name="scan_file"),
    path(
        "registers/<str:register>/scan/<int:scan>/withdraw/", scans.withdraw, name="scan_withdraw"
    ),
]
