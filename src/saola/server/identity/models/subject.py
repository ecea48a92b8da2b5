"""The name under which one sector of clients knows a person."""

from typing import ClassVar

from django.db import models

from saola.server.identity.models.account import Account


class Subject(models.Model):
    """A random identifier per person and sector, so that agencies cannot join people."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="subjects")
    sector = models.CharField(max_length=200)
    value = models.CharField(max_length=64, unique=True)

    class Meta:
        """One subject a person and sector."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "sector"], name="one_subject_a_sector"),
        ]

    def __str__(self) -> str:
        return self.value
