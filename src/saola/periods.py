"""Years, half-years, quarters, months and survey editions."""
