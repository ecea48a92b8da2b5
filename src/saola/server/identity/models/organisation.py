"""Organisations and the persons who act for them."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from saola.server.identity.models.account import Account


class Organisation(models.Model):
    """An agency, a company or another body; `code` is its unit code where it has one.

    A person who will act for it asks for its account, an officer who saw the papers approves it;
    until then it is not active. Decree 69/2024 gives accounts of organisations no level. `keeps`
    says that its administrators may hand out the tasks that open national registers or the log.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    agency = models.BooleanField(default=False)
    keeps = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        """Four eyes: nobody approves the account of an organisation that he asked for."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(approved_by=models.F("asked_by")),
                name="organisation_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def waits(self) -> bool:
        """Say whether it was asked for and nobody has approved it yet."""
        return self.asked_by_id is not None and self.approved_at is None


class Membership(models.Model):
    """A person acts for an organisation, as its officer or by delegation, until a date.

    An officer is named by one person and approved by another; a delegate by one officer.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    capacity = models.CharField(
        max_length=10, choices=[("officer", "officer"), ("delegate", "delegate")]
    )
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    start = models.DateField()
    end = models.DateField()
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """It ends after it starts, and nobody approves whom he named, nor himself."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="member_dates"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    ~Q(approved_by=models.F("account"))
                    & (Q(given_by__isnull=True) | ~Q(approved_by=models.F("given_by")))
                ),
                name="member_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.organisation_id}"

    def holds(self, day: dt.date) -> bool:
        """Say whether the person acts for the organisation on a day."""
        settled = self.approved_at is not None and self.ended_at is None
        return settled and self.start <= day <= self.end
