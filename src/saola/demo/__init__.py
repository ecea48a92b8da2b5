"""The invented country `XSA`: its places, its agencies and what they report.

    places ─▶ people ─▶ reports ─▶ observations, every one of them `synthetic`

Nothing here is real: names are made of invented syllables, the land lies in mid-ocean, and no real
unit ever gets a number from this package.
"""

from saola.demo.building import build, made
from saola.demo.country import CODE, Country, country
from saola.demo.editions import editions
from saola.demo.post import Reports
from saola.demo.reports import QUARTERS, reports

__all__ = [
    "CODE",
    "QUARTERS",
    "Country",
    "Reports",
    "build",
    "country",
    "editions",
    "made",
    "reports",
]
