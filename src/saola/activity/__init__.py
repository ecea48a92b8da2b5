"""Events of online services become observations."""
