# ruff: noqa: D106  (Meta needs no words; rows are not shown by str)
"""Tables that each register has for itself, so that one transaction holds rows and progress."""

from typing import ClassVar

from django.db import models


class Batch(models.Model):
    """One intake of one file."""

    class State(models.TextChoices):
        """How far a batch is."""

        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        UNDONE = "undone"

    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=400)
    who = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    mapping = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    aside = models.BigIntegerField(default=0)
    review = models.BigIntegerField(default=0)
    carried = models.BigIntegerField(default=0)  # accepted in the commune that took theirs whole
    invented = models.BooleanField(default=False)  # the file says so of its rows
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class SetAside(models.Model):
    """A row that was not accepted, whole, with the reasons: `aside`, or `review` by a person.

    Once it came back in a later batch it is `mended`, or `sent` where it was set aside again.
    """

    row = models.BigIntegerField()
    state = models.CharField(max_length=8)
    was = models.CharField(max_length=8, default="")  # the state before it came back
    again = models.BigIntegerField(null=True)  # the batch it came back in
    reasons = models.CharField(max_length=400)
    content = models.TextField()

    class Meta:
        abstract = True


class Dated(models.Model):
    """What held from one day to another, as the register knew it from one moment to another."""

    start = models.DateField(null=True)
    end = models.DateField(null=True)
    recorded = models.DateTimeField()
    superseded = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Counter(models.Model):
    """The next key of a table; taken in blocks inside the transaction that uses them."""

    name = models.CharField(max_length=20, primary_key=True)
    next = models.BigIntegerField(default=1)

    class Meta:
        abstract = True


class Late(models.Model):
    """An index put off while an empty register is filled, and how it is made."""

    name = models.CharField(max_length=100)
    definition = models.TextField()

    class Meta:
        abstract = True


class Access(models.Model):
    """Who read or wrote the record of a person, for whom, why, on what legal ground.

    An intake writes one row for the persons it made together: `first` to `last`.
    """

    first = models.BigIntegerField()
    last = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)
    who = models.CharField(max_length=200)
    agency = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    fields = models.CharField(max_length=400, default="")
    reference = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["last", "first"])]


class Scan(models.Model):
    """A scan of the paper that a record rests on; one withdrawn stays, with who and why.

    The file lies in the workspace under its digest; `name` is only what its sender called it.
    """

    record = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=4)  # pdf, jpg, png, tif: told by the first bytes
    size = models.BigIntegerField()
    name = models.CharField(max_length=100, default="")
    book = models.CharField(max_length=200, default="")
    page = models.CharField(max_length=40, default="")
    who = models.CharField(max_length=200)
    added = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["record"], name="%(class)s_of_%(app_label)s")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "sha256"],
                condition=models.Q(withdrawn=None),
                name="%(app_label)s_%(class)s_once",
            )
        ]


class Mark(models.Model):
    """What officers say of a record, or of a commune: `approved` by two, or to `rebuild`.

    A mark that is lifted stays, with who and why.
    """

    kind = models.CharField(max_length=8)
    record = models.BigIntegerField(null=True)  # none where a commune is meant
    commune = models.CharField(max_length=20, default="")
    book = models.CharField(max_length=200, default="")
    count = models.BigIntegerField(null=True)  # records in a book that have to be rebuilt
    reason = models.CharField(max_length=200, default="")
    who = models.CharField(max_length=200)
    account = models.BigIntegerField()
    at = models.DateTimeField()
    seconded_by = models.CharField(max_length=200, default="")
    second = models.BigIntegerField(null=True)
    seconded = models.DateTimeField(null=True)
    lifted = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, default="")
    lift_reason = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["record"], name="%(class)s_of_%(app_label)s")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(seconded_by=models.F("who"))
                & (models.Q(second=None) | ~models.Q(account=models.F("second"))),
                name="%(app_label)s_%(class)s_four_eyes",
            )
        ]
