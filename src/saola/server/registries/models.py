# ruff: noqa: D106, DJ008  (Meta needs no words; rows are not shown by str)
"""Registries that agencies define: schema, entries, grants, and the log of every reading."""

import uuid
from typing import ClassVar

from django.db import models


class Registry(models.Model):
    """One version of one registry, defined by a JSON Schema."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    database = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    institution = models.CharField(max_length=200, default="")
    schema = models.JSONField(default=dict)
    modified = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code", "version"])]


class Entry(models.Model):
    """One entry: what the schema describes."""

    registry = models.ForeignKey(Registry, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subject = models.CharField(max_length=100, db_index=True)  # the value of ID
    content = models.JSONField(default=dict)


class Policy(models.Model):
    """A policy under which data are used: one version of it, at an address that stays."""

    name = models.CharField(max_length=200)
    version = models.CharField(max_length=20)
    url = models.URLField()
    jurisdiction = models.CharField(max_length=100, default="")
    retention_days = models.PositiveIntegerField(null=True)


class Agreement(models.Model):
    """A purpose that persons may consent to: who uses which fields for what."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT)
    version = models.CharField(max_length=20)
    controller = models.CharField(max_length=200)
    purpose = models.CharField(max_length=400)
    basis = models.CharField(max_length=40, default="consent")
    assessment = models.CharField(max_length=400, default="")
    fields = models.JSONField(default=list)
    active = models.BooleanField(default=True)


class Revision(models.Model):
    """What a policy or agreement said when it was published; never changed."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "object_id"])]


class Consented(models.Model):
    """A person's yes to one revision of an agreement, and when it was withdrawn."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT)
    subject = models.CharField(max_length=100, db_index=True)  # the personal number
    given = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "subject"],
                condition=models.Q(withdrawn=None),
                name="one_living_consent",
            )
        ]


class Permit(models.Model):
    """What a client may do in a registry, why, and on what ground; no permit, no access."""

    client = models.CharField(max_length=200)
    registry = models.ForeignKey(Registry, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    fields = models.JSONField(default=list)
    agency = models.CharField(max_length=100, default="")
    writes = models.BooleanField(default=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True)  # ask consent

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "registry"], name="one_permit_a_registry")
        ]


class Steward(models.Model):
    """A client that may define, change and delete registries."""

    client = models.CharField(max_length=200, unique=True)


class Usage(models.Model):
    """One processing of one subject's entry: what its subject may see."""

    database = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    entry = models.UUIDField()
    client = models.CharField(max_length=200)
    kind = models.CharField(max_length=8)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    fields = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "database"])]
