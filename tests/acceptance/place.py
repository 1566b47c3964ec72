"""A database, and the commands of those who work on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from platform_db.operations.server import EmbeddedServer, ServerOptions
from tests.acceptance.installation import Installation, answers
from tests.acceptance.tls_server import MARK
from tests.raw import connect

__all__ = ["Place"]


@dataclass(frozen=True)
class Place:
    """An address, and the environment that commands are run in there; none of them may show the password."""

    installation: Installation
    url: str
    environment: str

    @classmethod
    def started(cls, folder: Path, environment: str) -> Place:
        """An embedded server in a new home, and its empty database."""
        installation = Installation(folder)
        (told,) = answers(installation.run("server", "start", "--json"))
        return cls(installation, str(told["url"]), environment)

    def destroy(self) -> None:
        """Stop the embedded server of this home and delete its data."""
        EmbeddedServer(ServerOptions(home=Path(self.installation.environment["PLATFORM_DB_HOME"]))).destroy()

    def beside(self, database: str) -> Place:
        """Another database of the server, which need not be there."""
        return replace(self, url=urlsplit(self.url)._replace(path=f"/{database}").geturl())

    def run(self, *arguments: str, given: str = "", **variables: str) -> tuple[int, str, str]:
        """Run a command; its exit code, its answer and its complaints."""
        known = {"PLATFORM_DB_URL": self.url, "PLATFORM_DB_ENVIRONMENT": self.environment}
        done = self.installation.run(*arguments, given=given, **{**known, **variables})
        assert MARK not in done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    def told(self, *arguments: str, given: str = "") -> str:
        """What a command that ends well and complains about nothing says."""
        code, out, err = self.run(*arguments, given=given)
        assert (code, err) == (0, ""), f"{arguments}: {code}\n{out}{err}"
        return out

    def execute(self, *statements: str, role: str = "platform_owner") -> None:
        """Run statements past the library."""

        async def run() -> None:
            opened = await connect(self.url)
            try:
                for statement in (f"SET ROLE {role}", *statements) if role else statements:
                    await opened.execute(statement)
            finally:
                await opened.close()

        asyncio.run(run())

    def query(self, statement: str) -> list[tuple[object, ...]]:
        return self.installation.query(statement, at=self.url)
