"""In production a migration talks to a server whose certificate it has verified, or to none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from platform_db import migration
from platform_db.errors import ConnectionLost
from tests.acceptance.tls_server import Authority
from tests.seed.tls import encrypted, server_context

if TYPE_CHECKING:
    from pathlib import Path

HOST = "localhost"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ornek-kok")


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_ENVIRONMENT", "production")


def address(server: str, port: int, trusted: Authority) -> str:
    parts = urlsplit(server)
    return f"postgresql://{parts.username}@{HOST}:{port}{parts.path}?sslmode=verify-full&sslrootcert={trusted.root}"


async def test_a_server_with_the_right_certificate_is_migrated(
    shared_database_url: str, authority: Authority, tmp_path: Path
) -> None:
    async with encrypted(shared_database_url, server_context(tmp_path, *authority.certificate(HOST))) as port:
        assert (await migration.status(address(shared_database_url, port, authority))).at_head


async def test_a_certificate_of_somebody_else_is_refused(
    shared_database_url: str, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "yabanci-kok")
    async with encrypted(shared_database_url, server_context(tmp_path, *stranger.certificate(HOST))) as port:
        with pytest.raises(ConnectionLost, match="certificate verify failed: unable to get local issuer"):
            await migration.status(address(shared_database_url, port, authority))


async def test_a_certificate_of_another_host_is_refused(
    shared_database_url: str, authority: Authority, tmp_path: Path
) -> None:
    elsewhere = authority.certificate("db.ornekdemir.com.tr")
    async with encrypted(shared_database_url, server_context(tmp_path, *elsewhere)) as port:
        with pytest.raises(ConnectionLost, match="certificate is not valid for"):
            await migration.status(address(shared_database_url, port, authority))
