"""Send the answer of an authorisation request back to its client.

Source: OAuth 2.0 Form Post Response Mode 1.0; RFC 9207 for `iss`.
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from saola.server.headers import CSP, policy
from saola.server.identity.provider import place


class _Redirect(HttpResponseRedirect):
    """A redirect to a registered address, whatever its scheme: native applications have theirs."""

    status_code = 303

    def __init__(self, to: str) -> None:
        self.allowed_schemes = [urlsplit(to).scheme]
        super().__init__(to)


def origin_of(uri: str) -> str:
    """Give what a content security policy calls the origin of an address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def back(
    request: HttpRequest, uri: str, given: Mapping[str, str], *, mode: str, state: str
) -> HttpResponse:
    """Answer the client at its redirect URI.

    Args:
        request: The browser's request.
        uri: A registered redirect URI.
        given: The parameters of the answer.
        mode: `query` or `form_post`.
        state: The client's own, empty for none.
    """
    answer = {**given, **({"state": state} if state else {}), "iss": place.issuer()}
    if mode == "form_post":
        page = render(request, "identity/form_post.html", {"uri": uri, "answer": answer})
        page[CSP] = policy(form_action=origin_of(uri))
    else:
        page = _Redirect(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}")
    page["Cache-Control"] = "no-store"
    page["Referrer-Policy"] = "no-referrer"
    return page
