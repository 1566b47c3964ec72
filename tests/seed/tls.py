"""An end of the encryption before the real server, so that TLS is tried where the server was built without it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

__all__ = ["encrypted", "server_context"]

_SSL_REQUEST: Final = bytes.fromhex("0000000804d2162f")


def server_context(folder: Path, certificate: bytes, key: bytes) -> ssl.SSLContext:
    """What a server shows to its clients."""
    both = folder / "server.pem"
    both.write_bytes(key + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


@asynccontextmanager
async def encrypted(server: str, context: ssl.SSLContext) -> AsyncGenerator[int]:
    """The port of a server in front of the one at ``server`` (a socket's URL) that speaks TLS and nothing else."""
    query = parse_qs(urlsplit(server).query)
    socket = f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(len(_SSL_REQUEST)) == _SSL_REQUEST
            writer.write(b"S")
            await writer.start_tls(context)
            behind, before = await asyncio.open_unix_connection(socket)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            return
        await asyncio.gather(_pump(reader, before), _pump(behind, writer))

    opened = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield opened.sockets[0].getsockname()[1]
    opened.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while received := await reader.read(65536):
            writer.write(received)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
