"""A sign-in: one authenticated session of a person, and passkeys an officer looked at."""

import uuid

from allauth.mfa.models import Authenticator
from django.db import models
from django.utils import timezone

from saola.server.identity.levels import PLAYED
from saola.server.identity.models.account import Account


class SignIn(models.Model):
    """A session: when and how the person proved who he is; `sid` is what clients see."""

    sid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, db_index=True)
    level = models.PositiveSmallIntegerField()
    amr = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in {self.sid}"

    @property
    def played(self) -> bool:
        """Say whether it is a part of the demo that somebody plays: nobody proved anything."""
        return bool(self.amr == [PLAYED])

    def reaches(self, level: int) -> bool:
        """Say whether it opens what asks for a level; a part of the demo does, having none."""
        return self.played or self.level >= level


class BoundPasskey(models.Model):
    """An officer saw this passkey answer to the person's face or finger."""

    authenticator = models.OneToOneField(Authenticator, models.CASCADE, related_name="bound")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"passkey {self.authenticator_id}"
