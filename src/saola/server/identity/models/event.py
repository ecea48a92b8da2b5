"""The audit log: events, their place in the tree, and signed checkpoints of it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """Something that happened, written in the transaction that made it happen.

    `seq` and `leaf` are given later by the sequencer. The leaf holds a salted commitment to
    `facts`: blanking `facts` and `salt` erases a person and leaves the tree whole.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=40, db_index=True)
    outcome = models.CharField(max_length=8, default="done")
    account = models.BigIntegerField(null=True, db_index=True)
    actor = models.BigIntegerField(null=True)
    client = models.CharField(max_length=64, blank=True, db_index=True)
    facts = models.JSONField(default=dict)
    salt = models.CharField(max_length=64)
    seq = models.BigIntegerField(null=True, unique=True)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        """Events that wait for their number are found by an index of their own."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"], condition=models.Q(seq__isnull=True), name="event_unsequenced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


class Head(models.Model):
    """The tree's size and frontier: enough to append without reading the leaves."""

    size = models.BigIntegerField(default=0)
    frontier = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"tree of {self.size}"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root."""

    size = models.BigIntegerField(unique=True)
    note = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
