"""Legal grounds in the language of a page.

A ground is written once, in whatever language an agency writes, and shown to people who read
another: the kind of the act and its articles are said in theirs, its official number stays. The
title of an act is left out there: its number is what it is found by.
"""

import re

from saola import language

_ACTS = (  # vi, en, fr
    ("Luật Đất đai", "Land Law", "Loi foncière"),
    ("Luật", "Law", "Loi"),
    ("Nghị định", "Decree", "Décret"),
    ("Nghị quyết", "Resolution", "Résolution"),
    ("Thông tư", "Circular", "Circulaire"),
    ("Quyết định", "Decision", "Décision"),
)
_PARTS = (
    ("Điều", "Art.", "art."),
    ("khoản", "para.", "al."),
    ("điểm", "point", "point"),
)
_NUMBER = r"(?P<number>\d+/\d{4}/[\w-]*\w)"
_PLACE = {lang: place for place, lang in enumerate(language.LANGUAGES)}


def said(ground: str) -> str:
    """Say a legal ground in the language in use; words that are of no act stay as they are.

    Args:
        ground: Such as `Law 26/2023/QH15, Art. 9` or `Luật Căn cước 26/2023/QH15, Điều 9`.
    """
    place = _PLACE[language.current()]
    for forms in _ACTS:
        for found, form in enumerate(forms):
            act = re.search(rf"\b{form}\b(?P<title>[^/;]*?)\s{_NUMBER}", ground)
            if act is None:
                continue
            if found == place:
                return ground
            before, after = ground[: act.start()], ground[act.end() :]
            return f"{before}{_act(forms, act, place)}{_parts(after, place)}"
    return ground


def _act(forms: tuple[str, ...], act: re.Match[str], place: int) -> str:
    number = act["number"]
    decree = number.replace("ND-CP", "NĐ-CP") if place == 0 else number.replace("NĐ-CP", "ND-CP")
    return f"{forms[place]} {decree}"


def _parts(rest: str, place: int) -> str:
    for forms in _PARTS:
        for form in forms:
            rest = re.sub(rf"(?<!\w){re.escape(form)}(?=\s?\d|\s[a-zđ]\b)", forms[place], rest)
    return rest
