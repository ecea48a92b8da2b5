"""Ask a register on PostgreSQL through the API, time and again; print what came of it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import django
from django.conf import settings

django.setup()

from agency_system import System, allow  # noqa: E402  (Django is set up above)
from django.db import close_old_connections, connections  # noqa: E402  (Django is set up above)

from saola.linkage import register_file  # noqa: E402  (Django is set up above)
from saola.server import databases  # noqa: E402  (Django is set up above)
from saola.server.population.models import Access  # noqa: E402  (Django is set up above)
from saola.server.population.register import register  # noqa: E402  (Django is set up above)
from saola.server.registries import access, intake  # noqa: E402  (Django is set up above)
from saola.server.registries.act import Act  # noqa: E402  (Django is set up above)
from saola.server.registries.models import Permit  # noqa: E402  (Django is set up above)

OFTEN = 12  # from the fifth run on a statement is prepared, from the tenth its plan is general


def hang_up() -> None:
    """End all connections of the server from its side, but one that does it."""
    connections["jobs"].ensure_connection()
    with connections["jobs"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert len(cursor.fetchall()) >= 2
    close_old_connections()  # as at the start of each request; Django's test browser leaves it out


def main() -> None:
    """Print answers, statuses and the count of the log."""
    home = Path(settings.HOME)
    databases.prepare(home)
    frame = register_file.people(OFTEN, seed=6, faulty=0.0)
    frame.write_csv(home / "people.csv")
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    intake.run(register(), home / "people.csv", home=home, who="clerk", now=lambda: now)
    system = System()
    allow(system, "numbers", "names", "born")

    def ask(place: int) -> tuple[int, Any]:
        return system.ask("/data/population/1.0/read", number=frame["number"][place])

    said = [ask(place) for place in range(OFTEN)]
    hang_up()
    after = ask(0)
    names = system.ask(f"/data/population/1.0?filter=name&search={frame['name'][0]}")[1]["count"]
    Permit.objects.update(fields=["numbers"])
    narrowed = ask(0)
    Permit.objects.all().delete()
    refused = ask(0)
    allow(system, "numbers")
    system.client.tokens.all().delete()
    ended = ask(0)
    many = list(range(1_000_000, 1_007_000))  # more rows than one statement can hold values of
    act = Act("clerk", now.date(), now, reason="test")
    access.wrote(Access.objects.using("population"), many, act, "write")
    found = {
        "many": Access.objects.using("population").filter(first__gte=1_000_000).count(),
        "right": sum(
            status == 200
            and answer["content"]["born"] == str(frame["born"][place])
            and answer["content"]["names"][0]["text"] == frame["name"][place]
            for place, (status, answer) in enumerate(said)
        ),
        "after": after == said[0],
        "narrowed": sorted(narrowed[1]["content"]),
        "refused": [refused[0], ended[0]],
        "read": OFTEN + 2 + names,
        "logged": Access.objects.using("population").filter(kind="read").count(),
    }
    print(json.dumps(found))  # noqa: T201  (the test reads it)


if __name__ == "__main__":
    main()
