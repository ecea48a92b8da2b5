"""Which technology brings every commune online at least cost."""
