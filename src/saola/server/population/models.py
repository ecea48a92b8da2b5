# ruff: noqa: D106, DJ001, DJ008  (Meta needs no words; null is "not known", empty is "none"; rows are not shown by str)
"""The tables of the population register.

A person is an internal key; numbers, names, residences and memberships are dated attributes
that end and never vanish. `recorded` is when the register learnt a thing, `start` and `end` when
it held.

Source: Law 26/2023/QH15 Art. 9 (items in brackets).
"""

from typing import ClassVar

from django.db import models

from saola.server.registries import shared


class Batch(shared.Batch):
    """One intake of persons."""


class SetAside(shared.SetAside):
    """A row of an intake that waits for correction or review."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE)


class Access(shared.Access):
    """Who read or wrote a person's record."""


class Scan(shared.Scan):
    """A scan of the paper that a person's record rests on."""

    class Meta(shared.Scan.Meta):
        """The same indexes."""


class Mark(shared.Mark):
    """What officers say of a person's record, or of a commune's."""

    class Meta(shared.Mark.Meta):
        """The same constraints."""


class Person(models.Model):
    """A person as the register knows them now: items that hardly change."""

    id = models.BigIntegerField(primary_key=True)
    born = models.DateField(null=True)  # item 4
    sex = models.CharField(max_length=1)  # item 5
    birth_place = models.CharField(max_length=200, null=True)  # item 6
    birth_registration = models.CharField(max_length=200, null=True)  # item 7
    native_place = models.CharField(max_length=200, null=True)  # item 8
    ethnicity = models.CharField(max_length=60, null=True)  # item 9
    religion = models.CharField(max_length=60, null=True)  # item 10
    nationality = models.CharField(max_length=60, null=True)  # item 11
    blood = models.CharField(max_length=3, null=True)  # item 12
    card = models.CharField(max_length=200, null=True)  # item 14
    absence = models.CharField(max_length=200, null=True)  # item 19
    marital = models.CharField(max_length=20, null=True)  # item 21
    died = models.DateField(null=True)  # item 24
    phone = models.CharField(max_length=40, null=True)  # item 25
    email = models.CharField(max_length=200, null=True)  # item 25
    other = models.CharField(max_length=400, null=True)  # item 26
    # No constraint: a trigger a row is a fifth of an intake's work, and batches are never deleted.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, db_constraint=False)
    merged = models.BigIntegerField(null=True)  # the record kept instead of this one


class _Dated(shared.Dated):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False)

    class Meta:
        abstract = True


class Number(_Dated):
    """A number a person bears or bore: `personal` (item 3), `old` (item 13)."""

    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=12)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["value"])]


class Name(_Dated):
    """A name: `birth` (item 1) or `other` (item 2).

    `folded`, `tokens` and `home` serve search: an officer's right may reach one commune, and the
    country has hundreds of thousands of namesakes.
    """

    kind = models.CharField(max_length=8)
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)
    tokens = models.CharField(max_length=200)  # folded, in alphabetical order
    home = models.CharField(max_length=20, null=True)  # where the person lives permanently now

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["home", "folded"],
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                name="name_home",
            ),
            models.Index(fields=["folded"], opclasses=["varchar_pattern_ops"], name="name_folded"),
            models.Index(fields=["tokens"], name="name_tokens"),
        ]


class Residence(_Dated):
    """Where a person is: `permanent` (item 16), `temporary` (17), `current` (18)."""

    kind = models.CharField(max_length=9)
    commune = models.CharField(max_length=20)
    address = models.CharField(max_length=200, null=True)


class Household(models.Model):
    """Who lives as one household, by its residence file number (item 20)."""

    id = models.BigIntegerField(primary_key=True)
    file = models.CharField(max_length=40)
    commune = models.CharField(max_length=20)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, db_constraint=False)

    class Meta:
        # Not `unique=True`: on PostgreSQL that makes a second index, for LIKE, which nobody asks.
        constraints: ClassVar = [models.UniqueConstraint(fields=["file"], name="a_file_once")]


class Member(_Dated):
    """A member of a household and the relation to its head (items 22, 23)."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, db_constraint=False)
    relation = models.CharField(max_length=40, null=True)


class Relative(_Dated):
    """A parent, spouse, child or representative (item 15), by name and number where known."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=12, null=True)


class Event(models.Model):
    """What changed a record: effective day, moment recorded, reason and the changes themselves."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False)
    kind = models.CharField(max_length=12)
    effective = models.DateField(null=True)
    recorded = models.DateTimeField()
    who = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, default="")
    changes = models.TextField(default="{}")
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False
    )


class Pair(models.Model):
    """Two records that may be one person: one clerk proposes to merge them, another confirms."""

    class State(models.TextChoices):
        """How far a pair is."""

        OPEN = "open"
        PROPOSED = "proposed"
        MERGED = "merged"
        APART = "apart"

    left = models.BigIntegerField()
    right = models.BigIntegerField()
    probability = models.FloatField()
    weight = models.FloatField()
    key = models.CharField(max_length=60, default="")
    found = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    keep = models.BigIntegerField(null=True)
    proposed_by = models.CharField(max_length=200, default="")
    proposer = models.BigIntegerField(null=True)  # accounts, for an address can change
    settler = models.BigIntegerField(null=True)
    settled_by = models.CharField(max_length=200, default="")
    settled = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="a_pair_once"),
            models.CheckConstraint(
                condition=~models.Q(state="merged")
                | (
                    ~models.Q(proposed_by=models.F("settled_by"))
                    & (models.Q(settler=None) | ~models.Q(proposer=models.F("settler")))
                ),
                name="merge_four_eyes",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-probability"], name="pairs_waiting")]


class Wish(models.Model):
    """A correction that a person asks for; a clerk answers it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False)
    field = models.CharField(max_length=20)
    wanted = models.CharField(max_length=200)
    reason = models.CharField(max_length=400, default="")
    asked = models.DateTimeField()
    state = models.CharField(max_length=8, default="open")  # open, done, refused
    answer = models.CharField(max_length=400, default="")
    answered = models.DateTimeField(null=True)


class Export(models.Model):
    """A copy of many records: one officer asks, another approves, the file is made then."""

    unit = models.CharField(max_length=40)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    agency = models.CharField(max_length=100)
    reference = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=200)
    asked = models.DateTimeField()
    approved_by = models.CharField(max_length=200, default="")
    asker = models.BigIntegerField(null=True)  # accounts, for an address can change
    approver = models.BigIntegerField(null=True)
    approved = models.DateTimeField(null=True)
    rows = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("asked_by"))
                & (models.Q(approver=None) | ~models.Q(asker=models.F("approver"))),
                name="export_four_eyes",
            )
        ]


class Late(shared.Late):
    """An index of these tables that a first fill put off."""


class Counter(shared.Counter):
    """The next key of a person or household."""
