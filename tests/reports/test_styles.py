import io

import pypdf
import pytest

from saola import reports
from saola.errors import InputError
from saola.reports import Subject
from saola.reports.page import styles


@pytest.fixture(scope="module")
def office(subject: Subject) -> pypdf.PdfReader:
    """The profile of a unit as an office's paper."""
    return pypdf.PdfReader(
        io.BytesIO(reports.unit_pdf(subject, "XSA.P.08", "vi", style="decree-30"))
    )


@pytest.mark.parametrize("name", sorted(styles()))
def test_every_style_says_the_same_things(name: str) -> None:
    """A style lacks no size and no margin that another has."""
    plain, style = styles()["plain"], styles()[name]

    assert plain.keys() == style.keys()
    assert plain["sizes"].keys() == style["sizes"].keys()
    assert {"top", "bottom", "left", "right"} == style["margin"].keys()


def test_an_office_s_paper_keeps_to_the_decree() -> None:
    """Margins and size of type lie within what Decree 30/2020/ND-CP gives."""
    style = styles()["decree-30"]
    margin = style["margin"]

    assert 20 <= margin["top"] <= 25
    assert 20 <= margin["bottom"] <= 25
    assert 30 <= margin["left"] <= 35
    assert 15 <= margin["right"] <= 20
    assert 13 <= style["sizes"]["text"] <= 14
    assert ("#000000", "top") == (style["ink"], style["number"])


def test_an_office_s_paper_is_set_in_its_typeface_and_numbered_from_page_two(
    office: pypdf.PdfReader,
) -> None:
    """Words are in Liberation Serif, and the first page bears no number."""
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in office.pages
        for font in page["/Resources"]["/Font"].values()
    }

    assert any("LiberationSerif" in font for font in fonts)
    assert (595, 842) == tuple(round(float(side)) for side in office.pages[0].mediabox[2:])
    assert not office.pages[0].extract_text().startswith("1\n")
    assert office.pages[1].extract_text().startswith("2\n")
    assert office.root_object["/MarkInfo"]["/Marked"]


def test_an_unknown_style_is_refused(subject: Subject) -> None:
    """The error names the styles there are."""
    with pytest.raises(InputError) as caught:
        reports.run_pdf(subject, "en", style="grand")

    assert "report-style-unknown" == caught.value.code
    assert "plain, decree-30" in caught.value.expected("en")
