"""What a person adds is a passkey: it opens the account alone, asking for face, finger or code."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for a name only; allauth would ask whether the key may sign in without a password."""

    passwordless = forms.BooleanField(
        label="", initial=True, widget=forms.CheckboxInput(attrs={"hidden": True})
    )

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.fields["name"].widget.attrs["autofocus"] = True
