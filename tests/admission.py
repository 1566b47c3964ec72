"""Letting every login into a server of the tests' own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.operations.server import BOOTSTRAP_ROLE
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.operations.server import EmbeddedServer

__all__ = ["let_every_login_in"]


def let_every_login_in(server: EmbeddedServer) -> None:
    """Admit every login without a password; who comes in is decided by the socket's folder alone."""
    superuser = server.url(user=BOOTSTRAP_ROLE)
    file = Path(asyncio.run(_answer(superuser, "SHOW hba_file")))
    file.write_text("local all all trust\nlocal replication all trust\n", encoding="utf-8")
    asyncio.run(_answer(superuser, "SELECT pg_reload_conf()::text"))


async def _answer(url: str, question: str) -> str:
    connection = await connect(url)
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()
