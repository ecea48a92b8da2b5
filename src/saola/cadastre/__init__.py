"""Parcels without a server: their code, their zones, and what is wrong with their shapes."""

from saola.cadastre.parcel_code import codes
from saola.cadastre.shapes import Shapes

__all__ = ["Shapes", "codes"]
