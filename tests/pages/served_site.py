"""A site served by `saola serve`, and a page whose faults are noted."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

START_S = 240


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Served:
    """A workspace served by `saola serve` in a process of its own."""

    def __init__(self, home: Path, *, jobs: bool = False) -> None:
        self.home = home
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-c", "from saola.cli import main; main()"]
        # A folder that is named must hold a workspace; that of a first visit is not named.
        command += ["--home", str(home)] if home.exists() else []
        command += ["serve", "--port", str(self.port), *([] if jobs else ["--no-jobs"])]
        env = {**os.environ, "SAOLA_LOG": "WARNING"}
        env.pop("SAOLA_HOME", None)
        self.process = subprocess.Popen(command, env=env, cwd=home.parent)

    def wait(self) -> "Served":
        """Wait until it answers."""
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):  # noqa: S310  (our own)
                    return self
            except OSError:
                time.sleep(0.2)
        pytest.fail("the server did not answer in time")

    def stop(self) -> int:
        """Stop it as Ctrl-C does, and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


@dataclass
class Watch:
    """What went wrong in a page beside what the test looks at.

    Attributes:
        page: The page.
        faults: Violations of the policy, errors of scripts, requests to other sites.
    """

    page: Page
    faults: list[str] = field(default_factory=list)


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Run axe, which the page has loaded, and say what it found."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate(
        "options => axe.run(document, JSON.parse(options))", json.dumps(options)
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


_LISTEN = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""


def watched(context: BrowserContext, site: str) -> Watch:
    """Open a page whose faults are noted."""
    page = context.new_page()
    watch = Watch(page)
    page.add_init_script(_LISTEN)
    page.on("pageerror", lambda error: watch.faults.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: watch.faults.append(f"console: {said.text}") if said.type == "error" else None,
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((site, "data:", "blob:"))
            else watch.faults.append(f"request: {asked.url}")
        ),
    )
    return watch
