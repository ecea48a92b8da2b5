"""What a person types to add an app that shows codes, in plain words."""

from typing import Any

from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddApp(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for the code that the app shows."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        field = self.fields["code"]
        field.label = _("Six-digit code")
        field.widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 8}
        )
