"""The hash of an audit row, by hand and in both forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from platform_db.audit.chain import COVERED, address_text, chain_hash, stored_chain_hash
from platform_db.domain.audit_logs import GENESIS, AuditAction

ROW: dict[str, object] = {
    "id": 7,
    "chain_id": 3,
    "seq": 1,
    "user_id": None,
    "action": AuditAction.UPDATE,
    "entity_type": "invoice",
    "entity_id": 42,
    "event_type": "invoice.issued",
    "payload": {"total_cents": 118000, "note": "Onaylandı"},
    "ip_address": ip_interface("10.1.2.0/24"),
    "user_agent": "curl",
    "session_id": None,
    "created_at": datetime(2026, 11, 20, 9, 30, 0, 5, tzinfo=UTC),
    "prev_chain_hash": GENESIS,
    "chain_hash": "not read",
}
WRITTEN = (
    '{"action":"update","chain_id":"3","created_at":"2026-11-20T09:30:00.000005Z","entity_id":"42",'
    '"entity_type":"invoice","event_type":"invoice.issued","id":"7","ip_address":"10.1.2.0/24",'
    '"payload":{"note":"Onaylandı","total_cents":118000},"seq":"1","session_id":null,"user_agent":"curl","user_id":null}'
)


def test_hash_of_a_row() -> None:
    assert chain_hash(GENESIS, ROW) == sha256((GENESIS + WRITTEN).encode()).hexdigest()


def test_an_instant_counts_not_its_zone() -> None:
    istanbul = datetime(2026, 11, 20, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=3)))
    assert chain_hash(GENESIS, {**ROW, "created_at": istanbul}) == chain_hash(GENESIS, ROW)


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001 (the point of the test)
    with pytest.raises(ValueError, match="time zone"):
        chain_hash(GENESIS, {**ROW, "created_at": naive})


def test_texts_hash_as_values_do() -> None:
    texts = {
        "id": "7",
        "chain_id": "3",
        "seq": "1",
        "action": "update",
        "entity_type": "invoice",
        "entity_id": "42",
        "event_type": "invoice.issued",
        "payload": '{"note": "Onaylandı", "total_cents": 118000}',
        "ip_address": "10.1.2.0/24",
        "user_agent": "curl",
        "created_at": "2026-11-20T09:30:00.000005Z",
    }
    assert stored_chain_hash(GENESIS, [texts.get(column) for column in COVERED]) == chain_hash(GENESIS, ROW)


def test_columns_stand_in_canonical_order() -> None:
    assert list(COVERED) == sorted(COVERED)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (ip_address("192.0.2.7"), "192.0.2.7/32"),
        (ip_network("192.0.2.0/24"), "192.0.2.0/24"),
        (ip_interface("192.0.2.7/24"), "192.0.2.7/24"),
        (ip_interface("2001:db8:1::/48"), "2001:db8:1::/48"),
        (ip_address("::"), "::/128"),
        (ip_address("::1"), "::1/128"),
        (ip_address("::2"), "::2/128"),
        (ip_address("::ffff:192.0.2.7"), "::ffff:192.0.2.7/128"),
        (ip_address("::192.0.2.7"), "::192.0.2.7/128"),
    ],
    ids=str,
)
def test_address(address: object, text: str) -> None:
    assert address_text(address) == text
