"""Back off after failures, per account or client and per address, on every machine alike."""

import time
from collections.abc import Iterable

from django.db import connections, router
from django.http import HttpRequest

from saola.server.identity import settings as chosen
from saola.server.identity.models import Attempt
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest

WINDOW = 300  # seconds
OF_KEY = 10  # failures of one account or client in a window
OF_ADDRESS = 50  # failures from one address in a window


def address_of(request: HttpRequest) -> str:
    """Give the address a request came from."""
    proxies = chosen.SAOLA_PROXIES
    if proxies:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        return seen[-proxies].strip()[:45] if len(seen) >= proxies else ""
    return str(request.META.get("REMOTE_ADDR", ""))


def window() -> int:
    """Give the number of the window of time that now is in."""
    return int(time.time()) // WINDOW


def _keys(request: HttpRequest, key: str) -> dict[str, int]:
    return {
        digest(f"key {key}"): OF_KEY,
        digest(f"address {address_of(request)}"): OF_ADDRESS,
    }


def check(request: HttpRequest, key: str) -> None:
    """Let a request pass unless its key or address failed too often lately.

    Raises:
        Refusal: With status 429.
    """
    limits = _keys(request, key)
    period = window()
    found = Attempt.objects.filter(key__in=list(limits), period=period)
    over = [attempt.key for attempt in found if attempt.count >= limits[attempt.key]]
    if over:
        # The log says it once a window: a flood must not write one row a request.
        first = [name for name in over if within(f"told {name}", 1)]
        kind = "limit-reached" if first else ""
        raise Refusal("temporarily_unavailable", "Too many failures; wait.", status=429, kind=kind)


def within(key: str, most: int) -> bool:
    """Count one use, and say whether it is among the first of a window.

    Args:
        key: What is used, and by whom.
        most: How many uses a window has.
    """
    name, period = digest(f"use {key}"), window()
    _count([name], period)
    return Attempt.objects.get(key=name, period=period).count <= most


def failed(request: HttpRequest, key: str) -> None:
    """Count one failure for the key and the address of a request."""
    _count(_keys(request, key), window())


def _count(names: Iterable[str], period: int) -> None:
    table = Attempt._meta.db_table  # noqa: SLF001  (Django documents _meta)
    with connections[router.db_for_write(Attempt)].cursor() as cursor:
        for name in names:
            cursor.execute(
                f"INSERT INTO {table} (key, period, count) VALUES (%s, %s, 1) "  # noqa: S608
                f"ON CONFLICT (key, period) DO UPDATE SET count = {table}.count + 1",
                [name, period],
            )


def forget_old() -> int:
    """Drop counts of past windows; give how many."""
    past = window() - 1
    return Attempt.objects.filter(period__lt=past).delete()[0]
