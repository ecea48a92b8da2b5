"""Addresses of the public pages, under the language."""

from django.urls import path

from saola.server.portal import home

urlpatterns = [path("", home.show, name="home")]
