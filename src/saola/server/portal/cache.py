"""Finished answers of public pages, kept in memory until the workspace changes."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from saola.server.portal.reading import reader

MOST_BYTES = 48 * 1024 * 1024
View = Callable[..., HttpResponse]
_Key = tuple[str, str, str]


class Shelf:
    """Answers by address, the least used thrown away first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[_Key, HttpResponse] = OrderedDict()
        self.size = 0
        self.stamp = ""

    def find(self, key: _Key, stamp: str) -> HttpResponse | None:
        """Give an answer made in this state of the workspace; throw those of another state away."""
        with self.lock:
            if stamp != self.stamp:
                self.kept.clear()
                self.size, self.stamp = 0, stamp
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, key: _Key, response: HttpResponse, stamp: str) -> None:
        """Keep an answer made in a state of the workspace, if that state still holds."""
        with self.lock:
            # Made while the workspace changed it may be of before; made twice it is here already.
            if stamp != self.stamp or key in self.kept:
                return
            self.kept[key] = response
            self.size += len(response.content)
            while self.size > MOST_BYTES and self.kept:
                _, old = self.kept.popitem(last=False)
                self.size -= len(old.content)


_shelf = Shelf()
_SAFE = ("GET", "HEAD")


def public(view: View) -> View:
    """Keep what a view answers: it depends on the address and the workspace alone."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **facts: Any) -> HttpResponse:
        if request.method not in _SAFE:
            return HttpResponse(status=405, headers={"Allow": ", ".join(_SAFE)})
        key = (str(request.scheme), request.get_host(), request.get_full_path())
        stamp = reader().stamp
        found = _shelf.find(key, stamp)
        if found is None:
            found = view(request, *args, **facts)
            if found.status_code == 200:
                _mark(found)
                _shelf.keep(key, found, stamp)
        return _again(request, found)

    return answer


def _mark(response: HttpResponse) -> None:
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    patch_cache_control(response, public=True, max_age=60)


def _again(request: HttpRequest, found: HttpResponse) -> HttpResponse:
    """Copy a kept answer: later middleware writes into the one it is given."""
    copy = HttpResponse(found.content, status=found.status_code)
    for name, value in found.headers.items():
        copy[name] = value
    if found.status_code != 200:
        return copy
    # Compressed answers carry the tag as a weak one, and browsers send it back so.
    return get_conditional_response(request, etag=found["ETag"], response=copy) or copy
