"""Public pages: what the country's runs say, for everyone."""
