"""What a planner brings: tables and layers of all kinds, with what cannot be used set aside."""
