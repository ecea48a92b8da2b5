"""What is assessed: countries, provinces, communes, ministries; names, parents, dates, lineage.

    files ──▶ Tables ──▶ Registry ──▶ unit · resolve · children · members · rebase · tiles

Shipped facts stand in `data/units/*.csv`; a workspace's own `units/*.csv` are read after them.
"""

from saola.units.lineage import Lineage
from saola.units.registry import Registry, registry
from saola.units.tables import Alias, Member, Tile
from saola.units.unit import Unit, invented

__all__ = ["Alias", "Lineage", "Member", "Registry", "Tile", "Unit", "invented", "registry"]
