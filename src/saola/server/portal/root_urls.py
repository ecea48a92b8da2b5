"""Addresses without a language."""

from django.urls import path

from saola.server.portal import health

urlpatterns = [path("health", health.show, name="health")]
