"""A URL is shown without its secrets, however it is written, and PostgreSQL's programs get the whole of it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platform_db.address import Address, libpq_environment, mask_url
from platform_db.errors import ConfigurationError

MARK = "Zq7"
SPECIAL = "@:/?#%&=[]+;,!$'\"\\ \n\té İ\u2100\u2048~*()"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://app:pw@h/d", "postgresql://app:***@h/d"),
        ("postgresql+asyncpg://app:pw@h/d", "postgresql+asyncpg://app:***@h/d"),
        ("postgresql://app:p@ss/w#o?rd@h/d", "postgresql://app:***@h/d"),
        ("postgresql://app@h/d", "postgresql://app@h/d"),
        ("postgresql://app:pw@[2001:db8::1%25eth0]:5433/d", "postgresql://app:***@[2001:db8::1%25eth0]:5433/d"),
        ("postgresql://app:pw@h1:5432,h2:5433/d", "postgresql://app:***@h1:5432,h2:5433/d"),
        ("postgresql://app:pw@%2Frun%2Fpg/d", "postgresql://app:***@%2Frun%2Fpg/d"),
        (
            "postgresql:///d?host=/run/pg&user=a&password=pw&port=5",
            "postgresql:///d?host=/run/pg&user=a&password=***&port=5",
        ),
        ("postgresql://h/d?sslpassword=pw", "postgresql://h/d?sslpassword=***"),
        ("postgresql://h/d?p%61ssword=pw", "postgresql://h/d?p%61ssword=***"),
        ("postgresql://h/d?password=p&w=1", "postgresql://h/d?password=***&***"),
        ("postgresql://h/d?password=p#w", "postgresql://h/d?password=***"),
        ("postgresql://h:5432/d?password=p@w", "***"),
        ("postgresql://app:p?a=w@h/d", "***"),
        ("postgresql://app:pw", "***"),
        ("postgresql://app:p/w", "***"),
        ("host=h password=pw", "***"),
        ("", "***"),
    ],
)
def test_urls_are_masked(url: str, masked: str) -> None:
    assert mask_url(url) == masked


@st.composite
def passwords(draw: st.DrawFn) -> str:
    """Marks with anything between them."""
    parts = draw(st.lists(st.text(SPECIAL + "a1", max_size=3), min_size=1, max_size=4))
    return MARK + MARK.join(parts) + MARK


hosts = st.sampled_from(["h", "db.example:5432", "[::1]:5433", "h1:5432,h2", "%2Frun%2Fpg", ""])
queries = st.sampled_from(["", "?sslmode=verify-full", "?host=/run/pg&port=5", "?a=b&c", "#x"])


@given(password=passwords(), host=hosts, query=queries, encoded=st.booleans(), place=st.sampled_from(["user", "query"]))
@example(password=f"{MARK}@{MARK}", host="h:5432", query="", encoded=False, place="query")
@example(password=f"{MARK}?a={MARK}", host="h", query="", encoded=False, place="user")
def test_no_part_of_a_password_is_ever_shown(password: str, host: str, query: str, encoded: bool, place: str) -> None:  # noqa: FBT001
    written = quote(password, safe="") if encoded else password
    if place == "user":
        url = f"postgresql://app:{written}@{host}/erp{query}"
    else:
        url = f"postgresql://{host}/erp?user=app&password={written}"
    assert MARK not in mask_url(url)
    assert MARK not in repr(Address.of(url))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://app:pw@db.example:5433/erp?sslmode=require", ("db.example", "5433", "erp", "app", "require")),
        ("postgresql://app@[::1]:5433/erp", ("::1", "5433", "erp", "app", "")),
        ("postgresql://h1:5432,h2:5433/erp", ("h1,h2", "5432,5433", "erp", "", "")),
        ("postgresql:///erp?host=/run/pg&port=5&user=app", ("/run/pg", "5", "erp", "app", "")),
        ("postgresql://%2Frun%2Fpg/erp", ("/run/pg", "", "erp", "", "")),
        ("postgresql://", ("", "", "", "", "")),
        ("mysql://app:pw@h/d", ("***",) * 5),
    ],
)
def test_what_a_log_may_say(url: str, address: tuple[str, ...]) -> None:
    found = Address.of(url)
    assert (found.host, found.port, found.database, found.user, found.sslmode) == address


@given(password=passwords())
def test_the_programs_get_the_password_as_it_is(password: str) -> None:
    url = f"postgresql://app:{quote(password, safe='')}@h/erp"
    assert libpq_environment(url) == {"PGHOST": "h", "PGUSER": "app", "PGPASSWORD": password, "PGDATABASE": "erp"}


def test_the_programs_get_everything_that_the_driver_gets() -> None:
    url = (
        "postgresql+asyncpg://h1:5433,h2/erp?sslmode=verify-full&sslrootcert=%2Fca.pem&target_session_attrs=primary"
        "&passfile=/pw&statement_timeout=5"
    )
    assert libpq_environment(url) == {
        "PGHOST": "h1,h2",
        "PGPORT": "5433,5432",
        "PGDATABASE": "erp",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/ca.pem",
        "PGTARGETSESSIONATTRS": "primary",
        "PGPASSFILE": "/pw",
    }


def test_without_a_host_they_look_where_the_driver_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = "/run/postgresql,/var/run/postgresql,/tmp,localhost"
    assert libpq_environment("postgresql:///erp") == {"PGHOST": looked, "PGDATABASE": "erp"}
    monkeypatch.setenv("PGHOST", "db.example")
    assert libpq_environment("postgresql:///erp") == {"PGDATABASE": "erp"}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://app:Zq7?a=Zq7@h/d", "percent-encode user and password"),
        ("postgresql://h/d?sslpassword=Zq7", "take no sslpassword"),
    ],
)
def test_what_the_programs_cannot_be_given_is_refused(url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as refused:
        libpq_environment(url)
    assert MARK not in str(refused.value)
