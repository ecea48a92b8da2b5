"""An act of an officer on a record."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Act:
    """Who records what, when, for whom and why.

    Attributes:
        who: The officer.
        day: From when it holds.
        now: When it is recorded.
        reason: The document or decision it rests on.
        agency: The officer's agency.
        ground: The law.
        account: The key of the officer's account, by which two people are told apart: an address
            can change.
    """

    who: str
    day: dt.date
    now: dt.datetime
    reason: str = ""
    agency: str = ""
    ground: str = ""
    account: int | None = None

    @property
    def today(self) -> dt.date:
        """The day on which it is recorded, where the register is."""
        return timezone.localdate(self.now)
