"""Pages that all registers share: the desk, what an officer is doing, intake."""
