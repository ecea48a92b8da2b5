"""One server, one browser, and a small invented country for all page tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "portal"))
sys.path.insert(0, str(HERE))
import invented_country  # noqa: E402  (the country that the portal's tests use)
import invented_plan  # noqa: E402
from served_site import Served, Watch, watched  # noqa: E402  (the file beside this one)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of a server of the invented country and of one that has nothing."""
    full, empty = tmp_path_factory.mktemp("full"), tmp_path_factory.mktemp("empty")
    invented_country.build(full / "home", communes=30)
    invented_plan.add(full / "home")
    both = [Served(full / "home"), Served(empty / "home")]
    yield both[0].wait().address, both[1].wait().address
    for each in both:
        each.stop()


@pytest.fixture(scope="session")
def site(servers: tuple[str, str]) -> str:
    """The address of the invented country's site."""
    return servers[0]


@pytest.fixture(scope="session")
def empty_site(servers: tuple[str, str]) -> str:
    """The address of a site without any run."""
    return servers[1]


@pytest.fixture
def watch(browser: Browser, site: str) -> Iterator[Watch]:
    """A page of the site in a fresh profile; the test fails if anything went wrong beside."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    context.set_default_timeout(15_000)
    made = watched(context, site)
    yield made
    made.faults += made.page.evaluate("window.__violations")
    context.close()
    assert [] == made.faults
