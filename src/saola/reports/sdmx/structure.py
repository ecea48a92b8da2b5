"""The structure message: data structure, dataflow, concepts and code lists, in three languages."""

from collections.abc import Mapping
from typing import Any

from saola import language
from saola.reports.facts import made
from saola.reports.sdmx import concepts as names
from saola.reports.sdmx.concepts import AGENCY, VERSION, Labels, Named
from saola.reports.subject import Subject

_COMMON = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common}"
_STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What carries names: the element that holds each kind of thing, and the list above a code.
_SCHEME = "CS_SCORES"
_URN = "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept="
_HELD = ("Codelist", "Code", "ConceptScheme", "Concept", "DataStructure", "Dataflow")


def sdmx_structure(subject: Subject) -> bytes:
    """Write the structures of a run's scores as SDMX-ML 3.0.

    A data structure `SAOLA:SCORES_<framework>(1.0)` with its dataflow, a concept scheme, and code
    lists of units, nodes, fields, groups, statuses and origins; every name is given in each
    language that it is known in.

    Source: SDMX 3.0, section 3A; CL_OBS_STATUS 2.2.
    """
    from pysdmx.io import write_sdmx  # noqa: PLC0415  (pysdmx is slow to import)
    from pysdmx.io.format import Format  # noqa: PLC0415

    written = write_sdmx(
        artefacts(subject), sdmx_format=Format.STRUCTURE_SDMX_ML_3_0, header=header(subject)
    )
    return _in_three_languages(str(written).encode(), _labels(subject))


def header(subject: Subject) -> Any:
    """Make the header of a message, dated by the run."""
    from pysdmx.model import Organisation  # noqa: PLC0415
    from pysdmx.model.message import Header  # noqa: PLC0415

    return Header(
        id=f"RUN_{names.code(subject.run.id)}",
        prepared=made(subject).replace(tzinfo=None),
        sender=Organisation(id=AGENCY),
        test=subject.run.synthetic,
    )


def artefacts(subject: Subject) -> list[Any]:
    """Make the code lists, the concept scheme, the data structure and the dataflow."""
    from pysdmx.model import (  # noqa: PLC0415
        Code,
        Codelist,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
    )

    shared: dict[str, Any] = {"agency": AGENCY, "version": VERSION}
    lists = {
        end: Codelist(
            id=names.list_id(subject, end),
            name=names.list_id(subject, end),
            items=[Code(id=code, name=_english(said, code)) for code, said in codes.items()],
            **shared,
        )
        for end, codes in names.lists(subject).items()
        if codes
    }
    concepts = {
        each.id: Concept(
            id=each.id,
            name=each.label["en"],
            urn=f"{_URN}{AGENCY}:{_SCHEME}({VERSION}).{each.id}",
            codes=lists.get(each.enumeration),
        )
        for each in names.concepts()
    }
    title = _english(subject.framework.label, subject.framework.id)
    scheme = ConceptScheme(
        id=_SCHEME, name="Concepts of scores", items=list(concepts.values()), **shared
    )
    structure = DataStructureDefinition(
        id=names.structure_id(subject),
        name=title,
        components=Components([
            component(each, concepts[each.id], lists.get(each.enumeration))
            for each in names.concepts()
        ]),
        **shared,
    )  # fmt: skip
    flow = Dataflow(id=names.structure_id(subject), name=title, structure=structure, **shared)
    return [*lists.values(), scheme, structure, flow]


def component(each: Named, concept: Any = None, enumeration: Any = None) -> Any:
    """Make a component of the data structure of a concept, coded where a code list is given."""
    from pysdmx.model import Component, Concept, DataType, Role  # noqa: PLC0415

    kinds = {"text": DataType.STRING, "number": DataType.DOUBLE, "whole": DataType.INTEGER}
    kind = DataType.PERIOD if each.id == "TIME_PERIOD" else kinds[each.kind]
    return Component(
        id=each.id,
        required=each.role == "dimension",
        role=Role[each.role.upper()],
        concept=concept or Concept(each.id),
        local_dtype=None if enumeration else kind,
        local_codes=enumeration,
        attachment_level="O" if each.role == "attribute" else None,
    )


def _english(labels: Labels, code: str) -> str:
    return language.pick(labels, "en") or code


def _labels(subject: Subject) -> dict[tuple[str, str], Labels]:
    """Give the names of everything that has them in several languages, by list and code."""
    found: dict[tuple[str, str], Labels] = {}
    for end, codes in names.lists(subject).items():
        found |= {(names.list_id(subject, end), code): said for code, said in codes.items()}
    found |= {(_SCHEME, each.id): each.label for each in names.concepts()}
    own = names.structure_id(subject)
    found["", own] = subject.framework.label
    return found


def _in_three_languages(written: bytes, labels: Mapping[tuple[str, str], Labels]) -> bytes:
    """Put the names in the other languages beside the English ones, which alone pysdmx writes."""
    from lxml import etree  # noqa: PLC0415

    root = etree.fromstring(written)
    for kind in _HELD:
        for thing in root.iter(_STRUCTURE + kind):
            above = thing.getparent()
            held = above.get("id", "") if kind in ("Code", "Concept") else ""
            said = labels.get((held, thing.get("id", "")))
            first = thing.find(_COMMON + "Name")
            if said and first is not None:
                _named(thing, first, said)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _named(thing: Any, first: Any, said: Labels) -> None:
    from lxml import etree  # noqa: PLC0415

    first.set(_LANG, next(lang for lang in ("en", *said) if lang in said))
    others = [lang for lang, name in said.items() if name and lang != first.get(_LANG)]
    last, end = first, first.tail
    for place, lang in enumerate(others, start=list(thing).index(first) + 1):
        last.tail = thing.text
        last = etree.Element(_COMMON + "Name")
        last.set(_LANG, lang)
        last.text = said[lang]
        thing.insert(place, last)
    last.tail = end
