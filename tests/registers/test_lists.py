# ruff: noqa: ARG001  (fixtures make the tables)
"""Lists say where they are cut and give the rest; pages say what they hold in words."""

import re
import sys
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

from saola import language, units
from saola.linkage import names
from saola.server.identity import rights
from saola.server.identity.models import Organisation
from saola.server.population import models, search, words
from saola.server.registries import grounds, places
from saola.server.registries.grants import Grant
from saola.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, carry, signed_in

COMMON = "nguyen"


@pytest.fixture
def clerk(people: pl.DataFrame) -> Client:
    """A clerk's browser."""
    return signed_in(account_with("clerk"))


def found(page: str) -> list[int]:
    """Give the persons that a page of the search links, in its order."""
    return [
        int(key) for key in re.findall(r'<th scope="row"><a href="/en/population/(\d+)/"', page)
    ]


def test_a_search_says_that_it_stopped_and_pages_what_it_found(clerk: Client) -> None:
    """Of a common name the first page shows twenty, the others the rest, and more are announced."""
    pages = [
        clerk.get("/en/population/", {"q": COMMON, "page": str(page)}).content.decode()
        for page in (1, 2, 3)
    ]
    assert [20, 20, 10] == [len(found(page)) for page in pages]
    assert 50 == len({key for page in pages for key in found(page)})
    assert all("More than 50 names fit" in page for page in pages)
    assert f"?q={COMMON}&amp;page=3" in pages[1]
    logged = models.Access.objects.using("population").filter(
        kind="search", last=found(pages[2])[0]
    )
    assert logged.exists()


def test_few_hits_are_not_announced_as_more(clerk: Client, people: pl.DataFrame) -> None:
    """A name that few bear is found whole, on one page."""
    said = clerk.get("/en/population/", {"q": people["name"][40]}).content.decode()

    assert "More than" not in said
    assert 'class="pager"' not in said


def test_hits_stand_by_match_then_alphabet_then_birth(people: pl.DataFrame) -> None:
    """The best match first; within it Vietnamese order, and namesakes the older first."""
    hits = search.by_name(COMMON, most=2_000)
    born = dict(models.Person.objects.using("population").values_list("pk", "born"))
    match = [0 if names.folded(hit.text).startswith(COMMON) else 1 for hit in hits]
    keys = [
        (level, language.sort_key(hit.text), born[hit.person])
        for level, hit in zip(match, hits, strict=True)
    ]

    assert len(hits) > 500
    assert sorted(keys) == keys


def test_a_search_by_number_shows_the_name(clerk: Client, people: pl.DataFrame) -> None:
    """Whoever is found by an old or present number is named beside it."""
    for number in (people["number"][6], people["number"][7]):
        said = clerk.get("/en/population/", {"q": number}).content.decode()
        place = people["number"].to_list().index(number)
        assert people["name"][place] in said
        assert number in said


def test_a_right_for_a_commune_finds_its_people_behind_the_country_s(people: pl.DataFrame) -> None:
    """Namesakes elsewhere do not hide whom the right reaches."""
    last = search.by_name(COMMON, most=2_000)[-1]
    commune = people["commune"][last.person - 1]
    browser = signed_in(account_with("clerk", commune))
    page = browser.get("/en/population/", {"q": COMMON}).content.decode()

    assert last.person in found(page)
    assert {commune} == {people["commune"][key - 1] for key in found(page)}


def test_a_right_for_a_commune_finds_everyone_of_it(people: pl.DataFrame) -> None:
    """Reach is asked of the database before the most is counted, not of the first hits."""
    everyone = search.by_name(COMMON, most=2_000)
    commune = people["commune"][everyone[-1].person - 1]
    grant = Grant("Keep the register", "law", search.SHOWN, units=frozenset({commune}))
    near = search.by_name(COMMON, most=5, grant=grant)

    assert near == search.within(grant, everyone)[:5]
    assert near


def test_the_table_of_communes_has_pages(clerk: Client, people: pl.DataFrame) -> None:
    """Every commune is on one page of the table, and the chart says how many it leaves out."""
    communes = people["commune"].unique()
    pages = -(-len(communes) // 100)
    address = "/en/registers/population/progress/"
    seen = [
        code
        for page in range(1, pages + 1)
        for code in re.findall(
            r'<th scope="row">(XSA\.C\.\d+)<',
            clerk.get(address, {"page": str(page)}).content.decode(),
        )
    ]
    assert pages > 1
    assert sorted(communes) == sorted(seen)
    assert "Drawn are the 25 communes" in clerk.get(address).content.decode()


def test_a_page_of_another_purpose_says_which_and_leads_back(people: pl.DataFrame) -> None:
    """An officer with two tasks is told the purpose needed, and comes back by it."""
    account = account_with("clerk")
    agency = Organisation.objects.get(code="XSA.M.PEOPLE")
    one, two = account_with(), account_with()
    right = rights.ask(account, "auditor", organisation=agency, by=one)
    rights.approve(right, by=two)
    rights.accept(right)
    browser = signed_in(account)  # the session is under "Keep the register"
    answer = browser.get("/en/population/readers/?person=5")
    said = answer.content.decode()
    to = re.search(r'class="button" href="([^"]*)">Audit<', said)

    assert 403 == answer.status_code
    assert "“Keep the register”, which does not reach this page" in said
    assert to is not None
    form = browser.get(to[1].replace("&amp;", "&")).content.decode()
    assert re.search(r'value="Audit"\s+selected', form)
    facts = {"purpose": "Audit", "reference": "audit 4"}
    back = browser.post(to[1].replace("&amp;", "&"), facts)
    assert "/en/population/readers/?person=5" == back["Location"]
    assert 200 == browser.get(back["Location"]).status_code


def test_pages_that_refuse_or_find_nothing_lead_back_to_the_registers(clerk: Client) -> None:
    """A page out of reach and a record that is not there have a link to the tasks."""
    for path, status in (("readers/", 403), ("99999999/", 404)):
        answer = clerk.get(f"/en/population/{path}")
        assert status == answer.status_code
        assert 'href="/en/registers/"' in answer.content.decode().partition("<main")[2]


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_a_record_shows_words_for_codes(people: pl.DataFrame, lang: str) -> None:
    """Religion, relation, country and province are named; times are written with words."""
    citizen = account_with()
    carry(citizen, people["number"][50 + language.LANGUAGES.index(lang)])
    page = signed_in(citizen).get(f"/{lang}/my-data/").content.decode().partition("<main")[2]

    for raw in (">none<", ">member<", "<dd>VNM", "· member<", "Z<"):
        assert raw not in page
    assert {"vi": "không tôn giáo", "en": "no religion", "fr": "sans religion"}[lang] in page
    assert "Việt Nam" in page or "Viet Nam" in page
    assert "12:00" in page
    assert not re.search(r">\s*\d{4}-\d{2}-\d{2}", page)


def test_a_place_of_birth_is_named_with_its_code() -> None:
    """A code of the provinces that issue numbers is said by name; free words stay."""
    assert ("Hà Nội", "001") == (
        words.value("birth_place", "001"),
        words.code("birth_place", "001"),
    )
    assert ("Huế", "") == (words.value("birth_place", "Huế"), words.code("birth_place", "Huế"))


@pytest.mark.parametrize(
    ("lang", "written", "said"),
    [
        ("vi", "Law 26/2023/QH15, Art. 9", "Luật 26/2023/QH15, Điều 9"),
        ("fr", "Land Law 31/2024/QH15, Art. 165", "Loi foncière 31/2024/QH15, art. 165"),
        ("en", "Nghị định 69/2024/NĐ-CP", "Decree 69/2024/ND-CP"),
        ("en", "Luật Căn cước 26/2023/QH15, khoản 2 Điều 9", "Law 26/2023/QH15, para. 2 Art. 9"),
        ("vi", "Luật Căn cước 26/2023/QH15, Điều 9", "Luật Căn cước 26/2023/QH15, Điều 9"),
        ("en", "consent of the person", "consent of the person"),
        ("fr", "", ""),
    ],
)
def test_a_legal_ground_is_said_in_the_page_s_language(lang: str, written: str, said: str) -> None:
    """The kind of the act and its articles are translated; its official number stays."""
    with language.use(lang):
        assert said == grounds.said(written)


@pytest.mark.parametrize(("country", "invented"), [("XSA", True), ("VNM", False), ("XKX", False)])
def test_a_country_of_users_codes_is_invented(
    tmp_path: Path, country: str, *, invented: bool
) -> None:
    """ISO leaves XAA to XZZ to users; Kosovo's is in use."""
    workspace = Workspace.create(tmp_path / "home", country=country, label={"en": "x"})

    assert invented == units.invented(places.country(workspace.home))


def test_no_sex_is_chosen_for_a_birth(clerk: Client) -> None:
    """The form asks for the sex and presumes none."""
    form = clerk.get("/en/population/birth/").content.decode()

    assert re.search(r'<select name="sex"[^>]*>\s*<option value="" selected>', form)
