"""The demo's registers: filled with invented people and parcels, and the parts a visitor plays."""
