"""Headers that keep a browser from doing what a page does not need.

A view that needs more says so: `response.headers["Content-Security-Policy"] = policy(…)`.

Source: OWASP ASVS 5.0, V3.4.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CSP = "Content-Security-Policy"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data: blob:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def policy(**changes: str) -> str:
    """Write the content security policy.

    Args:
        changes: Directives that differ, with underscores: `frame_ancestors="*"`.
    """
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in (_POLICY | named).items())


STRICT = policy()


class Headers:
    """Middleware that adds the headers a view did not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self.get_response(request)
        response.headers.setdefault(CSP, STRICT)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
