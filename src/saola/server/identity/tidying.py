"""Forget what has expired, so that tables stay small."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone

from saola.server.identity import limits
from saola.server.identity.models import Authorisation, DeviceRequest, PushedRequest, Token
from saola.server.identity.provider import replay


def tidy(grace: dt.timedelta) -> dict[str, int]:
    """Drop expired rows; give how many of each.

    Args:
        grace: How long an expired row stays, so that its late use is still noticed.
    """
    before = timezone.now() - grace
    tokens = Token.objects.filter(expires__lt=before).delete()[0]
    roots = Authorisation.objects.filter(code_expires__lt=before, tokens=None).delete()[0]
    return {
        "proofs": replay.forget_expired(),
        "attempts": limits.forget_old(),
        "requests": PushedRequest.objects.filter(expires__lt=before).delete()[0],
        "device requests": DeviceRequest.objects.filter(expires__lt=before).delete()[0],
        "tokens": tokens,
        "authorisations": roots,
        "sessions": Session.objects.filter(expire_date__lt=before).delete()[0],
    }
