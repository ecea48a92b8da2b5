"""Forms that sign-in adds to allauth's."""

import unicodedata

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from saola.server.identity.models import Account


class Name(forms.Form):
    """Asks for a name at sign-up."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """Write the name in composed characters."""
        return unicodedata.normalize("NFC", self.cleaned_data["name"]).strip()

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Keep the name and the language of the page."""
        user.name = self.cleaned_data["name"]
        user.language = (getattr(request, "LANGUAGE_CODE", "") or "vi")[:2]
        user.save(update_fields=["name", "language"])
