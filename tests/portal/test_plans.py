"""The pages of plans of connection."""

from pathlib import Path

import invented_plan  # the file beside this one
import pytest
from django.test import Client

from saola import language
from saola.server.portal import reading


@pytest.fixture(scope="module")
def planned(country: Path) -> Path:
    """The workspace with a plan in it."""
    invented_plan.add(country)
    reading.look_again()
    return country


def _page(path: str) -> str:
    found = Client(HTTP_HOST="localhost").get(path)
    assert 200 == found.status_code
    return found.content.decode()


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_pages_of_a_plan_answer_in_every_language(planned: Path, lang: str) -> None:
    """List, plan and commune say that the plan is synthetic, and draw without a script."""
    del planned
    with language.use(lang):
        badge = language.text("Synthetic")
    pages = [
        _page(f"/{lang}/plans/"),
        _page(f"/{lang}/plan/{invented_plan.CODE}/"),
        _page(f"/{lang}/plan/{invented_plan.CODE}/commune/0/"),
    ]

    assert all(badge in page for page in pages)
    assert 3 == pages[1].count('<div class="drawing"')


def test_a_commune_has_its_sentence_in_the_language_of_the_page(planned: Path) -> None:
    """The same commune is told differently in each language, from one plan."""
    del planned
    leads = {
        _page(f"/{lang}/plan/{invented_plan.CODE}/commune/0/").split('class="lead">')[1][:80]
        for lang in language.LANGUAGES
    }

    assert 3 == len(leads)


def test_the_files_of_a_plan_can_be_taken_along(planned: Path) -> None:
    """Listed files are sent, and nothing beside them."""
    folder = planned / "plans" / invented_plan.CODE
    sent = Client(HTTP_HOST="localhost").get(f"/en/plan/{invented_plan.CODE}/file/plan.pdf")

    assert (folder / "plan.pdf").read_bytes() == b"".join(sent.streaming_content)  # type: ignore[attr-defined]  # a stream
    for name in ("..%2Fplan.json", "nothing.csv"):
        assert (
            404
            == Client(HTTP_HOST="localhost")
            .get(f"/en/plan/{invented_plan.CODE}/file/{name}")
            .status_code
        )


@pytest.mark.parametrize("path", ["plan/unknown/", "plan/invented-valley/commune/999/"])
def test_an_unknown_plan_or_commune_is_not_found(planned: Path, path: str) -> None:
    """Neither is a fault of the server."""
    del planned

    assert 404 == Client(HTTP_HOST="localhost").get(f"/en/{path}").status_code
