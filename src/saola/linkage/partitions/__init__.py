"""Files too large for memory: the same pairs as of one piece, found a partition at a time."""

from saola.linkage.partitions.run import MOST_PARTS, link_files, parts_of

__all__ = ["MOST_PARTS", "link_files", "parts_of"]
