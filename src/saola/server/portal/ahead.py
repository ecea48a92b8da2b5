"""The first pages, opened before anyone asks: what they read and draw is then at hand."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from saola import language
from saola.server.portal.reading import reader

PAGES = ("", "ranking/")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def begin(application: Application, *, https: bool = False) -> threading.Thread:
    """Open the first pages on a thread of its own, so that the process answers at once.

    Args and pages: as `visit`.
    """
    thread = threading.Thread(target=visit, args=(application,), kwargs={"https": https})
    thread.daemon = True
    thread.start()
    return thread


def visit(application: Application, *, https: bool = False) -> None:
    """Open the home page and the ranking in each language, where there is a run to show.

    Drawings are kept in the workspace, so only the first visit after a new run draws anything.

    Args:
        application: The WSGI application.
        https: Whether the server answers to secure requests alone.
    """
    if not reader().runs:
        return
    for lang in language.LANGUAGES:
        for page in PAGES:
            environ: dict[str, Any] = {"PATH_INFO": f"/{lang}/{page}", "HTTP_HOST": "localhost"}
            environ["wsgi.url_scheme"] = "https" if https else "http"
            setup_testing_defaults(environ)
            b"".join(application(environ, lambda *_: None))
