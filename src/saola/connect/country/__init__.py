"""A country as regions, each planned by itself and kept, then the joins across borders."""
