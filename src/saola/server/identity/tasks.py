"""The tasks that rights are for."""

TASKS = (
    "report",
    "verify",
    "approve",
    "publish",
    "clerk",
    "land",
    "proof",
    "clients",
    "auditor",
    "administrator",
)
# These open registers of the whole country, or the log: only agencies that keep them hand them out.
NATIONAL = frozenset({"clerk", "land", "proof", "auditor"})
