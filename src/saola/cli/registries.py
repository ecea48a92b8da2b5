"""`saola registries`: what other agencies' systems may read in the registers."""

import typer

from saola.cli import screen
from saola.cli.identity import prepare
from saola.errors import InputError
from saola.language import text

app = typer.Typer(no_args_is_help=True, help="What other agencies' systems may read.")


@app.command("list")
def listing(
    ctx: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="Write the permits as JSON."),
) -> None:
    """List the permits: which system reads what, why and on what ground.

    Example: saola registries list
    """
    prepare(ctx)
    from saola.server.registries.models import Permit  # noqa: PLC0415  (Django is set up now)

    living = Permit.objects.select_related("registry").filter(registry__ended=None)
    found = list(living.order_by("registry__code", "client"))
    rows = [
        {
            "registry": held.registry.code,
            "client": held.client,
            "agency": held.agency,
            "purpose": held.purpose,
            "ground": held.ground,
            "fields": held.fields,
            "writes": held.writes,
        }
        for held in found
    ]
    if as_json:
        screen.write_json(rows)
        return
    if not rows:
        screen.say("No system may read a register yet.")
        return
    heads = ("Registry", "Client", "Agency", "Purpose", "Ground", "Fields")
    cells = (
        [
            row["registry"],
            row["client"],
            row["agency"],
            row["purpose"],
            row["ground"],
            ", ".join(held.fields),
        ]
        for row, held in zip(rows, found, strict=True)
    )
    screen.show(text("Permits"), [text(head) for head in heads], cells)


@app.command()
def grant(
    ctx: typer.Context,
    client: str = typer.Argument(help="The client_id of the system."),
    registry: str = typer.Argument(help="The register, such as population."),
    purpose: str = typer.Option(..., help="Why, in words that the person will read."),
    ground: str = typer.Option(..., help="The law or decision that allows it."),
    field: list[str] = typer.Option(..., help="What it may read; may repeat."),
) -> None:
    """Let an agency's system read some fields of a register; what it might read before ends.

    Example: saola registries grant 7Zk3… population --purpose "Child benefit" --ground "Decree
    20/2021/ND-CP" --field names --field born
    """
    prepare(ctx)
    from saola.server.identity.models import Client  # noqa: PLC0415
    from saola.server.registries import served  # noqa: PLC0415

    found = Client.objects.filter(identifier=client).select_related("organisation").first()
    if found is None:
        raise InputError("system-absent", found=client)
    served.grant(
        client,
        registry,
        purpose=purpose,
        ground=ground,
        fields=frozenset(field),
        agency=found.organisation.name,
    )
    said = "{client} may read {fields} for “{purpose}”."
    screen.say(said, client=client, fields=", ".join(sorted(field)), purpose=purpose)


@app.command()
def withdraw(
    ctx: typer.Context,
    client: str = typer.Argument(help="The client_id of the system."),
    registry: str = typer.Argument(help="The register."),
) -> None:
    """End what a system may read in a register, at once.

    Example: saola registries withdraw 7Zk3… population
    """
    prepare(ctx)
    from saola.server.registries.models import Permit  # noqa: PLC0415

    found = Permit.objects.filter(client=client, registry__code=registry)
    if not found.delete()[0]:
        raise InputError("system-absent", found=client)
    screen.say("{client} may read nothing in {registry}.", client=client, registry=registry)
