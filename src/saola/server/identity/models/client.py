"""A client: another service that signs people in here."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from saola.server.identity.models.account import Account
from saola.server.identity.models.organisation import Organisation

METHODS = ("private_key_jwt", "client_secret_basic", "client_secret_post", "none")


class Client(models.Model):
    """A service of an organisation, registered by one officer and approved by another.

    `fapi` demands what the FAPI 2.0 Security Profile does: pushed requests, sender-constrained
    tokens and `private_key_jwt`. `pkce` is off only for clients of the conformance tool.
    """

    identifier = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="clients")
    names = models.JSONField(default=dict)
    redirect_uris = models.JSONField(default=list)
    logout_uris = models.JSONField(default=list)
    grants = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    method = models.CharField(max_length=24, choices=[(name, name) for name in METHODS])
    secret = models.CharField(max_length=64, blank=True)
    keys = models.JSONField(default=dict, blank=True)
    keys_uri = models.URLField(blank=True)
    id_token_alg = models.CharField(max_length=8, default="ES256")
    userinfo_alg = models.CharField(max_length=8, blank=True)
    subjects = models.CharField(max_length=8, default="pairwise")
    sector = models.CharField(max_length=200, blank=True)
    fapi = models.BooleanField(default=True)
    pkce = models.BooleanField(default=True)
    dynamic = models.BooleanField(default=False)
    about = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        """Four eyes: the officer who registers a client does not approve it."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(asked_by__isnull=True)
                | ~models.Q(approved_by=models.F("asked_by")),
                name="client_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def works(self) -> bool:
        """Say whether the client may be used now."""
        return self.approved_at is not None and self.suspended_at is None
