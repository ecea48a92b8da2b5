"""A server of sign-in, and its people, as the tests of its pages see it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext


@dataclass(frozen=True)
class Site:
    """A server of its own, for passkeys are tied to its name.

    Attributes:
        address: Where it answers.
        home: Its workspace.
        env: What its scripts need around them.
        sessions: A session of each of its people, by the first part of their address.
        pages: Addresses of pages that hold a number or handle.
    """

    address: str
    home: Path
    env: dict[str, str]
    sessions: dict[str, str]
    pages: dict[str, str]

    def script(self, code: str, *words: str) -> str:
        """Run a script inside the server's settings and give what it prints."""
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, env=self.env, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def enter(self, context: BrowserContext, who: str) -> None:
        """Give a browser the session of a person, or of nobody."""
        context.clear_cookies()
        if who:
            cookie: Any = {"name": "session", "value": self.sessions[who], "url": self.address}
            context.add_cookies([cookie])
