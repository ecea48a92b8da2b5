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


class Permit(models.Model):
    """What a client may do in a registry, why, and on what ground; no permit, no access."""

    client = models.CharField(max_length=200)
    registry = models.ForeignKey(Registry, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    fields = models.JSONField(default=list)
    agency = models.CharField(max_length=100, default="")
    writes = models.BooleanField(default=False)

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
