"""Teach Django's own gettext what our catalogues say.

django-allauth speaks no Vietnamese, and of "security keys" and "two-factor authentication": its
sentences are translated in `locale/{vi,fr}/identity.po` beside ours, and said in plain English in
`data/english.po`. Django reads them from there.
"""

import gettext
import io
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

CATALOGUES = {
    "en": ("saola.server.identity", "data/english.po"),
    "fr": ("saola", "locale/fr/identity.po"),
    "vi": ("saola", "locale/vi/identity.po"),
}


def teach() -> None:
    """Merge our translations into Django's, ours first."""
    for lang, (package, name) in CATALOGUES.items():
        with resources.files(package).joinpath(name).open("rb") as stream:
            catalogue = read_po(stream, locale=lang)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        trans_real.translation(lang).merge(gettext.GNUTranslations(compiled))
