"""Addresses without a language."""

from django.urls import path

from saola.server.portal import health, run

urlpatterns = [
    path("health", health.show, name="health"),
    path("run/<str:code>/", run.bare, name="run-bare"),
]
