# ruff: noqa: D106, DJ008  (Meta needs no words; rows are not shown by str)
"""What `saola demo` made: the accounts that are played, and what it put into the registers."""

from typing import ClassVar

from django.db import models

from saola.server.identity.models import Account


class Part(models.Model):
    """An account that a visitor of the demo may play."""

    code = models.CharField(max_length=20, unique=True)
    account = models.OneToOneField(Account, models.CASCADE, related_name="+")


class Filled(models.Model):
    """The first intake of a register: by it the register is known again as the demo's."""

    register = models.CharField(max_length=20)
    batch = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register"], name="demo_filled_once")
        ]
