"""A person's account, the dated numbers it carries and how it was proofed."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

ASSURANCE = [(0, "self-asserted"), (1, "matched with a person source"), (2, "proofed in person")]


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **facts: object) -> "Account":
        """Make an account; without a password it signs in by passkey only."""
        account = self.model(email=self.normalize_email(email).lower(), **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who signs in.

    `assurance` is the level of Decree 69/2024: 1 self-registered and matched with a person
    source, 2 proofed in person; 0 is not matched yet. The key is a surrogate: e-mail address and
    12-digit number may change.
    """

    public = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="vi")
    assurance = models.PositiveSmallIntegerField(choices=ASSURANCE, default=0)
    profile = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    suspended_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class PersonNumber(models.Model):
    """A national number an account carries from one date to another; superseded ones stay."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="numbers")
    number = models.CharField(max_length=12, db_index=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)

    class Meta:
        """One living number an account and one living account a number."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(end__isnull=True), name="number_lives_once"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(end__isnull=True), name="account_has_one_number"
            ),
        ]

    def __str__(self) -> str:
        return f"number of {self.account_id}"


class Proofing(models.Model):
    """An officer saw the person and the document; makes an account level 2."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="proofings")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="proofings_made")
    document = models.CharField(max_length=30)
    document_digits = models.CharField(max_length=4)
    place = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"proofing {self.pk}"
