"""Plans that a workspace shows: kept as folders, told to the index as observations."""
