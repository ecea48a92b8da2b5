"""Authorisation requests on their way: pushed or parked ones, and those of devices."""

from django.db import models
from django.utils import timezone

from saola.server.identity.models.account import Account
from saola.server.identity.models.client import Client
from saola.server.identity.models.signin import SignIn


class PushedRequest(models.Model):
    """The parameters of an authorisation request under a handle that only its sender knows."""

    handle = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    parameters = models.JSONField()
    pushed = models.BooleanField()
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request {self.pk}"


class DeviceRequest(models.Model):
    """A device without a browser waits for its person to say yes elsewhere."""

    device = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    interval = models.PositiveSmallIntegerField(default=5)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, null=True, related_name="+")
    denied = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"device request {self.pk}"
