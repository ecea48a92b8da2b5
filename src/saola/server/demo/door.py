"""Who may play a part of the demo: somebody at this very machine, before a demo's own server.

A part is entered without any proof, so every condition is asked anew at each request, and each
alone shuts the door:

- the workspace is marked as a demo and its country is the invented one;
- its databases are its own files, and the first intake of each register is the one that filled
  the demo: neither a copied mark nor copied accounts open another register;
- the server listens on this machine alone, and nothing says that it serves others;
- the request comes from this machine, to a name of this machine, and passed no proxy.
"""

import os
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.http.request import split_domain_port

from saola.server.demo.models import Filled, Part
from saola.server.identity import settings as chosen
from saola.server.identity.models import SignIn
from saola.server.registries import known
from saola.workspace import SETTINGS, Workspace

COUNTRY = "XSA"  # that of `saola.demo`
HERE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
LISTENS = "SAOLA_LISTENS"  # set by `saola serve` alone, whatever stood there
# What proxies add to what they pass on.
FORWARDED = frozenset(
    {
        "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_CLIENT_IP",
        "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_FASTLY_CLIENT_IP",
        "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_X_ORIGINAL_HOST", "HTTP_X_ORIGINAL_URL",
    }
)  # fmt: skip


def is_open(request: HttpRequest) -> bool:
    """Say whether the parts of the demo may be entered by a request."""
    return from_here(request) and serves_here(os.environ) and is_demo(Path(settings.HOME))


def holds(request: HttpRequest, visit: SignIn) -> bool:
    """Say whether a part that was entered may still be played."""
    mine = Part.objects.filter(account=visit.account_id, account__is_active=True)
    return is_open(request) and mine.exists()


def from_here(request: HttpRequest) -> bool:
    """Say whether a request comes from this machine, to a name of it, and passed no proxy."""
    passed = any(name in FORWARDED or name.startswith("HTTP_X_FORWARDED") for name in request.META)
    host, _ = split_domain_port(request.get_host())
    return not passed and host in HERE and _loopback(str(request.META.get("REMOTE_ADDR", "")))


def _loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def serves_here(environment: Mapping[str, str]) -> bool:
    """Say whether the server listens on this machine alone and is not set up to serve others."""
    issuer = urlsplit(chosen.SAOLA_ISSUER).hostname or ""
    own: Any = settings.CONFIGURATION
    return (
        environment.get(LISTENS, "") in HERE
        and issuer in HERE
        and not (own.https or own.hosts or own.database or chosen.SAOLA_PROXIES)
    )


def is_demo(home: Path) -> bool:
    """Say whether a workspace is a demo whose registers are those that were filled with it."""
    if not (home / SETTINGS).is_file():
        return False
    workspace = Workspace.open(home)
    marked = bool(workspace.settings.get("demo")) and workspace.country == COUNTRY
    return marked and all(_filled(each, home) for each in known.every())


def _filled(each: known.Known, home: Path) -> bool:
    """Say whether a register lies in the workspace, and began with the demo's own intake."""
    file = Path(str(connections[each.name].settings_dict["NAME"]))
    if connections[each.name].vendor != "sqlite" or not file.is_relative_to(home):
        return False
    begun = each.make().batch.objects.using(each.name).order_by("pk").first()
    return (
        begun is not None
        and Filled.objects.filter(register=each.name, batch=begun.pk, sha256=begun.sha256).exists()
    )
