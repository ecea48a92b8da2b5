"""The table of observations and the files it comes from and goes to."""

from saola.observations.reading import Reading, read
from saola.observations.store import Batch, append, batches, current, history, verify, withdraw
from saola.observations.table import CHECKS, KEY, SCHEMA, STATUS, TOTAL, breakdown, frame
from saola.observations.writing import write

__all__ = [
    "CHECKS",
    "KEY",
    "SCHEMA",
    "STATUS",
    "TOTAL",
    "Batch",
    "Reading",
    "append",
    "batches",
    "breakdown",
    "current",
    "frame",
    "history",
    "read",
    "verify",
    "withdraw",
    "write",
]
