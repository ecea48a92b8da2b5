"""Terrain: grids of heights, files, invented land, and profiles cut out of them."""

from saola.connect.terrain.files import (
    Window,
    extent,
    read_cover,
    read_geotiff,
    read_hgt,
    read_terrain,
    write_geotiff,
)
from saola.connect.terrain.grid import Terrain
from saola.connect.terrain.ground import ClutterClass, Ground, clutter_classes
from saola.connect.terrain.invented import Look, invented_ground, invented_terrain

__all__ = [
    "ClutterClass",
    "Ground",
    "Look",
    "Terrain",
    "Window",
    "clutter_classes",
    "extent",
    "invented_ground",
    "invented_terrain",
    "read_cover",
    "read_geotiff",
    "read_hgt",
    "read_terrain",
    "write_geotiff",
]
