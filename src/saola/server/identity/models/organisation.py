"""Organisations and the persons who act for them."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from saola.server.identity.models.account import Account


class Organisation(models.Model):
    """An agency, a company or another body; `code` is its unit code where it has one."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    agency = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person acts for an organisation, as its officer or by delegation, until a date."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    capacity = models.CharField(
        max_length=10, choices=[("officer", "officer"), ("delegate", "delegate")]
    )
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    start = models.DateField()
    end = models.DateField()

    class Meta:
        """A membership is one person, one organisation, one capacity at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="member_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.organisation_id}"

    def holds(self, day: dt.date) -> bool:
        """Say whether the person acts for the organisation on a day."""
        return self.start <= day <= self.end
