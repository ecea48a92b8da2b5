"""How a site reaches the core: existing fibre, new fibre, microwave hops, satellite."""
