"""The parts that a visitor of the demo may play, and the accounts behind them."""

from dataclasses import dataclass

import numpy as np

from saola import language
from saola.linkage.synthetic import draw_names
from saola.server.demo.models import Part
from saola.server.identity import organisations, rights
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Organisation
from saola.server.identity.reach import registry

DOMAIN = "demo.invalid"  # RFC 2606: no letter ever arrives there
KEEP, AUDIT = "Keep the register", "Audit"


@dataclass(frozen=True)
class Role:
    """A part.

    Attributes:
        code: Its name in addresses.
        label: Who one is, an English sentence.
        told: What one can do, an English sentence.
        task: The task of sign-in; none for a person in the register.
        agency: The code of the agency.
        purpose: What an officer says they do, until they say something else.
        to: The name of the page that the part begins on.
    """

    code: str
    label: str
    told: str
    task: str = ""
    agency: str = ""
    purpose: str = ""
    to: str = "desk"


ROLES = (
    Role(
        "clerk",
        "Clerk of the population register",
        "Take files in, correct rows, find persons, record what happens, decide on doubles.",
        "clerk",
        "XSA.M.INT",
        KEEP,
    ),
    Role(
        "second-clerk",
        "Second clerk",
        "Confirm what the first clerk proposed: nobody merges two records alone.",
        "clerk",
        "XSA.M.INT",
        KEEP,
    ),
    Role(
        "land",
        "Officer of the land register",
        "See a commune's map and findings, open a parcel, transfer, split or mortgage it.",
        "land",
        "XSA.M.LAN",
        KEEP,
    ),
    Role(
        "auditor",
        "Auditor and data protection officer",
        "See who read a record and why, and the report on data protection.",
        "auditor",
        "XSA.M.INS",
        AUDIT,
    ),
    Role(
        "citizen",
        "A person in the registers",
        "See my data, who read it and why, and ask for a correction.",
        to="my_data",
    ),
)


def role(code: str) -> Role | None:
    """Give a part by its code; None where there is none."""
    return next((each for each in ROLES if each.code == code), None)


def hire(seed: int) -> dict[str, Account]:
    """Make the officers' accounts with their rights, by the code of their part.

    They have no password and no passkey: nobody signs in to them.

    Args:
        seed: The same seed gives the same names.
    """
    random = np.random.default_rng([seed, 8])
    officers = [each for each in ROLES if each.task]
    women = random.random(len(officers)) < 0.5
    made = {}
    for each, name in zip(officers, draw_names(women, random), strict=True):
        made[each.code] = enrol(each.code, str(name))
        rights.grant(made[each.code], each.task, organisation=_agency(each.agency))
    return made


def enrol(code: str, name: str) -> Account:
    """Make the account of a part."""
    account = Account.objects.create_user(f"{code}@{DOMAIN}", name=name)
    Part.objects.create(code=code, account=account)
    record("demo-made", account=account.pk, part=code)
    return account


def _agency(code: str) -> Organisation:
    """Give an agency of the invented country that hands out tasks of national registers."""
    name = registry().unit(code).label(language.current())
    found, made = Organisation.objects.get_or_create(
        code=code, defaults={"name": name, "agency": True}
    )
    if made:
        organisations.keep(code, keeps=True)
        found.refresh_from_db()
    return found
