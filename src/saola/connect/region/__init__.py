"""From inputs to a planning problem: places, candidate sites, links over terrain, hops, costs."""
