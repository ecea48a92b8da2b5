"""The language of a request, told to everything that speaks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from django.utils.translation import get_language

from saola import language

later = lazy(language.text, str)
"""A sentence that is translated when it is shown, for what is made before any request."""


class Speak:
    """Middleware that lets `saola.language` speak what the address asks for.

    It stands after Django's `LocaleMiddleware`, which reads the address, then the browser's wish.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the request."""
        asked = (get_language() or "en")[:2]
        with language.use(asked if asked in language.LANGUAGES else "en"):
            return self.get_response(request)


def moved(path: str, lang: str) -> str:
    """Give the address of the same view in another language.

    Args:
        path: An address, with its query, that may start with a language.
        lang: One of `language.LANGUAGES`.
    """
    head, _, rest = path.removeprefix("/").partition("/")
    if head.partition("?")[0] in language.LANGUAGES:
        return f"/{lang}/{rest}"
    return f"/{lang}/{path.removeprefix('/')}"
