"""What a person adds is a passkey: it opens the account alone, asking for face, finger or code."""

from functools import cache
from typing import Any, get_type_hints

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, SignupWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _
from fido2 import utils


def learn_once() -> None:
    """Let fido2 work out the types of its structures once, not for each one that it reads.

    Its classes are fixed, yet it compiles their annotations anew each time, which was a quarter
    of the work of a sign-in by passkey.
    """
    vars(utils)["get_type_hints"] = cache(get_type_hints)


def _named(form: forms.Form) -> None:
    """Ask for the name first, and in the language of the page."""
    form.fields["name"].label = _("Name")
    form.fields["name"].widget.attrs |= {"autofocus": True, "maxlength": 100}


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for a name only; allauth would ask whether the key may sign in without a password."""

    passwordless = forms.BooleanField(
        label="", initial=True, widget=forms.CheckboxInput(attrs={"hidden": True})
    )

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        _named(self)


class FirstPasskey(SignupWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for a name at sign-up."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        _named(self)


class NamePasskey(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Asks for another name."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        _named(self)
