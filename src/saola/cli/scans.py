"""What the verbs of both registers do with a folder of scans: a bar, then the counts."""

from pathlib import Path
from typing import Annotated, Any

import typer

from saola import language
from saola.cli import screen

Folder = Annotated[Path, typer.Argument(help="The folder of PDF, JPEG, PNG and TIFF files.")]
Book = Annotated[
    str, typer.Option(help="The book or file that scans lying in no folder of their own are from.")
]


def take_in(register: str, folder: Path, *, home: Path, book: str, as_json: bool) -> None:
    """Attach a folder of scans to the records of a register."""
    from saola.server.registries import records, scan_folder  # noqa: PLC0415  (Django is set up)
    from saola.server.registries.act import Act  # noqa: PLC0415  (Django is set up now)

    known = records.get(register)

    def act() -> Act:
        now = screen.here(home)
        return Act(screen.who(), now.date(), now, reason=book, ground=known.ground)

    with screen.progress("Attaching scans") as told:
        found = scan_folder.run(known, folder, home=home, act=act, book=book, progress=told)
    said = {reason: scan_folder.expected(known, reason) for reason in sorted(found.reasons)}
    _say(found, said, as_json=as_json)


def _say(found: Any, expected: dict[str, str], *, as_json: bool) -> None:
    facts = {"read": found.read, "attached": found.attached, "already": found.already}
    facts |= {"aside": len(found.aside)}
    if as_json:
        beside = found.list and str(found.list)
        more = {"reasons": dict(found.reasons), "expected": expected, "file": beside}
        screen.write_json(facts | more)
        return
    said = language.plural(
        "{n} scan read: {attached} attached, {already} attached before, {aside} set aside.",
        "{n} scans read: {attached} attached, {already} attached before, {aside} set aside.",
        found.read,
        **{name: language.number(count) for name, count in facts.items()},
    )
    screen.say(said)
    for reason, wanted in expected.items():
        count = language.number(found.reasons[reason])
        screen.say("{count} × {reason}: {expected}", count=count, reason=reason, expected=wanted)
    if found.list:
        screen.say("Scans set aside, with the reasons: {file}", file=found.list)
