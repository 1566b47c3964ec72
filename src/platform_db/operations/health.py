"""Whether the database is fit for work: a handful of short questions, nothing changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from platform_db.domain.audit_logs import CHAINS
from platform_db.errors import PlatformError
from platform_db.migration.connection import connection
from platform_db.migration.head import status
from platform_db.operations.server.advised import ADVISED
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.database.executor import Row
    from platform_db.migration.connection import Connection
    from platform_db.migration.head import Status

__all__ = ["Check", "HealthReport", "check_health"]

State = Literal["ok", "advice", "failed", "unknown"]

UNIT_OF_WORK_ROLES: Final = (Role.APP, Role.WORKER)
"""What a login of the library must be able to become."""

_ROLES: Final = """
    SELECT name, to_regrole(name) IS NOT NULL AS made, to_regrole(name) IS NOT NULL AND pg_has_role(to_regrole(name),
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS taken
    FROM unnest($1::text[]) AS name
"""

# One look into the index of places per chain, however long the log.
_HEADS: Final = """
    SELECT count(*) AS heads, coalesce(sum(seq), 0)::bigint AS entries, count(*) FILTER (WHERE NOT agrees) AS astray
    FROM (
        SELECT head.seq, last.seq IS NOT DISTINCT FROM nullif(head.seq, 0)
            AND last.chain_hash IS NOT DISTINCT FROM CASE WHEN head.seq > 0 THEN head.chain_hash END AS agrees
        FROM audit_chain_heads AS head
        LEFT JOIN LATERAL (
            SELECT seq, chain_hash FROM audit_logs WHERE chain_id = head.chain_id ORDER BY seq DESC LIMIT 1
        ) AS last ON true
    ) AS compared
"""

_MONTHS: Final = """
    SELECT count(to_regclass('public.enterprise_audit_log_y' || to_char(month, 'YYYY"m"MM')))
    FROM generate_series(date_trunc('month', now()), now() + interval '1 month', interval '1 month') AS month
"""

_SETTINGS: Final = """
    SELECT name, current_setting(name) AS found, vartype <> 'enum' AS graded, context = 'postmaster' AS at_start,
        CASE vartype
            WHEN 'integer' THEN pg_size_bytes(current_setting(name)) >= pg_size_bytes(advised)
            WHEN 'real' THEN setting::numeric >= advised::numeric
            ELSE setting <> 'off'
        END AS met
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (name, advised, place) JOIN pg_settings USING (name)
    ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    ``advice`` is no fault: the server works, and would work better. ``unknown`` is when this login may not ask.
    """

    name: str
    state: State
    detail: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What was found.

    Attributes
    ----------
    reachable
        Whether the server answered; ``checks`` is then not empty.
    detail
        Why it is not reachable, empty otherwise.
    seconds
        How long a round trip took, connecting included.
    """

    reachable: bool
    detail: str
    server_version: str | None
    seconds: float | None
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        return self.reachable and all(check.state != "failed" for check in self.checks)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "healthy": self.healthy,
            "reachable": self.reachable,
            "detail": self.detail,
            "server_version": self.server_version,
            "seconds": None if self.seconds is None else round(self.seconds, 4),
            "checks": [{"name": check.name, "state": check.state, "detail": check.detail} for check in self.checks],
        }


async def check_health(url: str) -> HealthReport:
    """Ask the server of ``url`` whether schema, roles, audit chains, partitions and settings are as they should be.

    Never raises for a server that is away or refuses the login: that is an answer, too.
    """
    begin = time.perf_counter()
    try:
        async with connection(url) as opened:
            version = str(await opened.fetchval("SHOW server_version")).split()[0]
            seconds = time.perf_counter() - begin
            standing = await status(url)
            checks = [_schema(standing), await _roles(opened)]
            if standing.at_head:
                checks += [await _chains(opened), await _months(opened)]
            checks += await _settings(opened)
    except PlatformError as error:
        return HealthReport(reachable=False, detail=error.message, server_version=None, seconds=None, checks=())
    return HealthReport(reachable=True, detail="", server_version=version, seconds=seconds, checks=tuple(checks))


def _schema(standing: Status) -> Check:
    if standing.at_head:
        return Check("schema", "ok", f"at {standing.head}")
    if not standing.known:
        return Check("schema", "failed", f"at {standing.current}, unknown to this package: install a newer one")
    count = len(standing.pending)
    return Check("schema", "failed", f"{count} revision(s) behind {standing.head}: run `platform-db migrate up`")


async def _roles(opened: Connection) -> Check:
    rows = await opened.fetch(_ROLES, list(Role))
    missing = [str(row["name"]) for row in rows if not row["made"]]
    if missing:
        return Check("roles", "failed", f"missing: {', '.join(missing)}; run `platform-db migrate up`")
    closed = [str(row["name"]) for row in rows if row["name"] in UNIT_OF_WORK_ROLES and not row["taken"]]
    if closed:
        return Check("roles", "failed", f"this login may not take {', '.join(closed)}: grant it membership")
    return Check("roles", "ok", f"{len(rows)} there, {' and '.join(UNIT_OF_WORK_ROLES)} may be taken")


async def _chains(opened: Connection) -> Check:
    auditor = await opened.fetchrow(_ROLES, [Role.AUDITOR])
    if auditor is None or not auditor["taken"]:
        return Check("audit chains", "unknown", "this login may not take platform_auditor, who reads them")
    await opened.execute("BEGIN READ ONLY; SET LOCAL ROLE platform_auditor")
    try:
        row = await opened.fetchrow(_HEADS)
    finally:
        await opened.execute("ROLLBACK")
    heads, entries, astray = (0, 0, 0) if row is None else (row["heads"], row["entries"], row["astray"])
    if heads != CHAINS or astray:
        return Check("audit chains", "failed", f"{heads} of {CHAINS} heads, {astray} not at the end of their chain")
    return Check("audit chains", "ok", f"{heads} heads at the end of their chains, {entries} entries")


async def _months(opened: Connection) -> Check:
    months = await opened.fetchval(_MONTHS)
    if months == 2:  # noqa: PLR2004 - this month and the next
        return Check("row change partitions", "ok", "there for this month and the next")
    detail = "missing for this month or the next: call create_enterprise_audit_partitions(current_date, 14)"
    return Check("row change partitions", "failed", detail)


async def _settings(opened: Connection) -> list[Check]:
    rows = await opened.fetch(_SETTINGS, list(ADVISED), list(ADVISED.values()))
    return [_setting(row, ADVISED[str(row["name"])]) for row in rows]


def _setting(row: Row, advised: str) -> Check:
    told = f"{row['found']}; advised: {advised}{' or more' if row['graded'] else ''}"
    if row["met"]:
        return Check(str(row["name"]), "ok", told)
    taken_up = "restart the server" if row["at_start"] else "reload the server's configuration"
    return Check(str(row["name"]), "advice", f"{told}; set it in postgresql.conf and {taken_up}")
