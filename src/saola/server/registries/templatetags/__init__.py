"""Words of the registers' templates."""
