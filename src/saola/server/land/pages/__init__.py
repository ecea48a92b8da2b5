"""Pages of the land register, for officers: communes, maps, parcels, findings, transactions."""
