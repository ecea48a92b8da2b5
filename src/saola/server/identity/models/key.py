"""Keys that sign tokens and checkpoints; the private part is stored encrypted."""

from django.db import models
from django.utils import timezone


class Key(models.Model):
    """A signing key: published before it signs, and still after it stopped."""

    kid = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=8)
    public = models.JSONField()
    private = models.BinaryField()
    created = models.DateTimeField(default=timezone.now)
    signs_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.algorithm} {self.kid}"
