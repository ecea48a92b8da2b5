"""Addresses without a language: the API for other systems."""

from django.urls import path

from saola.server.land.ogc import views

urlpatterns = [
    path("ogc/", views.landing, name="ogc"),
    path("ogc/api", views.api, name="ogc_api"),
    path("ogc/conformance", views.conformance, name="ogc_conformance"),
    path("ogc/collections", views.collections, name="ogc_collections"),
    path("ogc/collections/parcels", views.collection, name="ogc_parcels"),
    path("ogc/collections/parcels/items", views.items, name="ogc_items"),
    path("ogc/collections/parcels/items/<str:key>", views.item, name="ogc_item"),
]
