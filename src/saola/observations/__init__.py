"""The table of observations and the files it comes from and goes to."""

from saola.observations.store import Batch, append, batches, current, history, verify, withdraw
from saola.observations.table import CHECKS, KEY, SCHEMA, STATUS, TOTAL, breakdown, frame

__all__ = [
    "CHECKS",
    "KEY",
    "SCHEMA",
    "STATUS",
    "TOTAL",
    "Batch",
    "append",
    "batches",
    "breakdown",
    "current",
    "frame",
    "history",
    "verify",
    "withdraw",
]
