"""Radio: path loss, line of sight, rain, link budgets, capacity and coverage."""
