"""Kill server and database while people sign in, and compare what was answered with the log.

What the server answered is *acknowledged*: a code, a token, a session, a consent. Each must have
its event in the log afterwards, however the processes died; and nothing may live in the tables
of which the log says nothing.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Protocol

from cluster import Cluster

LONGEST = float(os.environ.get("KILL_SECONDS", "900"))  # that kills may go on
BETWEEN = int(os.environ.get("KILL_EVERY", "70"))  # whole flows between two kills
PATIENCE = 60  # seconds to wait for them

CHECK = """
import collections, django, json, sys; django.setup()
from saola.server.identity.models import Authorisation, Event, SignIn, Token
from saola.server.identity.audit import export, sequence, verify
said = json.load(sys.stdin)

def facts(kind, name):
    found = Event.objects.filter(kind=kind).values_list("facts", flat=True)
    return [one[name] for one in found]

tokens = {one for many in facts("tokens-issued", "tokens") for one in many}
authorised = set(facts("authorised", "authorisation"))
sids = set(facts("sign-in", "sign_in"))
consents = collections.Counter(
    Event.objects.filter(kind="consent-given").values_list("account", flat=True))
codes = dict(Authorisation.objects.exclude(code=None).values_list("code", "pk"))
sessions = {name: str(sid) for name, sid in SignIn.objects.values_list("session", "sid")}
lost = {
    "tokens": [one for one in said["tokens"] if one not in tokens],
    "codes": [one for one in said["codes"] if codes.get(one) not in authorised],
    "sessions": [one for one in said["sessions"] if sessions.get(one) not in sids],
    "consents": [who for who, count in collections.Counter(said["consents"]).items()
        if consents[who] < count],
}
made = set(said["made"])  # sessions that the benchmark itself wrote into the table
unknown = [one for one in Token.objects.values_list("digest", flat=True) if one not in tokens]
unknown += [one for one in Authorisation.objects.values_list("pk", flat=True)
    if one not in authorised]
unknown += [name for name, sid in sessions.items() if sid not in sids and name not in made]
sequence.sequence()
verdict = verify.verify(export.export())
print(json.dumps({"lost": sum(map(len, lost.values())), "unknown": len(unknown),
    "leaves": verdict.leaves, "covered": verdict.covered}))
"""


@dataclass
class Acknowledged:
    """What the server answered.

    Attributes:
        tokens: Digests of access tokens.
        codes: Digests of authorisation codes.
        sessions: Keys of the sessions of people who signed in by passkey.
        consents: Keys of the accounts that said yes, once a time.
    """

    tokens: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    consents: list[int] = field(default_factory=list)


class Killable(Protocol):
    """A server that can be killed and asked."""

    def start(self) -> None:
        """Start it."""

    def kill(self) -> None:
        """Kill it."""

    def script(self, code: str, given: object) -> dict[str, object]:
        """Run a script on its tables."""


def _wait(acknowledged: Acknowledged, wanted: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(acknowledged.tokens) < wanted and time.monotonic() < until:
        time.sleep(0.01)


def kills(
    server: Killable,
    cluster: Cluster,
    acknowledged: Acknowledged,
    flows: Callable[[int], None],
    *,
    wanted: int,
    made: list[str],
) -> dict[str, object]:
    """Kill until so many flows were answered, then compare.

    Args:
        server: The server; the database is killed with it each third time.
        cluster: The database.
        acknowledged: What `flows` writes its answers into.
        flows: Runs flows until the server is gone; it is given the number of the kill.
        wanted: How many whole flows to reach.
        made: Keys of sessions that were written without a sign-in.
    """
    count = 0
    until = time.monotonic() + LONGEST
    while len(acknowledged.tokens) < wanted and time.monotonic() < until:
        running = threading.Thread(target=flows, args=(count,))
        running.start()
        _wait(acknowledged, len(acknowledged.tokens) + BETWEEN)
        server.kill()
        if count % 3 == 2:
            cluster.kill()
            cluster.start()
        running.join()
        server.start()
        count += 1
    said = server.script(CHECK, {**asdict(acknowledged), "made": made})
    total = sum(len(one) for one in asdict(acknowledged).values())
    return {
        **said,
        "kills": count,
        "acknowledged": total,
        "flows": len(acknowledged.tokens),
        "sign_ins": len(acknowledged.sessions),
        "asked": len(acknowledged.consents),
    }
