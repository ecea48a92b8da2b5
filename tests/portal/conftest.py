"""A server without sockets on a workspace of its own: a small invented country."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

if "DJANGO_SETTINGS_MODULE" not in os.environ:
    # Django reads its settings once a process: the first room's tests choose the folder.
    os.environ["SAOLA_HOME"] = tempfile.mkdtemp(prefix="saola-portal-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"

import django
from django.conf import settings
from django.test import Client

django.setup()

from saola.server import databases  # noqa: E402  (Django is set up above)

sys.path.insert(0, str(Path(__file__).parent))
import invented_country  # noqa: E402  (the file beside this one)


@pytest.fixture(scope="session")
def server() -> Path:
    """The workspace of a server whose tables are made."""
    databases.prepare(settings.HOME)
    return Path(settings.HOME)


@pytest.fixture(scope="session")
def country(server: Path) -> Path:
    """The workspace with the invented country in it."""
    if not (server / "frameworks" / "xsa-activity.toml").exists():
        invented_country.build(server)
    return server


@pytest.fixture
def client(server: Path) -> Client:  # noqa: ARG001  (it makes the tables)
    """A reader without a browser."""
    return Client(raise_request_exception=False, headers={"host": "localhost"})


@pytest.fixture
def reader(country: Path, client: Client) -> Client:  # noqa: ARG001  (it makes the country)
    """A reader of the invented country's pages."""
    return client
