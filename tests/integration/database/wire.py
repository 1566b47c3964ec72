"""A proxy on the way to the server that can break it, as a failing network does."""

from __future__ import annotations

import asyncio
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

__all__ = ["Wire"]


class Wire:
    """A proxy on the way to the server that can break it, as a failing network does."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._query = parse_qs(parts.query)
        self._parts = parts
        self.on_commit: Literal["pass", "cut before", "cut after"] = "pass"
        self.silent = False
        self.commits = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        user = self._parts.netloc.rpartition("@")[0]
        return f"postgresql://{user}@127.0.0.1:{port}{self._parts.path}?sslmode=disable"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = self._query.get("host", [""])[0]
        port = int(self._query.get("port", [str(self._parts.port or 5432)])[0])
        if folder.startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._parts.hostname, port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await self._upstream()
        cut = asyncio.Event()
        pumps = [
            asyncio.ensure_future(self._to_server(reader, up_writer, cut)),
            asyncio.ensure_future(self._to_client(up_reader, writer, cut)),
        ]
        self._tasks.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        self._tasks.difference_update(pumps)
        for end in (writer, up_writer):
            end.close()

    async def _to_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if b"COMMIT\0" in data:
                self.commits += 1
                if self.on_commit == "cut before":
                    return
                if self.on_commit == "cut after":
                    cut.set()
            if not self.silent:
                writer.write(data)
                await writer.drain()

    async def _to_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if cut.is_set():
                # The server has answered the COMMIT; the answer never arrives.
                return
            if not self.silent:
                writer.write(data)
                await writer.drain()
