"""A run as an entry of a data catalogue."""

import json
from collections.abc import Mapping
from typing import Any

from saola.periods import Period
from saola.reports.facts import made
from saola.reports.subject import Subject
from saola.reports.tables import origin

# The files of a run: how the name ends, its media type.
FORMS: dict[str, str] = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".sdmx.csv": "application/vnd.sdmx.data+csv;version=2.0.0",
    ".xml": "application/vnd.sdmx.data+xml;version=3.0.0",
    ".structure.xml": "application/vnd.sdmx.structure+xml;version=3.0.0",
    ".zip": "application/zip",
}


def dcat(subject: Subject, *, base: str, publisher: Mapping[str, str]) -> bytes:
    """Write a DCAT 3 entry of a run as JSON-LD, its names in every language.

    Args:
        subject: The run.
        base: The address of the run without an ending, such as `https://data.example/run/<id>`; the
            files of the run stand there with their endings.
        publisher: The name of the body that publishes it, by language.

    Source: W3C, Data Catalog Vocabulary (DCAT) version 3, 2024.
    """
    framework, run = subject.framework, subject.run
    period = Period.parse(run.period)
    found: dict[str, Any] = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": base,
        "@type": "dcat:Dataset",
        "dct:identifier": run.id,
        "dct:title": _said({k: f"{v} · {run.period}" for k, v in framework.label.items()}),
        "dct:description": _said(framework.description),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _said(publisher)},
        "dct:issued": {"@type": "xsd:dateTime", "@value": made(subject).isoformat()},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": period.start.isoformat()},
            "dcat:endDate": {"@type": "xsd:date", "@value": period.end.isoformat()},
        },
        "dct:license": _said(framework.licence),
        "dct:source": _said(framework.source),
        "dct:type": origin(subject),
        "dcat:version": run.id,
        "dcat:isVersionOf": f"{framework.index}/{run.period}",
        "dct:language": ["vi", "en", "fr"],
        "dcat:distribution": [_distribution(base, end, kind) for end, kind in FORMS.items()],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _said(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": said} for lang, said in labels.items() if said]


def _distribution(base: str, end: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": f"{base}{end}"},
        "dcat:mediaType": kind,
    }
