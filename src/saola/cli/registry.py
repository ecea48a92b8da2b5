"""`saola registry`: registries of agencies, who may use them, and agreements persons consent to."""

import json
from pathlib import Path
from typing import Any

import typer

from saola.cli import screen
from saola.cli.identity import prepare
from saola.errors import InputError
from saola.language import text

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Registries that agencies define by JSON Schema.",
)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("registry-file", where=str(file), found=error) from error
    if not isinstance(found, dict):
        raise InputError("registry-file", where=str(file), found=type(found).__name__)
    return found


@app.command()
def define(
    ctx: typer.Context,
    file: Path = typer.Argument(help="The JSON Schema of an entry: an object with properties."),
    code: str = typer.Option(help="The registry's name in addresses."),
    title: str = typer.Option(help="What people call it."),
    agency: str = typer.Option(help="The code of the agency that keeps it."),
) -> None:
    """Define a registry, or the next version of it; earlier versions stay.

    Example: saola registry define vaccinations.json --code vaccinations --title "Vaccinations"
    --agency VNM.M.HEALTH
    """
    schema = _read(file)
    if not isinstance(schema.get("properties"), dict):
        raise InputError("registry-file", where=str(file), found="properties")
    prepare(ctx)
    from saola.server.registries.models import Registry  # noqa: PLC0415  (Django is set up now)

    earlier = Registry.objects.filter(code=code[:60]).count()
    made = Registry.objects.create(
        code=code[:60],
        version=f"1.{earlier}",
        database=code[:60],
        title=title[:200],
        institution=agency[:200],
        schema=schema,
        modified=screen.now(),
    )
    typer.echo(text("data/{code}/{version} is defined.", code=made.code, version=made.version))


@app.command()
def permit(
    ctx: typer.Context,
    code: str = typer.Argument(help="The registry's name."),
    client: str = typer.Option(help="The client_id, or the mediator's name of the client."),
    purpose: str = typer.Option(help="Why, in the words shown to the person."),
    agency: str = typer.Option(help="The agency it belongs to, as the person reads it."),
    ground: str = typer.Option(help="The law, or the agreement that persons consent to."),
    field: list[str] = typer.Option(help="A field it may read; may repeat; * for all."),
    writes: bool = typer.Option(False, help="Whether it may change entries."),
    agreement: int = typer.Option(0, help="Only entries of persons who agreed to this."),
) -> None:
    """Let a client use the newest version of a registry, for one purpose.

    Example: saola registry permit vaccinations --client VNM/GOV/1/clinic --agency "Clinic 1"
    --purpose "Care" --ground "Law 15/2023" --field ID --field Vaccine
    """
    prepare(ctx)
    from saola.server.registries import served  # noqa: PLC0415  (Django is set up now)
    from saola.server.registries.models import Agreement, Permit, Registry  # noqa: PLC0415  (Django is set up now)

    if agreement and not Agreement.objects.filter(pk=agreement).exists():
        raise InputError("agreement-absent", found=agreement)
    said = "{client} may use {code} for: {purpose}"
    if served.get(code):
        if writes:
            raise InputError("register-written", found=code)
        served.grant(
            client[:200],
            code,
            purpose=purpose,
            ground=ground,
            fields=frozenset(field),
            agency=agency,
            agreement=agreement or None,
        )
        typer.echo(text(said, client=client, code=code, purpose=purpose))
        return
    found = Registry.objects.filter(code=code, ended=None).order_by("-id").first()
    if found is None:
        raise InputError("registry-absent", found=code)
    Permit.objects.update_or_create(
        client=client[:200],
        registry=found,
        defaults={
            "purpose": purpose[:200],
            "ground": ground[:200],
            "agency": agency[:100],
            "fields": list(field),
            "writes": writes,
            "agreement_id": agreement or None,
        },
    )
    typer.echo(text(said, client=client, code=code, purpose=purpose))


@app.command("list")
def listing(
    ctx: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="Write the permits as JSON."),
) -> None:
    """List the permits: which system reads what, why and on what ground.

    Example: saola registry list
    """
    prepare(ctx)
    from saola.server.registries.models import Permit  # noqa: PLC0415  (Django is set up now)

    living = Permit.objects.select_related("registry").filter(registry__ended=None)
    names = ("registry__code", "client", "agency", "purpose", "ground", "fields", "writes")
    rows = list(living.order_by("registry__code", "client").values(*names))
    if as_json:
        screen.write_json([{"registry": row.pop("registry__code"), **row} for row in rows])
    elif rows:
        heads = ("Registry", "Client", "Agency", "Purpose", "Ground", "Fields")
        cells = (
            [row["registry__code"], *(row[name] for name in names[1:5]), ", ".join(row["fields"])]
            for row in rows
        )
        screen.show(text("Permits"), [text(head) for head in heads], cells)
    else:
        screen.say("No system may use a registry yet.")


@app.command()
def withdraw(
    ctx: typer.Context,
    code: str = typer.Argument(help="The registry's name."),
    client: str = typer.Option(help="The client whose permit ends."),
) -> None:
    """End what a client may do in a registry, at once.

    Example: saola registry withdraw population --client 7Zk3
    """
    prepare(ctx)
    from saola.server.registries.models import Permit  # noqa: PLC0415  (Django is set up now)

    if not Permit.objects.filter(client=client, registry__code=code).delete()[0]:
        raise InputError("system-absent", found=client)
    screen.say("{client} may use nothing in {code}.", client=client, code=code)


@app.command()
def agreement(
    ctx: typer.Context,
    file: Path = typer.Argument(help="The agreement as JSON, with its policy."),
) -> None:
    """Publish an agreement that persons may consent to, on their page and by API.

    Example: saola registry agreement reminders.json
    """
    table = _read(file)
    prepare(ctx)
    from saola.server.registries import consent  # noqa: PLC0415  (Django is set up now)

    made = consent.publish(table, now=screen.now())
    typer.echo(text("Agreement {number} is published.", number=made.pk))
