"""Who is the same person: names, numbers, and the linkage of records."""

from saola.linkage.engine import link
from saola.linkage.linkage import Linkage
from saola.linkage.model import LinkModel, load
from saola.linkage.scoring import Score, score

__all__ = ["LinkModel", "Linkage", "Score", "link", "load", "score"]
