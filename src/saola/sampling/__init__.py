"""Quasi-random designs, Sobol estimators, Monte Carlo error."""
