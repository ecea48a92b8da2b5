"""Addresses of the demo's parts, under the language."""

from django.urls import path

from saola.server.demo import pages

urlpatterns = [
    path("demo/", pages.show, name="demo"),
    path("demo/leave/", pages.leave, name="demo_leave"),
]
