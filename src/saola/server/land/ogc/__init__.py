"""OGC API – Features, Part 1: what is public of the parcels, for other systems.

Public are shape, code and land type. Who holds a parcel is read under a grant alone, never here.

Source: OGC 17-069r4 (Core, GeoJSON); coordinates in CRS84.
"""
