"""The table of observations and the files it comes from and goes to."""
