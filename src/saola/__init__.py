"""Saola measures a country's digital transformation and plans how to leave no one offline."""

__version__ = "0.1.0"
