"""The OpenAPI document says what the endpoints do: Schemathesis tries them against it.

`SAOLA_FUZZ=10000` asks for so many cases over all operations.
"""

import os
from base64 import b64encode
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from saola.server.identity.provider import openapi
from saola.server.identity.provider.place import PATHS
from saola.server.wsgi import application

CASES = int(os.environ.get("SAOLA_FUZZ", "160"))
OPERATIONS = [
    "/.well-known/openid-configuration",
    *(path for name, path in PATHS.items() if name not in {
        "authorization_endpoint", "end_session_endpoint", "registration_endpoint"
    }),
]  # fmt: skip
CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def shown(plain: Any) -> list[dict[str, str]]:
    """Headers of nobody, of a service and of a service with a wrong secret."""
    plain.client.method = "client_secret_basic"
    plain.client.save()
    words = [f"{plain.id}:{plain.secret}", f"{plain.id}:wrong"]
    basics = [{"Authorization": f"Basic {b64encode(one.encode()).decode()}"} for one in words]
    return [{}, *basics, {"Authorization": "Bearer nonsense"}, {"DPoP": "a.b.c"}]


@pytest.mark.parametrize("path", OPERATIONS)
def test_answers_are_those_of_the_document(path: str, shown: list[dict[str, str]]) -> None:
    """Whatever is sent, status, content type and shape of the answer stand in the document."""
    made = {**openapi.document(), "servers": [{"url": "http://localhost"}]}
    schema = schemathesis.openapi.from_dict(made)
    schema.app = application
    (operation,) = [one.ok() for one in schema.get_all_operations() if one.ok().path == path]

    @settings(
        max_examples=max(1, CASES // len(OPERATIONS)), suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(), who=st.sampled_from(shown))
    def tried(case: Any, who: dict[str, str]) -> None:
        case.call_and_validate(
            headers={**who, "Host": "localhost", "Accept-Encoding": "identity"}, checks=CHECKED
        )

    tried()


def test_document_names_every_endpoint_for_programs(server: Any) -> None:  # noqa: ARG001
    """Each address of the metadata is in the document, but those whose answers are pages."""
    named = set(openapi.document()["paths"])

    assert set(OPERATIONS) == named
    assert not django_settings.SAOLA_DYNAMIC_REGISTRATION


def test_document_is_served(plain: Any) -> None:
    """The document is at `/oidc/openapi.json`, and a wrong method says which are right."""
    answer = plain.browser.get("/oidc/openapi.json")
    wrong = plain.browser.get("/oidc/token")

    assert (200, "3.1.0") == (answer.status_code, answer.json()["openapi"])
    assert (405, "POST") == (wrong.status_code, wrong.headers["Allow"])
