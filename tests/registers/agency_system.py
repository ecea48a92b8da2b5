"""Another agency's system that asks the registers through the API."""

import base64
import json
from typing import Any

from django.test import Client as Browser

from saola.server.identity import clients
from saola.server.identity.models import Organisation
from saola.server.registries import served


class System:
    """An agency's system with a token of its own."""

    def __init__(self) -> None:
        agency, _ = Organisation.objects.get_or_create(
            code="MOHA", defaults={"name": "Home affairs", "agency": True}
        )
        self.client, self._secret = clients.add(
            agency, name="Child benefit", redirect_uris=[], scopes=["registries"], keys=None,
            method="client_secret_basic", by=None, grants=["client_credentials"],
        )  # fmt: skip
        clients.approve(self.client, by=None)
        self._browser = Browser(headers={"host": "localhost"})
        pair = base64.b64encode(f"{self.client.identifier}:{self._secret}".encode()).decode()
        answer = self._browser.post(
            "/oidc/token",
            "grant_type=client_credentials",
            content_type="application/x-www-form-urlencoded",
            headers={"authorization": f"Basic {pair}"},
        )
        assert answer.status_code == 200, answer.json()
        self.token = answer.json()["access_token"]

    def ask(self, path: str, **wanted: str) -> tuple[int, Any]:
        """Ask with the token; by POST where something is wanted."""
        headers = {"authorization": f"Bearer {self.token}"}
        if not wanted:
            answer = self._browser.get(path, headers=headers)
        else:
            body = json.dumps({"query": {"content": wanted}})
            answer = self._browser.post(
                path, body, content_type="application/json", headers=headers
            )
        return answer.status_code, answer.json()


def allow(system: System, *fields: str, register: str = "population") -> None:
    """Grant some fields."""
    served.grant(
        system.client.identifier, register, purpose="Child benefit", ground="Decree 20",
        fields=frozenset(fields), agency="Home affairs",
    )  # fmt: skip
