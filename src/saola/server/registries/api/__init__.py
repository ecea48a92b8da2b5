"""The GovStack Digital Registries API. Source: GovStack bb-digital-registries, API 1.3.0."""
