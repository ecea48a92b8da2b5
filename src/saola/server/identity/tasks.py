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
