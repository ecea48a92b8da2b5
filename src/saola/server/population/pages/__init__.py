"""Pages of the population register: for clerks, auditors, and each person."""
