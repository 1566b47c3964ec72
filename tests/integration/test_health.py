"""``platform-db health`` and the settings of a server: what could be better is advice, and advice is no fault."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final, cast

import pytest

from platform_db import migration
from platform_db.cli import app
from platform_db.operations.server import EmbeddedServer, ServerOptions, throwaway_options

if TYPE_CHECKING:
    from collections.abc import Iterator

ALMOST: Final = {"shared_buffers": "255MB", "checkpoint_completion_target": "0.89", "wal_compression": "off"}
NAMES: Final = list(ALMOST)


@pytest.fixture
def almost_well_set() -> Iterator[str]:
    """The address of a migrated database on a server whose administrator set a little too little."""
    server = EmbeddedServer(throwaway_options(ALMOST))
    try:
        url = server.start().url
        asyncio.run(_migrated(url))
        yield url
    finally:
        server.destroy()


async def _migrated(url: str) -> None:
    await migration.up(url)


@pytest.fixture
def as_it_starts() -> Iterator[str]:
    """The address of the embedded server as everybody gets it."""
    server = EmbeddedServer(ServerOptions(home=throwaway_options().home))
    try:
        yield server.start().url
    finally:
        server.destroy()


def checks(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """State and detail of each check of a setting, as a program reads them."""
    told = cast("dict[str, object]", json.loads(capsys.readouterr().out))
    found = cast("list[dict[str, str]]", told["checks"])
    return {check["name"]: (check["state"], check["detail"]) for check in found if check["name"] in NAMES}


def test_a_setting_is_named_beside_its_advice_and_health_is_good(
    almost_well_set: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a server that has less than is advised
    monkeypatch.setenv("PLATFORM_DB_URL", almost_well_set)
    # When health is asked, then it is good, and each value found stands beside the advice and what to do
    assert app.run(["health"]) == 0
    reload = "set it in postgresql.conf and reload the server's configuration"
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "advice   shared_buffers: 255MB; advised: 256MB or more; set it in postgresql.conf and restart the server",
        f"advice   checkpoint_completion_target: 0.89; advised: 0.9 or more; {reload}",
        f"advice   wal_compression: off; advised: on; {reload}",
    ]
    # And a program can tell it from a fault
    assert app.run(["health", "--json"]) == 0
    assert [state for state, _ in checks(capsys).values()] == ["advice"] * 3


def test_the_embedded_server_starts_with_what_is_advised(
    as_it_starts: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a server of this library's own, not migrated yet, which is a fault
    monkeypatch.setenv("PLATFORM_DB_URL", as_it_starts)
    assert app.run(["health", "--json"]) == 1
    # Then its settings are well
    assert checks(capsys) == {
        "shared_buffers": ("ok", "256MB; advised: 256MB or more"),
        "checkpoint_completion_target": ("ok", "0.9; advised: 0.9 or more"),
        "wal_compression": ("ok", "pglz; advised: on"),
    }
