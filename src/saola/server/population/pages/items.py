"""An item of a person in a form: chosen from a list where it is a word of one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from saola.language import text
from saola.server.population import words

MOST = 50  # longer lists are typed into, with what fits offered


class Suggesting(forms.TextInput):
    """A line to type into that offers the words of a list."""

    def __init__(self, offered: Iterable[str]) -> None:
        super().__init__({"autocomplete": "off"})
        self.offered = list(offered)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the line, and the list under a key of its own."""
        key = f"{(attrs or {}).get('id', name)}-list"
        line = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((o,) for o in self.offered))
        return format_html('{}<datalist id="{}">{}</datalist>', line, key, options)


class Item(forms.CharField):
    """What an item is to be: a word of its list as its code, or free words."""

    def __init__(self, item: str, label: Any) -> None:
        choices = words.choices(item)
        self.item = item
        widget: forms.Widget = forms.TextInput()
        if item == "born":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif len(choices) >= MOST:
            widget = Suggesting(choices.values())
        elif choices:
            widget = forms.Select(choices=[("", text("Choose …")), *choices.items()])
        super().__init__(label=label, max_length=200, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """Show the words of what was typed or is proposed; a list to choose from wants its code."""
        if isinstance(self.widget, Suggesting) and value:
            return words.value(self.item, value)
        return words.kept(self.item, str(value)) if value else value

    def clean(self, value: Any) -> str:
        """Give the code of a word of the list.

        Raises:
            ValidationError: If a list that is whole does not have it.
        """
        written = str(super().clean(value))
        if not written:
            return ""
        code = words.kept(self.item, written)
        if self.item not in words.OPEN and code not in (words.choices(self.item) or {code: ""}):
            raise forms.ValidationError(text("This is not in the list: choose one that is."))
        return code


def ask(form: forms.Form, name: str, items: Iterable[str]) -> None:
    """Let a form ask for an item, and for its value as the item wants it.

    Another item brings its own list by script; without one, once the form was sent.

    Args:
        form: Has a choice `field`.
        name: The field of the value.
        items: What may be asked for.
    """
    choice, place = form.fields["field"], f"p:has(#id_{name})"
    if isinstance(choice, forms.ChoiceField):
        choice.choices = [(item, words.label(item)) for item in items]
        choice.widget.attrs |= {
            "hx-get": "", "hx-trigger": "change", "hx-swap": "outerHTML",
            "hx-target": place, "hx-select": place,
        }  # fmt: skip
        known = dict(choice.choices)
        said = form.data.get("field") or form.initial.get("field")
        item = said if said in known else next(iter(known))
        form.fields[name] = Item(str(item), form.fields[name].label)
