"""What a person allowed a client, and the codes and tokens that follow from it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from saola.server.identity.models.account import Account
from saola.server.identity.models.client import Client
from saola.server.identity.models.signin import SignIn


class Consent(models.Model):
    """A person lets a client see these scopes and claims until he says otherwise."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="consents")
    client = models.ForeignKey(Client, models.CASCADE, related_name="consents")
    scopes = models.JSONField(default=list)
    claims = models.JSONField(default=list)
    given = models.DateTimeField(default=timezone.now)
    subject = models.CharField(max_length=64)

    class Meta:
        """One consent a person and client."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "client"], name="one_consent"),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Authorisation(models.Model):
    """One run of the code flow: its code until that is used, then the root of its tokens."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="authorisations")
    account = models.ForeignKey(Account, models.CASCADE, related_name="authorisations")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    claims = models.JSONField(default=dict)
    nonce = models.CharField(max_length=512, blank=True)
    level = models.PositiveSmallIntegerField()
    amr = models.JSONField(default=list)
    auth_time = models.DateTimeField()
    code = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  (unique or none)
    code_expires = models.DateTimeField(null=True)
    code_used = models.DateTimeField(null=True)
    redirect_uri = models.TextField(blank=True)
    challenge = models.CharField(max_length=128, blank=True)
    jkt = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"authorisation {self.pk}"


class Token(models.Model):
    """An access or refresh token, known by the hash of it alone."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=7, choices=[("access", "access"), ("refresh", "refresh")])
    client = models.ForeignKey(Client, models.CASCADE, related_name="tokens")
    authorisation = models.ForeignKey(
        Authorisation, models.CASCADE, null=True, related_name="tokens"
    )
    scopes = models.JSONField(default=list)
    jkt = models.CharField(max_length=64, blank=True)
    issued = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} token {self.pk}"
