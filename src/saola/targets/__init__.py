"""Commitments, forecast and what-if."""
