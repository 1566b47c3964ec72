"""``platform-db server``: the embedded PostgreSQL that is used when ``PLATFORM_DB_URL`` is not set."""

from __future__ import annotations

from typing import Annotated

import typer

from platform_db.cli.output import Json, error_document, error_text, exit_codes, print_json
from platform_db.errors import Conflict
from platform_db.operations.server import DATABASE, LOGIN_ROLE, EmbeddedServer
from platform_db.settings import Settings

__all__ = ["app"]

NO = 1
"""``status`` and ``url``: the server does not run. ``stop``: other processes use it."""

app = typer.Typer(
    name="server",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="The embedded PostgreSQL: started once, shared by every process of this user, kept until it is stopped.",
    epilog=exit_codes("0 done", "1 not running (status, url) or in use (stop)"),
)


@app.command(epilog=exit_codes("0 running, or nothing to start"))
def start(json: Json = False) -> None:
    """Start the server, or find it running. With PLATFORM_DB_URL set, nothing is started."""
    settings = Settings.load()
    if settings.url is not None:
        if json:
            print_json({"started": False, "external": True, "url": settings.masked_url})
        else:
            typer.echo(f"PLATFORM_DB_URL is set ({settings.masked_url}): nothing is started")
        return
    info = EmbeddedServer().start()
    if json:
        print_json({**info.as_json(), "external": False})
        return
    typer.echo(f"PostgreSQL {info.version} {'started' if info.started else 'runs already'}: {info.url}")
    typer.echo(f"socket {info.socket}\ndata   {info.data}\nlog    {info.log}")


@app.command(epilog=exit_codes("0 stopped, or was not running", "1 other processes use it"))
def stop(
    force: Annotated[bool, typer.Option("--force", help="Stop even while other processes use it.")] = False,
    json: Json = False,
) -> None:
    """Stop the server. Refused while other processes use it, unless --force."""
    server = EmbeddedServer()
    try:
        stopped = server.force_stop() if force else server.stop()
    except Conflict as error:
        if json:
            print_json(error_document(error))
        else:
            typer.echo(error_text(error), err=True)
        raise typer.Exit(NO) from None
    if json:
        print_json({"stopped": stopped, "running": False})
    else:
        typer.echo("stopped" if stopped else "was not running")


@app.command(epilog=exit_codes("0 running", "1 not running"))
def status(json: Json = False) -> None:
    """Say whether the server runs, and who uses it."""
    found = EmbeddedServer().status()
    if json:
        print_json(found.as_json())
    elif found.info is None:
        typer.echo(f"{found.state} ({found.home})")
    else:
        typer.echo(f"running, PostgreSQL {found.info.version}: {found.info.url}")
        for holder in found.leases:
            typer.echo(f"used by process {holder.pid} ({holder.command})")
    if not found.running:
        raise typer.Exit(NO)


@app.command(epilog=exit_codes("0 printed", "1 not running"))
def url(
    database: Annotated[str, typer.Option(help="The database to name in the address.")] = DATABASE,
    user: Annotated[str, typer.Option(help="The role to name in the address.")] = LOGIN_ROLE,
    json: Json = False,
) -> None:
    """Print the address in use: PLATFORM_DB_URL with its password masked, else that of the running server."""
    settings = Settings.load()
    if settings.url is not None:
        address, external = settings.masked_url, True
    else:
        server = EmbeddedServer()
        if not server.status().running:
            if json:
                print_json({"running": False})
            else:
                typer.echo("the server does not run; start it with `platform-db server start`", err=True)
            raise typer.Exit(NO)
        address, external = server.url(database, user), False
    if json:
        print_json({"url": address, "external": external})
    else:
        typer.echo(address)
