"""Rights: one task, for one agency and one unit: asked for, approved by another, accepted."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from saola.server.identity.models.account import Account
from saola.server.identity.models.organisation import Organisation
from saola.server.identity.tasks import TASKS

__all__ = ["TASKS", "Invitation", "Right"]


class Right(models.Model):
    """What an account may do; `unit` is a unit code, or `*` for every unit of the agency.

    It counts once its holder accepted it: nobody gets a task, and with it somebody who may suspend
    the account, unasked. Who asks for a right of their own has accepted it.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="rights")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="rights")
    unit = models.CharField(max_length=40, default="*")
    task = models.CharField(max_length=20, choices=[(task, task) for task in TASKS])
    end = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Four eyes: nobody approves what he asked for, nor a right of his own."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | (
                    ~models.Q(approved_by=models.F("asked_by"))
                    & ~models.Q(approved_by=models.F("account"))
                ),
                name="right_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} may {self.task} for {self.organisation_id} in {self.unit}"

    @property
    def accepted(self) -> bool:
        """Say whether its holder said yes, or asked for it."""
        return self.accepted_at is not None or self.asked_by_id == self.account_id


class Invitation(models.Model):
    """An e-mail address is invited to a right, or to act for an organisation until `end`.

    At sign-up a right is asked for, which another administrator has to approve and the person to
    accept; to act for an organisation the person accepts on a page.
    """

    email = models.EmailField(db_index=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    unit = models.CharField(max_length=40, default="*")
    task = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    end = models.DateField(null=True, blank=True)
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"
