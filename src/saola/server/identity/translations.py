"""Teach Django's own gettext what our catalogues say.

django-allauth speaks no Vietnamese; its sentences are translated in `locale/vi/identity.po`
beside ours, and Django reads them from there.
"""

import gettext
import io
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

LANGUAGES = ("vi", "fr")
ROOM = "identity.po"


def teach() -> None:
    """Merge our translations into Django's, ours first."""
    for lang in LANGUAGES:
        file = resources.files("saola") / "locale" / lang / ROOM
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=lang)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        trans_real.translation(lang).merge(gettext.GNUTranslations(compiled))
