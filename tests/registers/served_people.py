"""Fill a workspace for the browser's tests, and print a session for each person as JSON.

Runs in a process of its own: Django reads its settings once, and the server needs the same folder.
"""

import datetime as dt
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saola.server.settings")

import django
from django.conf import settings

django.setup()

import land_room  # noqa: E402
from register_visitors import account_with, carry, signed_in  # noqa: E402

from saola.linkage import register_file  # noqa: E402
from saola.server import databases  # noqa: E402
from saola.server.population import models, register  # noqa: E402
from saola.server.registries import intake  # noqa: E402

LANGUAGES = ("vi", "en", "fr")
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def main() -> None:
    databases.prepare(settings.HOME)
    frame = register_file.people(120, seed=8, faulty=0.0).drop("fault")
    file = settings.HOME / "people.csv"
    frame.write_csv(file)
    intake.run(register.register(), file, home=settings.HOME, who="clerk", now=lambda: NOW)
    numbers = [frame["number"][20 + place] for place in range(len(LANGUAGES))]
    parcels = settings.HOME / "parcels.csv"
    land_room.rows(
        6, holder_number=[*numbers, *numbers], sheet=["1"] * 5 + [""], land_type="CLN"
    ).write_csv(parcels)
    land_room.take(parcels, settings.HOME)
    sessions = {}
    for place, lang in enumerate(LANGUAGES):
        for name in ("clerk", "second"):
            sessions[f"{name}-{lang}"] = _cookie(signed_in(account_with("clerk")))
        citizen = account_with()
        carry(citizen, numbers[place])
        sessions[f"land-{lang}"] = _cookie(signed_in(account_with("land")))
        sessions[f"citizen-{lang}"] = _cookie(signed_in(citizen))
        models.Pair.objects.using("population").create(
            left=1 + 2 * place, right=2 + 2 * place, probability=0.97, weight=5.0, found=NOW
        )
        register_file.people(40, seed=50 + place, faulty=0.2).drop("fault").write_csv(
            settings.HOME / f"new-{lang}.csv"
        )
    register_file.people(40, seed=60).drop("fault").write_csv(settings.HOME / "new-plain.csv")
    auditor = signed_in(account_with("auditor"), purpose="Audit")
    sessions["auditor"] = _cookie(auditor)
    print(json.dumps({"sessions": sessions, "names": frame["name"].to_list()}))  # noqa: T201


def _cookie(browser: object) -> str:
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)  # type: ignore[attr-defined]


main()
