"""Let the pages of sign-in end at the service that sent the person."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from saola.server.headers import CSP, policy


class FormAction:
    """Name the waiting service's origin in `form-action`.

    Browsers hold a form's answer and the redirects that follow it against that directive, and
    the last redirect of a sign-in leads to the service.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; pages of the account get the waiting origin, and no cache keeps them."""
        response = self.get_response(request)
        ours = request.path[3:].startswith("/account/")
        if ours:
            response.headers.setdefault("Cache-Control", "no-store")
        if ours and CSP not in response.headers:
            origin = request.session.get("return-origin", "")
            if origin and response.headers.get("Content-Type", "").startswith("text/html"):
                response[CSP] = policy(form_action=f"'self' {origin}")
        return response
