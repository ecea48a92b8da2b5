"""Vega-Lite specifications, one file per chart; frames in, no rules."""
