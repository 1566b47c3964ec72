"""Tables and indexes: use after a known load, what is redundant, how much is empty."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.operations import monitoring
from tests.integration.monitoring.rows import put
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.operations.monitoring.answers import IndexUse, Overview, TableUse
    from tests.raw import Raw

ROWS = 100_000


@pytest_asyncio.fixture(loop_scope="session")
async def measures(owner: Raw) -> str:
    """A table of an operator's own with 100,000 rows, and an index on each column."""
    await owner.execute(
        """
        CREATE TABLE measures (id bigint PRIMARY KEY, code bigint NOT NULL, kind text NOT NULL);
        CREATE INDEX measures_code ON measures (code);
        CREATE INDEX measures_kind ON measures (kind);
        GRANT SELECT ON measures TO platform_auditor;
        """
    )
    await owner.execute(
        "INSERT INTO measures SELECT i, i, 'kind ' || i % 3 FROM generate_series(1, $1::bigint) AS i", ROWS
    )
    await flush(owner)
    await owner.execute("VACUUM ANALYZE measures")
    return "measures"


def table(found: Overview, name: str) -> TableUse:
    return next(row for row in found.tables.rows if row.table_name == name)


def index(found: Overview, name: str) -> IndexUse:
    return next(row for row in found.indexes.rows if row.index_name == name)


async def flush(connection: Raw) -> None:
    """Have the server count at once what this session did."""
    await connection.fetchval("SELECT pg_stat_force_next_flush()")
    await connection.fetchval("SELECT 1")


async def test_scans_are_counted_and_an_index_without_any_is_unused(
    database_url: str, owner: Raw, measures: str
) -> None:
    # Given seven look-ups by code
    for code in range(7):
        await owner.fetch(f"SELECT kind FROM {measures} WHERE code = {code}")  # noqa: S608 - a constant
    await flush(owner)
    # When
    found = await monitoring.observe(database_url)
    # Then
    assert index(found, "measures_code").scans == 7
    assert index(found, "measures_kind").scans == 0
    unused = {each.index_name for each in found.unused_indexes if each.table_name == measures}
    assert unused == {"measures_kind"}
    assert index(found, "measures_pkey").serves_constraint
    assert found.statistics_since is None


async def test_the_statistics_reset_is_told(database_url: str, superuser: Raw) -> None:
    await superuser.execute("SELECT pg_stat_reset()")
    since = await superuser.fetchval("SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()")
    assert since is not None
    assert (await monitoring.observe(database_url)).statistics_since == since


async def test_sizes_and_counts_are_the_servers(database_url: str, owner: Raw, measures: str) -> None:
    await owner.execute("UPDATE measures SET kind = 'other' WHERE id <= 40; DELETE FROM measures WHERE id = 41")
    await flush(owner)
    size = await owner.fetchval("SELECT pg_total_relation_size('measures')")
    bytes_ = await owner.fetchval("SELECT pg_relation_size('measures_code')")
    found = await monitoring.observe(database_url)
    use = table(found, measures)
    assert (use.live_rows, use.dead_rows, use.changed_since_analyze) == (ROWS - 1, 41, 41)
    assert use.total_bytes == size
    assert use.last_analyze is not None
    assert index(found, "measures_code").bytes == bytes_


async def test_what_was_deleted_is_estimated_as_bloat_and_a_rebuild_ends_it(
    database_url: str, owner: Raw, measures: str
) -> None:
    # Given a table and its indexes, as full as they can be
    await owner.execute("VACUUM FULL measures")
    await owner.execute("ANALYZE measures")
    full = await monitoring.observe(database_url)
    assert [full_share(full, name) for name in (measures, "measures_pkey", "measures_code")] == [0.0, 0.0, 0.0]
    # When nine rows of ten go
    await owner.execute("DELETE FROM measures WHERE id % 10 <> 0")
    await owner.execute("VACUUM ANALYZE measures")
    # Then nine tenths are estimated to be empty
    found = await monitoring.observe(database_url)
    for name in (measures, "measures_pkey", "measures_code"):
        assert full_share(found, name) == pytest.approx(0.9, abs=0.02)
    pages = await owner.fetchval("SELECT relpages FROM pg_class WHERE relname = 'measures'")
    bloat = table(found, measures).bloat_bytes
    assert bloat is not None
    assert bloat % 8192 == 0
    assert bloat / 8192 == pytest.approx(0.9 * pages, rel=0.02)


def full_share(found: Overview, name: str) -> float:
    """The estimated bloat, 1 % counting as none."""
    every = {row.table_name: row.bloat_share for row in found.tables.rows}
    every |= {row.index_name: row.bloat_share for row in found.indexes.rows}
    share = every[name]
    assert share is not None
    return share if share > 0.01 else 0.0


async def test_a_table_with_row_security_is_estimated_too(database_url: str, superuser: Raw) -> None:
    # Given users, whose statistics PostgreSQL hides from every role that row security applies to
    await put(
        superuser,
        "users",
        *({"email": f"kisi{n}@firma.com.tr", "phone": None, "phone_verified_at": None} for n in range(400)),
    )
    await superuser.execute("VACUUM ANALYZE users")
    assert await superuser.fetchval("SELECT relpages FROM pg_class WHERE relname = 'users'") > 10
    # Then the login sees an estimate all the same
    use = table(await monitoring.observe(database_url), "users")
    assert use.bloat_share is not None
    assert use.bloat_share <= 0.1


async def test_a_table_that_was_never_analysed_has_no_estimate(database_url: str, owner: Raw) -> None:
    await owner.execute("CREATE TABLE fresh (id bigint); INSERT INTO fresh VALUES (1)")
    use = table(await monitoring.observe(database_url), "fresh")
    assert (use.bloat_bytes, use.bloat_share) == (None, None)


async def test_partitions_are_told_as_their_table(database_url: str) -> None:
    found = await monitoring.observe(database_url)
    names = {row.table_name for row in found.tables.rows} | {row.index_name for row in found.indexes.rows}
    assert "enterprise_audit_log" in names
    assert not {name for name in names if "_y20" in name or name.startswith("enterprise_audit_log_default")}


async def test_a_locked_table_is_left_out_and_not_waited_for(database_url: str, owner: Raw, measures: str) -> None:
    # Given a migration that holds the table, and another that waits for one
    await owner.execute("BEGIN; LOCK TABLE measures IN ACCESS EXCLUSIVE MODE")
    begin = time.monotonic()
    found = await monitoring.observe(database_url)
    assert time.monotonic() - begin < 5
    await owner.execute("ROLLBACK")
    # Then only its size is unknown
    use = table(found, measures)
    assert (use.total_bytes, use.bloat_bytes) == (None, None)
    assert index(found, "measures_code").bytes is None
    assert table(found, "users").total_bytes is not None
    assert table(await monitoring.observe(database_url), measures).total_bytes is not None


async def test_indexes_that_answer_the_same_queries_are_found_on_the_server(
    database_url: str, owner: Raw, measures: str
) -> None:
    await owner.execute(
        """
        CREATE INDEX measures_code_kind ON measures (code, kind);
        CREATE INDEX measures_kind_again ON measures (kind);
        CREATE INDEX measures_kind_backwards ON measures (kind DESC);
        CREATE INDEX measures_kind_pattern ON measures (kind text_pattern_ops);
        CREATE INDEX measures_kind_lower ON measures (lower(kind));
        CREATE INDEX measures_kind_lower_again ON measures USING btree ( lower( kind ) );
        CREATE INDEX measures_kind_some ON measures (kind) WHERE code > 7;
        CREATE INDEX measures_kind_some_again ON measures (kind) WHERE   code > 7;
        CREATE INDEX measures_kind_others ON measures (kind) WHERE code > 8;
        CREATE INDEX measures_id_kind ON measures (id, kind);
        """
    )
    found = await monitoring.observe(database_url)
    told = [
        (each.index_name, each.covered_by, each.identical)
        for each in found.redundant_indexes.rows
        if each.table_name == measures
    ]
    assert told == [
        ("measures_code", "measures_code_kind", False),
        ("measures_kind_again", "measures_kind", True),
        ("measures_kind_backwards", "measures_kind", True),
        ("measures_kind_lower_again", "measures_kind_lower", True),
        ("measures_kind_some_again", "measures_kind_some", True),
    ]


async def test_the_schema_has_no_two_indexes_for_one_query(database_url: str) -> None:
    assert (await monitoring.observe(database_url)).redundant_indexes.rows == ()


async def test_it_can_be_asked_many_times_at_once(database_url: str) -> None:
    found = await asyncio.gather(*(monitoring.observe(database_url) for _ in range(4)))
    assert {each.summary.unknown for each in found} == {None}
    assert {len(each.summary.rows) for each in found} == {9}


async def test_nothing_is_written(database_url: str) -> None:
    # Given a login whose transactions may write
    before = await written(database_url)
    await monitoring.observe(database_url)
    # Then no transaction had an id, which the first write would take
    assert await written(database_url) == before


async def written(url: str) -> int:
    connection = await connect(url)
    try:
        return await connection.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    finally:
        await connection.close()
