"""Documents that take seconds: made on a thread, while the reader sees a calm page."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

# Seconds that a reader waits without being told anything, and then from look to look.
MOMENT = 1.5
AGAIN = 3

_lock = threading.Lock()
_made: dict[str, Future[bytes]] = {}


def ready(name: str, make: Callable[[], bytes]) -> bytes | None:
    """Give a document as soon as it is made; nothing where that takes longer than a moment.

    However often it is asked for, this process makes it once at a time.

    Args:
        name: What tells it from all others.
        make: Makes it, or reads it where it was made before; what it raises is raised here.
    """
    with _lock:
        future = _made.get(name)
        if future is None:
            future = _made[name] = Future()
            # A thread that is no daemon would hold up the end of the server.
            threading.Thread(target=_work, args=(future, make), daemon=True).start()
    try:
        return future.result(MOMENT)
    except TimeoutError:
        return None
    finally:
        if future.done():
            with _lock:
                _made.pop(name, None)


def _work(future: Future[bytes], make: Callable[[], bytes]) -> None:
    try:
        future.set_result(make())
    except BaseException as error:  # noqa: BLE001  (handed to whoever asks for it)
        future.set_exception(error)
