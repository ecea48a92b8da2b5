# ruff: noqa: ARG001  (fixtures make the tables)
"""What officers may read, and the register as a source of persons."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from saola.errors import StateError
from saola.linkage import register_file
from saola.server.identity import persons, rights
from saola.server.identity.models import Account, Organisation
from saola.server.identity.models.right import TASKS
from saola.server.population import events, record, register, search, source
from saola.server.registries import intake, officers

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PACKAGE = "saola.server.population"
MAY = {"clerk": record.FIELDS, "proof": {"names", "numbers", "born", "sex", "died"}}
MAY |= {"auditor": {record.READERS}}


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """Some invented people, taken in."""
    emptied()
    file = tmp_path_factory.mktemp("people") / "people.csv"
    frame = register_file.people(300, seed=8, faulty=0.0)
    frame.write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=lambda: NOW)
    return list(frame.iter_rows(named=True))


def officer(task: str, unit: str = "*") -> Account:
    """Make an account with one approved right."""
    agency, _ = Organisation.objects.get_or_create(
        code="XSA.M.PEOPLE", defaults={"name": "Sở Dân cư", "agency": True, "keeps": True}
    )
    one, two, three = (
        Account.objects.create_user(f"{uuid.uuid4().hex[:10]}@example.org") for _ in range(3)
    )
    right = rights.ask(one, task, organisation=agency, unit=unit, by=two)
    rights.approve(right, by=three)
    rights.accept(right)
    return one


@pytest.mark.parametrize("task", TASKS)
def test_each_role_reads_what_its_grants_name(people: list[dict[str, str]], task: str) -> None:
    """Every role × purpose × field: read and logged where a grant names it, refused elsewhere."""
    reader = officers.reader(officer(task), PACKAGE, reference="request 17")
    purposes = {role.purpose for role in officers.roles(PACKAGE)}
    when, read = record.When(NOW), set()
    for purpose in sorted(purposes):
        for field in sorted(record.FIELDS | {record.READERS}):
            before = len(record.readers(7))
            wanted = frozenset({field})
            allowed = True
            try:
                record.read(7, reader=reader, purpose=purpose, fields=wanted, when=when)
            except StateError:
                allowed = False
            if not allowed:
                assert before == len(record.readers(7))
                continue
            read.add(field)
            latest = record.readers(7)[0]
            assert before + 1 == len(record.readers(7))
            assert (field, purpose, "request 17", "Sở Dân cư") == tuple(
                latest[name] for name in ("fields", "purpose", "reference", "agency")
            )
    assert MAY.get(task, set()) == read


def test_a_revoked_right_reads_nothing(people: list[dict[str, str]]) -> None:
    """Grants end with the right that carries them."""
    account = officer("clerk")
    assert officers.reader(account, PACKAGE).grants
    for right in rights.living(account):
        rights.revoke(right, by=account)

    assert () == officers.reader(account, PACKAGE).grants


def test_a_right_for_one_commune_reaches_its_people_alone(people: list[dict[str, str]]) -> None:
    """Whoever lives elsewhere is neither read nor found."""
    mine = people[10]["commune"]
    other = next(place for place, row in enumerate(people, 1) if row["commune"] != mine)
    reader = officers.reader(officer("clerk", mine), PACKAGE)
    purpose, when = "Keep the register", record.When(NOW)
    fields = frozenset({"names"})
    assert record.read(11, reader=reader, purpose=purpose, fields=fields, when=when)["names"]
    with pytest.raises(StateError):
        record.read(other, reader=reader, purpose=purpose, fields=fields, when=when)

    hits = [search.Hit(11, "x", exact=True), search.Hit(other, "y", exact=True)]
    assert [11] == [hit.person for hit in search.log(hits, reader=reader, purpose=purpose, now=NOW)]
    assert "search" not in {row["kind"] for row in record.readers(other)}


def test_a_right_for_a_country_reaches_its_provinces() -> None:
    """A unit's code stands for all that lies in it."""
    assert {"VNM", "VNM.P.48"} <= officers.reach("VNM")
    assert frozenset({"*"}) == officers.reach("*")
    assert frozenset({"XSA.C.1"}) == officers.reach("XSA.C.1")


def test_sign_in_finds_the_living_in_the_register(people: list[dict[str, str]]) -> None:
    """The register is a source of persons; a find is logged, the dead are not found."""
    row = people[20]
    birth = dt.date.fromisoformat(row["born"])
    found = persons.match(row["number"], name=row["name"].upper(), birth=birth)

    assert found is not None
    assert ("population", row["number"]) == (found[0], found[1].number)
    latest = record.readers(21)[0]
    assert ("sign-in", "Check who a person is") == (latest["who"], latest["purpose"])
    assert 21 == source.key_of(row["number"])
    assert persons.match(row["number"], name="Trần Ai", birth=birth) is None

    events.die(21, events.Act("clerk", dt.date(2026, 11, 1), NOW))
    assert persons.match(row["number"], name=row["name"], birth=birth) is None
    assert persons.match("000000000000", name=row["name"], birth=birth) is None
