# ruff: noqa: D106, DJ001, DJ008  (Meta needs no words; null is "not known", empty is "none"; rows are not shown by str)
"""The tables of the land register.

A basic unit is what one certificate covers; rights, restrictions and mortgages lie on it, parcels
belong to it. `recorded` and `superseded` say what the register knew when, `start` and `end` what
held when; nothing is overwritten.

Source: ISO 19152-1:2024 and 19152-2:2025 (LADM); class names in brackets.
"""

from typing import ClassVar

from django.db import models

from saola.server.registries import shared


class Batch(shared.Batch):
    """One intake of parcels."""


class SetAside(shared.SetAside):
    """A row of an intake that waits for correction or review."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE)


class Access(shared.Access):
    """Who read or wrote what a party holds; `first` to `last` are keys of parties."""


class Counter(shared.Counter):
    """The next key of a party, unit or parcel."""


class Scan(shared.Scan):
    """A scan of the paper that a parcel's record rests on."""

    class Meta(shared.Scan.Meta):
        """The same indexes."""


class Mark(shared.Mark):
    """What officers say of a parcel's record, or of a commune's."""

    class Meta(shared.Mark.Meta):
        """The same constraints."""


class Party(models.Model):
    """A person, household, organisation, community or the state [LA_Party]."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)
    number = models.CharField(max_length=14, null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["number"], name="party_number"),
            models.Index(fields=["folded"], name="party_folded"),
        ]


class Unit(models.Model):
    """What rights lie on as one [LA_BAUnit]."""

    id = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)


class Parcel(models.Model):
    """A parcel for good, and its code: minted once, kept for good [LA_SpatialUnit]."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12, default="")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code"], name="parcel_code")]


class Version(shared.Dated):
    """A parcel as it was for a time: shape, older key, land type, areas."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, db_constraint=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False)
    commune = models.CharField(max_length=20)
    sheet = models.CharField(max_length=20)
    number = models.CharField(max_length=20)
    key = models.CharField(max_length=64)  # commune/sheet/number, the older key
    land_type = models.CharField(max_length=20)
    land_list = models.CharField(max_length=20)  # the code list that the type is of
    documented = models.FloatField(null=True)  # m² on the certificate
    area = models.FloatField()  # m² of the shape, in the plane of its zone
    epsg = models.IntegerField()
    geometry = models.BinaryField()  # WKB, metres of the zone
    west = models.FloatField()  # the box in WGS 84
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key"], name="version_key"),
            models.Index(fields=["parcel"], name="version_parcel"),
            models.Index(fields=["commune", "id"], name="version_commune"),
            models.Index(fields=["west", "south"], name="version_box"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(superseded=None, end=None),
                name="one_living_key",
            )
        ]


class Right(shared.Dated):
    """A right, restriction, responsibility or mortgage on a unit [LA_RRR].

    The living rights of one unit of kind `right` have shares that add up to one.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, db_constraint=False, null=True)
    kind = models.CharField(max_length=14)  # right, restriction, responsibility, mortgage
    type = models.CharField(max_length=40)  # land-use, planning, road, fee, …
    share_n = models.BigIntegerField(default=1)
    share_d = models.BigIntegerField(default=1)
    until = models.DateField(null=True)  # the term
    origin = models.CharField(max_length=200, null=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="")


class Certificate(shared.Dated):
    """A certificate of a unit: its serial and its form's generation."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False)
    serial = models.CharField(max_length=20)
    generation = models.CharField(max_length=10)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["serial"], name="certificate_serial")]


class Transaction(models.Model):
    """What changed a unit: effective day, moment recorded, who, why, and the paper it rests on."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False)
    kind = models.CharField(max_length=12)
    effective = models.DateField(null=True)
    recorded = models.DateTimeField()
    who = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, default="")
    document = models.CharField(max_length=200, default="")  # [LA_AdministrativeSource]
    changes = models.TextField(default="{}")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)


class Lineage(models.Model):
    """Which parcel came of which, by a split or a merge."""

    parent = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="parents")
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT)


class Finding(models.Model):
    """What a check found in a parcel, and where; `cleared` once a later check finds it no more."""

    rule = models.CharField(max_length=20)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, db_constraint=False)
    other = models.BigIntegerField(null=True)
    value = models.FloatField(null=True)
    commune = models.CharField(max_length=20)
    epsg = models.IntegerField()
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    found = models.DateTimeField()
    cleared = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["commune", "rule"], name="finding_place")]
