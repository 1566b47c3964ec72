"""Homes, sockets and binaries of every kind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import ConfigurationError
from platform_db.operations.server import EmbeddedServer, ServerOptions
from platform_db.operations.server.binaries import VARIABLE, find_binaries
from platform_db.operations.server.places import Home, default_home
from tests.faults.embedded_server.clusters import fetchval

if TYPE_CHECKING:
    from tests.faults.embedded_server.clusters import Clusters

MACHINES_15 = Path("/usr/lib/postgresql/15/bin")
LONGEST_SOCKET_PATH = 103


@pytest.mark.parametrize(
    "home", ["şirket verisi 'A' \"B\" $HOME/ev", "/".join(["a rather long name"] * 12)], ids=["hostile", "deep"]
)
async def test_the_path_of_the_home_does_not_matter(clusters: Clusters, home: str) -> None:
    server = clusters.server(home)
    info = server.start()
    assert info.home == clusters.folder / home
    assert len(os.fsencode(info.socket / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert await fetchval(info.url, "SELECT 1") == 1
    assert not server.start().started
    assert server.stop()


def test_an_unusable_runtime_folder_is_passed_over(clusters: Clusters, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a runtime folder with a path too long for a socket, and a folder for temporary files that others may swap
    long = clusters.folder / ("r" * 90)
    long.mkdir()
    open_to_all = clusters.folder / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setattr("tempfile.tempdir", str(open_to_all))
    # when, then
    assert clusters.server().start().socket.parent == Path("/tmp")  # noqa: S108 - where it must end up


def test_a_usable_runtime_folder_is_taken(clusters: Clusters, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = clusters.folder / "run"
    runtime.mkdir(mode=0o711)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert clusters.server().start().socket.parent == runtime


def test_a_home_that_cannot_be_made_names_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigurationError, match=r"\(Not a directory\); set PLATFORM_DB_HOME"):
        EmbeddedServer(ServerOptions(home=file / "home")).start()


def test_the_default_home_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert default_home() == tmp_path / ".local" / "share" / "platform_db"
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert default_home() == tmp_path / ".local" / "share" / "platform_db"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert default_home() == tmp_path / "xdg" / "platform_db"


def test_asking_about_a_server_makes_no_folder(tmp_path: Path) -> None:
    server = EmbeddedServer(ServerOptions(home=tmp_path / "home"))
    assert server.status().state == "stopped"
    assert not server.stop()
    with pytest.raises(ConfigurationError, match="never started"):
        server.url()
    assert not (tmp_path / "home").exists()


def test_an_unreadable_launch_file_is_no_obstacle(clusters: Clusters) -> None:
    server = clusters.server()
    first = server.start()
    server.stop()
    Home.at(clusters.folder / "home").launch_file.write_text('{"socket": 1')
    second = server.start()
    assert (second.started, second.data) == (True, first.data)
    first.socket.rmdir()


@pytest.mark.skipif(not MACHINES_15.is_dir(), reason="no PostgreSQL 15 on this machine")
async def test_the_machines_own_postgresql_serves_where_there_is_no_wheel(
    clusters: Clusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the oldest version that is supported, and no choice of the environment's
    monkeypatch.delenv(VARIABLE, raising=False)
    server = clusters.server(binaries=MACHINES_15)
    info = server.start()
    # then
    assert info.version.startswith("15.")
    assert await fetchval(info.url, "SELECT lower('ÇĞİ') = 'çği' AND current_user = 'platform_db'") is True
    await fetchval(info.url, "CREATE ROLE shop_app NOLOGIN")
    await fetchval(info.url, "GRANT shop_app TO platform_db")
    await fetchval(info.url, "CREATE TABLE shelf (id bigint)")
    # and another version is refused, while with no choice given the fitting one is found
    server.stop()
    with pytest.raises(ConfigurationError, match=r"belongs to PostgreSQL 15, .* holds 18"):
        clusters.server(binaries=find_binaries(None, 18).folder).start()
    assert clusters.server().start().version == info.version


def test_binaries_that_do_not_exist_name_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not the bin folder of a PostgreSQL"):
        find_binaries(tmp_path)
    with pytest.raises(ConfigurationError, match=r"no PostgreSQL 99 .* PLATFORM_DB_POSTGRES_BIN .* PLATFORM_DB_URL"):
        find_binaries(None, 99)


def test_binaries_too_old_are_refused(tmp_path: Path) -> None:
    # given a folder whose programs say that they are PostgreSQL 14
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.22'\n")
        program.chmod(0o755)
    # when, then
    with pytest.raises(ConfigurationError, match=r"14\.22 .* is too old; at least 15"):
        find_binaries(tmp_path)
