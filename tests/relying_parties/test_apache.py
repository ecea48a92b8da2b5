"""Apache's mod_auth_openidc signs a person in."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("relying-parties")  # they share one server
PORT = 8243
SITE = f"http://localhost:{PORT}"
MODULES = Path("/usr/lib/apache2/modules")
CONFIG = """
ServerRoot {root}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {root}/pid
ErrorLog {root}/error.log
DocumentRoot {root}/site
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
User www-data
Group www-data
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRedirectURI {site}/back
OIDCCryptoPassphrase invented-for-this-test
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCSessionInactivityTimeout 300
<Directory {root}/site>
  AuthType openid-connect
  Require valid-user
  Header always set X-Person "%{{OIDC_CLAIM_name}}e"
  Header always set X-Level "%{{OIDC_CLAIM_acr}}e"
</Directory>
"""


@pytest.fixture
def apache(server: Any, absent: Any, until_answers: Any, tmp_path: Path) -> Iterator[str]:
    """Apache with a page for people who are signed in."""
    if not (MODULES / "mod_auth_openidc.so").is_file():
        absent("apache2 with libapache2-mod-auth-openidc")
    client = server.client("Apache", f"{SITE}/back", "--method", "client_secret_basic")
    tmp_path.chmod(0o755)
    # Apache's workers are another user: every folder above has to let them in.
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the page of the service")
    config = tmp_path / "apache.conf"
    facts = {"root": tmp_path, "port": PORT, "modules": MODULES, "site": SITE}
    config.write_text(CONFIG.format(**facts, issuer=server.issuer, **client))
    process = subprocess.Popen(["/usr/sbin/apache2", "-f", str(config), "-DFOREGROUND"])
    try:
        until_answers(SITE)
        yield SITE
    finally:
        process.terminate()
        process.wait(10)


def test_mod_auth_openidc_signs_in(apache: str, walker: Any) -> None:
    """A page behind Apache opens to a person who signed in, and Apache knows the name and level."""
    page = walker.walk(f"{apache}/index.html")

    assert "the page of the service" == page.text
    assert "Nguyễn Thị Lan" == page.headers["x-person"]
    assert "urn:saola:level:1" == page.headers["x-level"]
