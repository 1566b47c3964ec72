"""What preflight says a proof will take, beside what it takes: every kind of constraint on large tables."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import cloned, connected
from platform_db.operations.preflight import chosen_tables
from platform_db.operations.preflight import preflight as examined

if TYPE_CHECKING:
    from benchmarks.driver import Connection
    from benchmarks.measure import Effort
    from platform_db.operations.preflight import Report
    from platform_db.operations.server import EmbeddedServer

__all__ = ["preflight"]

_USERS: Final = 10_000
_PER_EFFORT: Final = 500
"""Rows for each row of the other parts: a million at full effort."""

_FACTOR: Final = 3.0

# The rows break nothing, so that everything can be added afterwards.
_FILL: Final = (
    "INSERT INTO users (email) SELECT format('alici%s@ornek-imalat.com.tr', n) FROM generate_series(1, {users}) AS n",
    """
    INSERT INTO orders (order_number, buyer_id, subtotal_cents, tax_cents, shipping_cents, discount_cents, total_cents,
        total_try_cents, status, shipping_name, shipping_phone, shipping_address, shipping_city, created_at, updated_at)
    SELECT format('SIP-%s', n), (SELECT min(id) FROM users) + n % {users}, 90000, 18000, 5000, 2000, 111000,
        111000, 'pending', 'Depo Sorumlusu', '+902161234567', 'Organize Sanayi Bölgesi 3. Cadde No: 12', 'İstanbul',
        now(), now()
    FROM generate_series(1, {rows}) AS n
    """,
    """
    INSERT INTO licenses (user_id, type, status, seats, starts_at, ends_at)
    SELECT (SELECT min(id) FROM users) + n % {users}, 'basic', 'active', 5,
        '2010-01-01Z'::timestamptz + n / {users} * interval '50 days',
        '2010-01-01Z'::timestamptz + n / {users} * interval '50 days' + interval '49 days'
    FROM generate_series(1, {rows}) AS n
    """,
)
_PREPARED: Final = (
    "ALTER TABLE users DISABLE TRIGGER USER",
    "ALTER TABLE orders DISABLE TRIGGER USER",
    "ALTER TABLE licenses DISABLE TRIGGER USER",
    "ALTER TABLE orders ALTER shipping_phone DROP NOT NULL",
)
_CHECKED: Final = (
    "ck_orders_total_calculation",
    "ck_orders_shipping_phone_not_empty",
    "ck_orders_shipping_name_not_empty",
    "ck_orders_created_at_finite",
    "fk_orders_buyer_id_users",
)
"""Constraints that are proven by VALIDATE."""

_NOT_NULL: Final = "orders_shipping_phone_not_null"
_UNIQUE: Final = "uq_orders_order_number"
_EXCLUSION: Final = "ex_licenses_no_overlap"
_DEFINED: Final = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1"


async def preflight(server: EmbeddedServer, effort: Effort) -> list[Section]:
    url = await cloned(server, TEMPLATE, "preflighted")
    rows = effort.rows * _PER_EFFORT
    owner = await connected(url)
    try:
        await owner.execute("SET ROLE platform_owner")
        definitions = await _without(owner)
        for statement in (*_PREPARED, *_FILL):
            await owner.execute(statement.format(rows=rows, users=_USERS))
        for table in ("users", "orders", "licenses"):
            await owner.execute(f"VACUUM (ANALYZE) {table}")
        begin = time.perf_counter()
        report = await examined(url, chosen_tables(["orders", "licenses"]))
        whole = time.perf_counter() - begin
        measured = await _proofs(owner, definitions)
    finally:
        await owner.close()
    assert report.summary.violations.all == 0
    return [_compared(report, measured, rows), _reading(report, whole)]


async def _without(owner: Connection) -> dict[str, str]:
    """Take the constraints away, and say how each is written."""
    found: dict[str, str] = {}
    for name in (*_CHECKED, _UNIQUE, _EXCLUSION):
        found[name] = str(await owner.fetchval(_DEFINED, name))
        await owner.execute(f"ALTER TABLE {_table_of(name)} DROP CONSTRAINT {name}")
    return found


def _table_of(constraint: str) -> str:
    return "licenses" if constraint == _EXCLUSION else "orders"


async def _proofs(owner: Connection, definitions: dict[str, str]) -> dict[str, float]:
    """Seconds that the server takes to prove each, as an operator would add it."""
    measured: dict[str, float] = {}
    for name in _CHECKED:
        await owner.execute(f"ALTER TABLE orders ADD CONSTRAINT {name} {definitions[name]} NOT VALID")
        measured[name] = await _timed(owner, f"ALTER TABLE orders VALIDATE CONSTRAINT {name}")
    await owner.execute("ALTER TABLE orders ADD CONSTRAINT proof CHECK (shipping_phone IS NOT NULL) NOT VALID")
    measured[_NOT_NULL] = await _timed(owner, "ALTER TABLE orders VALIDATE CONSTRAINT proof")
    measured[_UNIQUE] = await _timed(owner, f"CREATE UNIQUE INDEX CONCURRENTLY {_UNIQUE} ON orders (order_number)")
    measured[_EXCLUSION] = await _timed(
        owner, f"ALTER TABLE licenses ADD CONSTRAINT {_EXCLUSION} {definitions[_EXCLUSION]}"
    )
    return measured


async def _timed(owner: Connection, statement: str) -> float:
    begin = time.perf_counter()
    await owner.execute(statement)
    return time.perf_counter() - begin


def _compared(report: Report, measured: dict[str, float], rows: int) -> Section:
    section = Section(f"preflight's estimate and the proof, {rows:,} rows", ("estimated s", "measured s", "off by ×"))
    worst = 1.0
    for finding in report.findings:
        if finding.name in measured and finding.estimate_seconds is not None:
            estimated, took = finding.estimate_seconds, measured[finding.name]
            factor = max(estimated / took, took / estimated)
            worst = max(worst, factor)
            section.row(finding.name, estimated, took, factor)
    assert len(section.rows) == len(measured)
    section.verdicts = [Verdict("the estimate that is furthest off", worst, _FACTOR)]
    section.notes = ("each proof once, on warm pages; the unique index is built CONCURRENTLY",)
    return section


def _reading(report: Report, whole: float) -> Section:
    section = Section("preflight, every constraint of two tables", ("rows", "constraints", "s"))
    for table in report.tables:
        section.row(table.name, table.rows, len(table.constraints), table.seconds)
    section.row("in all", report.summary.rows, report.summary.constraints, whole)
    return section
