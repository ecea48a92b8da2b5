"""The OpenID provider, one file an endpoint. All its state is in the database."""
