"""Load on sign-in: code flows, sign-ins by passkey, userinfo, a soak and kills.

Server, PostgreSQL and this load generator share the machine. A code flow is a pushed request,
an authorisation with a live session and remembered consent, a token and a userinfo, all with
DPoP and private_key_jwt; a sign-in is the same from no session, the passkey's assertion included.
"""

import argparse
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from cluster import Cluster
from identity_browser import ISSUER, Key, Passkey, Wire, b64, digest
from identity_kills import Acknowledged, kills
from identity_server import SETUP, Server

REDIRECT = "https://service.example/back"
PEOPLE = 64
LANES = 8


@dataclass
class World:
    """The server's people and the service."""

    client_id: str
    sessions: list[tuple[str, int]]
    passkeys: list[Passkey]
    key: Key
    acknowledged: Acknowledged = field(default_factory=Acknowledged)


class Lane:
    """One stream of flows over one connection."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self.key = Key()
        self.wire = Wire()

    def _assertion(self) -> str:
        now, me = int(time.time()), self.world.client_id
        claims = {"iss": me, "sub": me, "aud": ISSUER, "iat": now, "exp": now + 60}
        return self.world.key.sign({"kid": "one"}, {**claims, "jti": secrets.token_hex(12)})

    def _proof(self, method: str, path: str, token: str = "") -> str:
        claims: dict[str, object] = {"jti": secrets.token_hex(12), "htm": method}
        claims |= {"htu": ISSUER + path, "iat": int(time.time())}
        if token:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        return self.key.sign({"typ": "dpop+jwt", "jwk": self.key.jwk}, claims)

    def _call(self, path: str, form: dict[str, str]) -> dict[str, str]:
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form["client_assertion"] = self._assertion()
        proof = {"DPoP": self._proof("POST", path)}
        status, _, body = self.wire.send("POST", path, body=urlencode(form), headers=proof)
        if status not in {200, 201}:
            raise RuntimeError(f"{path} {status} {body[:300]!r}")
        found: dict[str, str] = json.loads(body)
        return found

    def _push(self, challenge: str, **more: str) -> str:
        form = {
            "response_type": "code",
            "client_id": self.world.client_id,
            "redirect_uri": REDIRECT,
            "scope": "openid profile",
            "state": "s",
            "nonce": "n",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **more,
        }
        uri = self._call("/oidc/par", form)["request_uri"]
        given = {"client_id": self.world.client_id, "request_uri": uri}
        return f"/oidc/authorize?{urlencode(given)}"

    def _finish(self, place: str, verifier: str) -> str:
        code = parse_qs(urlsplit(place).query).get("code", [""])[0]
        if not code:
            raise RuntimeError(f"no code but {place}")
        self.world.acknowledged.codes.append(digest(code))
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": verifier,
        }
        token = self._call("/oidc/token", form)["access_token"]
        self.world.acknowledged.tokens.append(digest(token))
        self.userinfo(token)
        return token

    def userinfo(self, token: str) -> None:
        """Ask who a token is about."""
        headers = {"Authorization": f"DPoP {token}"}
        headers["DPoP"] = self._proof("GET", "/oidc/userinfo", token)
        status, _, body = self.wire.send("GET", "/oidc/userinfo", headers=headers)
        if status != 200:
            raise RuntimeError(f"userinfo {status} {body[:200]!r}")

    def _get(self, path: str) -> str:
        status, headers, body = self.wire.send("GET", path)
        if status not in {302, 303}:
            raise RuntimeError(f"{path} {status} {body[:300]!r}")
        return headers["location"]

    def code_flow(self, turn: int) -> str:
        """Run a code flow with a live session and remembered consent."""
        verifier = secrets.token_urlsafe(40)
        challenge = b64(hashlib.sha256(verifier.encode()).digest())
        path = self._push(challenge)
        session, _ = self.world.sessions[(turn * LANES + self.number) % PEOPLE]
        self.wire.cookies = {"session": session}
        place = self._get(path)
        self.wire.cookies = {}
        return self._finish(place, verifier)

    def consent(self, turn: int) -> str:
        """Run a code flow with a live session in which the person is asked and says yes."""
        verifier = secrets.token_urlsafe(40)
        challenge = b64(hashlib.sha256(verifier.encode()).digest())
        path = self._push(challenge, prompt="consent")
        session, account = self.world.sessions[(turn * LANES + self.number) % PEOPLE]
        self.wire.cookies = {"session": session}
        page = self._get(path)
        self.wire.send("GET", page)
        form = {"csrfmiddlewaretoken": self.wire.cookies.get("csrf", ""), "answer": "allow"}
        origin = {"Origin": ISSUER}
        status, found, body = self.wire.send("POST", page, body=urlencode(form), headers=origin)
        if status not in {302, 303}:
            raise RuntimeError(f"consent {status} {body[:300]!r}")
        self.world.acknowledged.consents.append(account)
        self.wire.cookies = {}
        return self._finish(found["location"], verifier)

    def sign_in(self, turn: int) -> str:
        """Run a code flow from no session: the login page, a passkey's assertion, the rest."""
        verifier = secrets.token_urlsafe(40)
        self.wire.cookies = {}
        path = self._push(b64(hashlib.sha256(verifier.encode()).digest()))
        place = self._get(path)
        self.wire.send("GET", place)
        login = "/en/account/2fa/webauthn/login/"
        ajax = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
        _, _, body = self.wire.send("GET", login, headers=ajax)
        options = json.loads(body)["request_options"]["publicKey"]
        who = (turn * LANES + self.number) % PEOPLE
        answer = self.world.passkeys[who].assertion(
            options["challenge"], self.world.sessions[who][1]
        )
        following = parse_qs(urlsplit(place).query)["next"][0]
        csrf = self.wire.cookies.get("csrf", "")
        form = {"csrfmiddlewaretoken": csrf, "credential": json.dumps(answer), "next": following}
        headers = {"Origin": ISSUER}
        status, found, body = self.wire.send("POST", login, body=urlencode(form), headers=headers)
        if status != 302 or not found["location"].startswith("/oidc/authorize"):
            raise RuntimeError(f"login {status} {found.get('location')} {body[:300]!r}")
        self.world.acknowledged.sessions.append(self.wire.cookies["session"])
        back = self._get(found["location"])
        self.wire.cookies = {}
        return self._finish(back, verifier)


@dataclass
class Figures:
    """What a run of lanes took."""

    seconds: float
    times: list[float]
    errors: list[str]

    @property
    def rate(self) -> float:
        """Whole flows a second."""
        return len(self.times) / self.seconds

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        ordered = sorted(self.times) or [float("nan")]
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def drive(world: World, seconds: float, act: Callable[[Lane, int], object]) -> Figures:
    """Run an act on all lanes for some seconds."""
    times: list[float] = []
    errors: list[str] = []
    until = time.perf_counter() + seconds

    def lane(number: int) -> None:
        turn = 0
        try:
            mine = Lane(world, number)
            while time.perf_counter() < until:
                start = time.perf_counter()
                act(mine, turn)
                times.append(time.perf_counter() - start)
                turn += 1
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            errors.append(repr(error))

    start = time.perf_counter()
    threads = [threading.Thread(target=lane, args=(number,)) for number in range(LANES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        print(f"errors: {len(errors)} {errors[0]}")
    return Figures(time.perf_counter() - start, times, errors)


def world_of(server: Server) -> World:
    """Make people with passkeys and sessions, and a service."""
    key, passkeys = Key(), [Passkey() for _ in range(PEOPLE)]
    ring = {"keys": [{**key.jwk, "kid": "one", "use": "sig", "alg": "ES256"}]}
    credentials = [passkey.registration() for passkey in passkeys]
    given = {"redirect": REDIRECT, "keys": ring, "credentials": credentials}
    made = server.script(SETUP, given)
    sessions = [(str(name), int(pk)) for name, pk in made["sessions"]]  # type: ignore[attr-defined]
    return World(str(made["client_id"]), sessions, passkeys, key)


def processor(server: Server, cluster: Cluster) -> float:
    """Give the processor seconds that server, database and this generator have used."""
    ticks = 0
    postmaster = (cluster.folder / "data" / "postmaster.pid").read_text().split()[0]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        mine = stat.parent.name in {postmaster, str(os.getpid())} or facts[1] == postmaster
        if mine or int(facts[2]) == server.process.pid:
            ticks += int(facts[11]) + int(facts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def report(name: str, value: float | str, unit: str) -> None:
    """Print one figure."""
    shown = f"{value:.1f}" if isinstance(value, float) else value
    print(f"{name}: {shown} {unit}", flush=True)


def rates(server: Server, cluster: Cluster, world: World, seconds: float) -> None:
    """Measure how many flows, sign-ins and questions a second are answered."""
    for name, act in (("code_flow", Lane.code_flow), ("sign_in", Lane.sign_in)):
        used = processor(server, cluster)
        found = drive(world, seconds, act)
        used = processor(server, cluster) - used
        report(f"{name}_per_s", found.rate, "1/s")
        report(f"{name}_p99_ms", found.p99, "ms")
        report(f"{name}_cpu_ms", 1000 * used / max(1, len(found.times)), "ms, all three")
    tokens: dict[Lane, str] = {}

    def ask(lane: Lane, turn: int) -> None:
        if lane not in tokens:
            tokens[lane] = lane.code_flow(turn)
        lane.userinfo(tokens[lane])

    report("userinfo_per_s", drive(world, seconds / 2, ask).rate, "1/s")


def soak(server: Server, world: World, seconds: float) -> None:
    """Measure how the web processes' memory grows while flows go on, after a first minute."""
    warm = drive(world, min(60, seconds / 4), Lane.code_flow)
    before = server.memory()
    found = drive(world, seconds, Lane.code_flow)
    report("soak_growth_mib", server.memory() - before, f"MiB over {seconds:.0f} s")
    report("soak_resident_mib", server.memory(), "MiB, all web processes")
    report("soak_flows", str(len(warm.times) + len(found.times)), "flows")
    report("soak_p99_ms", found.p99, "ms")


def kill(server: Server, cluster: Cluster, world: World, wanted: int) -> None:
    """Kill in the middle of flows and report what the log lacks."""

    def flows(count: int) -> None:
        drive(world, 60, (Lane.sign_in, Lane.consent, Lane.code_flow)[count % 3])

    world.acknowledged = Acknowledged()
    made = [session for session, _ in world.sessions]
    said = kills(server, cluster, world.acknowledged, flows, wanted=wanted, made=made)
    report("kill9_lost_events", str(said["lost"]), f"of {said['acknowledged']} acknowledged")
    report("kill9_unknown_tokens", str(said["unknown"]), f"{said['kills']} kills")
    report(
        "kill9_flows", str(said["flows"]), f"{said['sign_ins']} sign-ins, {said['asked']} consents"
    )
    report("kill9_log_leaves", str(said["leaves"]), f"verified, {said['covered']} signed")


def main() -> None:
    """Measure everything, or what is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["rates", "soak", "kill"], default="")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--soak", type=float, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", type=int, default=1000)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="saola-bench-"))
    with Cluster() as cluster:
        server = Server(home, cluster.address, given.workers)
        try:
            world = world_of(server)
            drive(world, 3, Lane.code_flow)  # every process has imported and connected
            if given.only in {"", "rates"}:
                rates(server, cluster, world, given.seconds)
            if given.only in {"", "soak"}:
                soak(server, world, given.soak)
            if given.only in {"", "kill"} and given.kill:
                kill(server, cluster, world, given.kill)
        finally:
            server.stop()
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
