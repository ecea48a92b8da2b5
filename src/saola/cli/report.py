"""`saola report`: a run, or one unit in it, as PDF, XLSX or SDMX."""

from pathlib import Path
from typing import Any

import typer

from saola import language, reports
from saola.cli import screen
from saola.cli.main import workspace_of
from saola.reports import files

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Reports of a run or a unit: PDF, XLSX, SDMX."
)

_FRAMEWORK = typer.Option(
    "",
    "--framework",
    "-f",
    help="Code of a framework [default: of one's own units, else the newest run's].",
)
_PERIOD = typer.Option("", "--period", "-p", help="The period [default: the newest with a run].")
_RUN = typer.Option("", "--run", "-r", help="Code of a run [default: the current one].")
_STYLE = typer.Option("plain", help="The look of pages: plain or decree-30.")


@app.command("run")
def run_report(
    ctx: typer.Context,
    framework: str = _FRAMEWORK,
    period: str = _PERIOD,
    run: str = _RUN,
    out: Path = typer.Option(
        ...,
        "--out",
        "-o",
        help="The file: .pdf, .xlsx, .sdmx.csv, .xml, .structure.xml, .jsonld or .zip.",
    ),
    style: str = _STYLE,
    address: str = typer.Option("", help="Where the run is published, for the catalogue entry."),
    as_json: bool = typer.Option(False, "--json", help="Say what was written as JSON."),
) -> None:
    """Write a run: ranking, pillars, method, data; the name of the file says in which form.

    Example: saola --lang vi report run -f online-activity -p 2024-Q4 -o run.pdf
    """
    kind = files.kind_of(out)
    workspace = workspace_of(ctx)
    subject = reports.subject(workspace, framework, period=period, run=run)
    raw = files.run_file(
        subject,
        kind,
        language.current(),
        base=address or f"urn:saola:run:{subject.run.id}",
        publisher=workspace.label,
        style=style,
    )
    _keep(workspace, out, raw, subject, as_json=as_json)


@app.command("unit")
def unit_report(
    ctx: typer.Context,
    unit: str = typer.Argument(help="Code or name of a unit."),
    framework: str = _FRAMEWORK,
    period: str = _PERIOD,
    run: str = _RUN,
    out: Path = typer.Option(..., "--out", "-o", help="The file: .pdf."),
    style: str = _STYLE,
    as_json: bool = typer.Option(False, "--json", help="Say what was written as JSON."),
) -> None:
    """Write the profile of a unit: score and rank with intervals, points lost, trend, peers.

    Example: saola --lang fr report unit VNM.P.48 -f vn-dti-province-2022 -o da-nang.pdf
    """
    files.kind_of(out, files.UNIT_KINDS)
    workspace = workspace_of(ctx)
    subject = reports.subject(workspace, framework, period=period, run=run)
    known = workspace.units
    code = unit if unit in known else known.resolve(unit).code
    raw = reports.unit_pdf(subject, code, language.current(), style=style)
    _keep(workspace, out, raw, subject, as_json=as_json)


def _keep(
    workspace: Any, out: Path, raw: bytes, subject: reports.Subject, *, as_json: bool
) -> None:
    with workspace.writing(out) as part:
        part.write_bytes(raw)
    if as_json:
        screen.write_json({"file": str(out), "bytes": len(raw), "run": subject.run.id})
    else:
        screen.say(
            "{file} written: {size} KiB, run {run}.",
            file=out,
            size=language.number(len(raw) / 1024, decimals=0),
            run=subject.run.id,
        )
