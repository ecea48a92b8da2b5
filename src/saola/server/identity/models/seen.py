"""What was seen once and must not come again, and how often something failed."""

from typing import ClassVar

from django.db import models


class Seen(models.Model):
    """A proof or assertion that was used; it is refused until it would have expired anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest


class Attempt(models.Model):
    """Failures of one kind under one key (a client, an account, an address) in one window."""

    key = models.CharField(max_length=64)
    period = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One count a key and window."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "period"], name="one_count_a_window"),
        ]

    def __str__(self) -> str:
        return f"{self.count} attempts"
