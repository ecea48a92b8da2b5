"""Files too large for memory: the same pairs as of one piece, found a partition at a time."""

from saola.linkage.partitions.run import MOST_PARTS, link_files, parts_of
from saola.linkage.partitions.work import forget

__all__ = ["MOST_PARTS", "forget", "link_files", "parts_of"]
