"""Composite indicators: impute, treat, normalise, weigh, aggregate, rank, uncertainty, explain."""
