"""`saola identity`: services, keys and first officers from the operator's own terminal."""

import datetime as dt
import json
import os
from pathlib import Path

import typer

from saola.cli.main import folder_of
from saola.errors import InputError
from saola.language import moment, text
from saola.server.identity.tasks import NATIONAL

app = typer.Typer(
    add_completion=False, help="Services that sign people in here, signing keys, officers."
)
client_app = typer.Typer(add_completion=False, help="Services that sign people in here.")
key_app = typer.Typer(add_completion=False, help="Keys that sign tokens.")
app.add_typer(client_app, name="client")
app.add_typer(key_app, name="key")


def prepare(ctx: typer.Context) -> Path:
    """Set the server up on the workspace that the command's options name."""
    home = folder_of(ctx)
    home.mkdir(parents=True, exist_ok=True)
    os.environ["SAOLA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saola.server.settings")
    import django  # noqa: PLC0415  (only these verbs need the server)

    from saola.server import databases  # noqa: PLC0415  (Django is set up now)

    django.setup()
    databases.prepare(home)
    return home


@client_app.command("add")
def add_client(
    ctx: typer.Context,
    name: str = typer.Argument(help="The name that people see."),
    redirect: list[str] = typer.Option([], help="An address that answers go to; may repeat."),
    agency: str = typer.Option("saola", help="The code of the agency whose service it is."),
    scope: list[str] = typer.Option(["openid", "profile"], help="What it may ask for; may repeat."),
    keys: Path = typer.Option(None, help="Its public keys, a JWKS file."),
    method: str = typer.Option(
        "private_key_jwt",
        help="private_key_jwt, client_secret_basic, client_secret_post or none.",
    ),
    logout: list[str] = typer.Option([], help="An address to return to after sign-out."),
    grant: list[str] = typer.Option(["authorization_code", "refresh_token"], help="Its grants."),
    alg: str = typer.Option("ES256", help="The algorithm of its ID tokens: ES256 or RS256."),
) -> None:
    """Register and approve a service; its secret, if it has one, is shown once.

    Example: saola identity client add "Land office" --redirect https://land.example/back
    --keys land.jwks.json
    """
    prepare(ctx)
    from saola.server.identity import clients  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.models import Organisation  # noqa: PLC0415  (Django is set up now)

    organisation, _ = Organisation.objects.get_or_create(
        code=agency, defaults={"name": agency, "agency": True}
    )
    made, secret = clients.add(
        organisation,
        name=name,
        redirect_uris=redirect,
        scopes=scope,
        keys=_ring(keys),
        method=method,
        by=None,
        logout_uris=logout,
        grants=grant,
        id_token_alg=alg,
    )
    clients.approve(made, by=None)
    shown = {"client_id": made.identifier, **({"client_secret": secret} if secret else {})}
    typer.echo(json.dumps(shown))


def _ring(file: Path | None) -> dict[str, object] | None:
    if file is None:
        return None
    try:
        ring = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("keys-unreadable", where=str(file)) from error
    if not isinstance(ring, dict) or not isinstance(ring.get("keys"), list):
        raise InputError("keys-unreadable", where=str(file))
    return ring


@key_app.command("rotate")
def rotate(
    ctx: typer.Context,
    now: bool = typer.Option(False, "--now", help="Sign with them now and retire the old ones."),
) -> None:
    """Make new signing keys; they are published at once and sign after a day.

    Example: saola identity key rotate
    """
    prepare(ctx)
    from django.utils import timezone  # noqa: PLC0415  (Django is set up now)

    from saola.server.identity.provider import keys  # noqa: PLC0415  (Django is set up now)

    keys.ensure()
    for made in keys.rotate(at_once=now):
        when = moment(made.signs_from, timezone.get_current_timezone())
        typer.echo(
            text("{alg} {kid} signs from {when}.", alg=made.algorithm, kid=made.kid, when=when)
        )


@app.command("officer")
def officer(
    ctx: typer.Context,
    email: str = typer.Argument(help="The e-mail address of the account."),
    agency: str = typer.Option("saola", help="The code of the agency."),
    task: list[str] = typer.Option(["administrator"], help="What the person may do; may repeat."),
) -> None:
    """Give an account a right without a second person: the first two administrators start so.

    Example: saola identity officer lan@example.org --agency VNM.M.MOST
    """
    prepare(ctx)

    from saola.server.identity import rights  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.models import Account, Organisation  # noqa: PLC0415  (Django is set up now)

    account = Account.objects.filter(email=email.lower()).first()
    if account is None:
        raise InputError("account-unknown", found=email)
    organisation, _ = Organisation.objects.get_or_create(
        code=agency, defaults={"name": agency, "agency": True}
    )
    for one in task:
        rights.grant(account, one, organisation=organisation)
        typer.echo(text("{email} may do: {task}.", email=email, task=one))


@app.command("agency")
def agency(
    ctx: typer.Context,
    code: str = typer.Argument(help="The code of the agency."),
    keeps: bool = typer.Option(
        True,
        "--keeps/--no-keeps",
        help="Whether it hands out the tasks clerk, land, proof and auditor.",
    ),
) -> None:
    """Say whether an agency hands out the tasks that open national registers and the log.

    Example: saola identity agency VNM.M.MPS --keeps
    """
    prepare(ctx)
    from saola.server.identity import organisations  # noqa: PLC0415  (Django is set up now)

    organisations.keep(code, keeps=keeps)
    said = "{agency} may hand out: {tasks}." if keeps else "{agency} may not hand out: {tasks}."
    typer.echo(text(said, agency=code, tasks=", ".join(sorted(NATIONAL))))


@app.command("tidy")
def tidy(ctx: typer.Context) -> None:
    """Forget proofs, codes and requests that have expired; the log keeps its events.

    Example: saola identity tidy
    """
    prepare(ctx)
    from saola.server.identity import tidying  # noqa: PLC0415  (Django is set up now)

    for name, count in tidying.tidy(dt.timedelta(days=1)).items():
        typer.echo(f"{name}: {count}")
