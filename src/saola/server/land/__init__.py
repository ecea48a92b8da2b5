"""The land register after ISO 19152: parties, rights, basic units, parcels, with history."""
