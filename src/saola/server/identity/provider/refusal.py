"""Why a request was refused, in the words of OAuth."""

from django.http import JsonResponse


class Refusal(Exception):  # noqa: N818  (the specifications call it a refusal or an error response)
    """A request is refused.

    Args:
        error: An error code of the OAuth registry.
        said: One English sentence for the developer of the client.
        status: The HTTP status.
        kind: What the audit row calls the attempt; empty for none.
        scheme: The authentication scheme to ask for on 401.
    """

    def __init__(
        self, error: str, said: str = "", *, status: int = 400, kind: str = "", scheme: str = ""
    ) -> None:
        self.error = error
        self.said = said
        self.status = status
        self.kind = kind
        self.scheme = scheme
        super().__init__(error)

    def response(self) -> JsonResponse:
        """Answer with the error in JSON, never cached."""
        body = {"error": self.error, **({"error_description": self.said} if self.said else {})}
        answer = JsonResponse(body, status=self.status)
        answer["Cache-Control"] = "no-store"
        if self.scheme:
            answer["WWW-Authenticate"] = f'{self.scheme} error="{self.error}"'
        return answer
