"""Load on a server by a client that costs little beside it: one thread, kept connections.

The client and the server share a machine. One that runs a thread for each wait and parses each
answer's head takes a third of a core at 200 requests a second, and that is then measured too.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable

Ask = Callable[[int], bytes]
CONNECTIONS = 32


def written(path: str, token: str, body: bytes | None = None) -> bytes:
    """Write a request out: POST where it has a body."""
    head = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
    ]
    if body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + (body or b"")


class _Connection:
    """A kept connection that has one request under way at most."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due, self.read = 0.0, b""

    def send(self, request: bytes, due: float) -> None:
        self.due, self.read = due, b""
        self.line.sendall(request)

    def answered(self) -> bool:
        """Read what is there; tell whether the answer is whole."""
        part = self.line.recv(65536)
        self.read += part
        head, ended, body = self.read.partition(b"\r\n\r\n")
        assert part, "the server hung up"
        if not ended:
            return False
        status, _, fields = head.lower().partition(b"\r\n")
        assert status.split()[1] == b"200", self.read[:400]
        length = fields.partition(b"content-length:")[2].partition(b"\r\n")[0]
        return len(body) == int(length)


class _Lines:
    """The connections, the longest idle first, so that every web process is asked."""

    def __init__(self, port: int, count: int) -> None:
        self.selector = selectors.SelectSelector()  # waits to the microsecond
        self.idle = deque(_Connection(port) for _ in range(count))
        for each in self.idle:
            self.selector.register(each.line, selectors.EVENT_READ, each)

    def finished(self, timeout: float) -> list[_Connection]:
        ready = [key.data for key, _ in self.selector.select(timeout)]
        done = [each for each in ready if each.answered()]
        self.idle.extend(done)
        return done

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.data.line.close()
        self.selector.close()


def open_loop(port: int, ask: Ask, *, rate: float, seconds: float) -> list[float]:
    """Ask at a fixed rate and give the sorted waits in ms, counted from when each was due.

    A server that stalls is asked on: what finds no connection free waits for one, and that is in
    its wait.

    Args:
        port: Of the server on this machine.
        ask: Writes the request of a place in the row.
        rate: Requests a second.
        seconds: How long.
    """
    requests = [ask(place) for place in range(int(rate * seconds))]
    lines, waits = _Lines(port, CONNECTIONS), []
    start, sent = time.perf_counter() + 0.2, 0
    while len(waits) < len(requests):
        now = time.perf_counter()
        while sent < len(requests) and lines.idle and start + sent / rate <= now:
            lines.idle.popleft().send(requests[sent], start + sent / rate)
            sent += 1
        coming = sent < len(requests) and bool(lines.idle)
        rest = start + sent / rate - time.perf_counter() if coming else 1.0
        done, now = lines.finished(max(0.0, rest)), time.perf_counter()
        waits += [(now - each.due) * 1000 for each in done]
    lines.close()
    return sorted(waits)


def closed_loop(port: int, ask: Ask, *, clients: int, seconds: float) -> float:
    """Let each client ask again as soon as it is answered; give answers a second."""
    lines, done, place = _Lines(port, clients), 0, 0
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        while lines.idle:
            lines.idle.popleft().send(ask(place), now)
            place += 1
        done += len(lines.finished(end - now))
    lines.close()
    return done / seconds
