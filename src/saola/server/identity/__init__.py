"""Electronic authentication: accounts, assurance, the OpenID provider and the audit log."""
