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
from served_site import Served, Watch, watched  # noqa: E402  (the files beside this one)
from visitors import Visitor, officer, visitor  # noqa: E402


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """A server of the invented country, and one that has nothing."""
    full, empty = tmp_path_factory.mktemp("full"), tmp_path_factory.mktemp("empty")
    invented_country.build(full / "home", communes=30)
    invented_plan.add(full / "home")
    both = [Served(full / "home"), Served(empty / "saola-home")]
    yield both[0].wait(), both[1].wait()
    for each in both:
        each.stop()


@pytest.fixture(scope="session")
def site(servers: tuple[Served, Served]) -> str:
    """The address of the invented country's site."""
    return servers[0].address


@pytest.fixture(scope="session")
def visitors(servers: tuple[Served, Served]) -> dict[str, Visitor]:
    """Anyone, an officer who may do everything, and anyone before a site without a run."""
    full, empty = servers
    runs = next((full.home / "results").glob("*/*/*/run.json")).parent.name
    facts = {"run": runs}
    cookies = officer(full.address, full.home)
    anyone = visitor(full.address, [], facts)
    signed = visitor(full.address, cookies, facts)
    early = visitor(empty.address, [], facts)
    # What everyone is shown, and what no run changes, needs no second look.
    more = [path for path in signed.pages if path not in anyone.pages]
    first = [path for path in early.pages if not path.startswith("account/")]
    return {
        "anyone": anyone,
        "officer": Visitor(full.address, cookies, ["", *more]),
        "nobody yet": Visitor(empty.address, [], first),
    }


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
