"""The tree of an index as data, its scoring rules and the shipped catalogue."""
