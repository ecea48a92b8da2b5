"""Names and persons: who is the same person."""
