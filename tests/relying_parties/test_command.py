"""The operator's commands on a running server."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("relying-parties")  # they share one server
SAOLA = str(Path(sys.executable).with_name("saola"))


def test_terminal_signs_in_by_device_flow(server: Any, walker: Any, tmp_path: Path) -> None:
    """`saola login` shows a code, waits for its person and keeps a token for its owner alone."""
    command = [SAOLA, "--home", str(tmp_path), "login", "--issuer", server.issuer]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as terminal:
        assert terminal.stderr
        said = terminal.stderr.readline()
        found = re.search(r"Open (\S+) and type (\S+)", said)
        assert found
        page = walker.walk(f"{found[1]}?user_code={found[2]}")
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        form = {name: hidden[name] for name in ("csrfmiddlewaretoken", "user_code")}
        walker.browser.post(page.url, data={**form, "answer": "allow"})
        terminal.wait(60)

    kept = tmp_path / "login.json"
    assert 0 == terminal.returncode
    assert "Bearer" == json.loads(kept.read_text())["token_type"]
    assert 0o600 == kept.stat().st_mode & 0o777


def test_log_leaves_the_server_and_is_checked_without_it(server: Any, tmp_path: Path) -> None:
    """Export, then verify with the published key; a changed leaf is an integrity error, code 5."""
    file = tmp_path / "log.jsonl"
    server.saola("log", "export", str(file))
    key = server.saola("log", "key").strip()

    verify = [SAOLA, "log", "verify", str(file), "--key", key, "--json"]
    good = subprocess.run(verify, capture_output=True, text=True, check=True)
    lines = file.read_text().splitlines()
    lines[1] = lines[1].replace('"done"', '"gone"')
    file.write_text("\n".join(lines) + "\n")
    bad = subprocess.run(verify, capture_output=True, text=True, check=False)

    verdict = json.loads(good.stdout)
    assert verdict["leaves"] == verdict["covered"] > 0
    assert verdict["trusted"] is True
    assert (5, True) == (bad.returncode, "log-root-differs" in bad.stderr)


def test_loopback_server_is_not_fit_for_people(server: Any) -> None:
    """`saola check` is silent, `--deploy` lists what is missing."""
    server.saola("check")

    with pytest.raises(subprocess.CalledProcessError) as refused:
        server.saola("check", "--deploy")

    assert 3 == refused.value.returncode
    assert "The issuer is not an https address." in refused.value.stdout


def test_keys_rotate_from_the_terminal(server: Any) -> None:
    """Rotation names the new keys and when they begin to sign."""
    said = server.saola("identity", "key", "rotate")

    assert {"ES256", "RS256"} == {line.split()[0] for line in said.splitlines()}
