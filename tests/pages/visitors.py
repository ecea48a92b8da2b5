"""Who looks at the site, and which of its pages they are shown."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import addresses

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Visitor:
    """Someone before the site.

    Attributes:
        site: Its address.
        cookies: What their browser holds.
        pages: Paths, without the language, that answer them with a page.
    """

    site: str
    cookies: list[Any]
    pages: list[str]


def officer(site: str, home: Path) -> list[Any]:
    """Sign an officer in who may do everything; give the cookies."""
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_LOG": "ERROR"}
    command = [sys.executable, str(HERE / "officer.py")]
    said = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    return [{**json.loads(said), "url": site}]


def visitor(site: str, cookies: list[Any], facts: dict[str, str]) -> Visitor:
    """Find the pages that someone is shown.

    Args:
        site: The address.
        cookies: What their browser holds.
        facts: Codes that samples name in braces.
    """
    paths = [path.format_map(facts) for path in addresses.paths()]
    named = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    return Visitor(site, cookies, [path for path in paths if _is_page(site, path, named)])


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: a page that sends people elsewhere is not theirs to see."""


_OPENER = urllib.request.build_opener(_Stay)


def _is_page(site: str, path: str, cookies: str) -> bool:
    asked = urllib.request.Request(f"{site}/en/{path}", headers={"Cookie": cookies})  # noqa: S310
    try:
        with _OPENER.open(asked, timeout=30) as answer:
            return _html(answer.headers)
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        return path in addresses.ABSENT


def _html(headers: Message) -> bool:
    return headers.get_content_type() == "text/html"
