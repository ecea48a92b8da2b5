"""npm's openid-client signs a person in with PAR, PKCE, private_key_jwt and DPoP."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

pytestmark = pytest.mark.xdist_group("relying-parties")  # they share one server
HERE = Path(__file__).parent / "node"
REDIRECT = "http://localhost:8241/back"


def test_openid_client_signs_in_on_the_fapi_profile(
    server: Any, walker: Any, absent: Any, tmp_path: Path
) -> None:
    """The certified client gets bound tokens, claims, a refresh, and sees a revocation."""
    if shutil.which("node") is None or not (HERE / "node_modules" / "openid-client").is_dir():
        absent("openid-client (npm ci --prefix tests/relying_parties/node)")
    key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
    ring = tmp_path / "keys.json"
    ring.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    scopes = [
        word for name in ("openid", "profile", "offline_access") for word in ("--scope", name)
    ]
    client = server.client("openid-client", REDIRECT, "--keys", str(ring), *scopes)
    given = {
        "issuer": server.issuer,
        "client_id": client["client_id"],
        "redirect": REDIRECT,
        "jwk": key.as_dict(private=True),
    }

    with subprocess.Popen(
        ["node", "sign_in.mjs", json.dumps(given)],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as service:
        assert service.stdin
        assert service.stdout
        to = service.stdout.readline().strip()
        back = walker.walk(to, until=REDIRECT).headers["location"]
        service.stdin.write(back + "\n")
        service.stdin.flush()
        said = json.loads(service.stdout.readline())

    assert "request_uri=urn" in to
    assert "dpop" == said["type"]
    assert "Nguyễn Thị Lan" == said["about"]["name"]
    assert said["claims"]["sub"] == said["about"]["sub"]
    assert said["active"] is False
