"""The population register as a Django app."""

from django.apps import AppConfig


class Population(AppConfig):
    """Persons, numbers, names, residences, households and their history."""

    name = "saola.server.population"
    label = "population"
