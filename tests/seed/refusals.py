"""For each rule that the reports name: changes to the example row that break it alone, and the nearest legal ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

__all__ = ["REFUSALS", "Refusal"]

Changes = Mapping[str, object]

_INFINITY: Final = datetime.max.replace(tzinfo=UTC)
"""Written as PostgreSQL's ``infinity``."""
_NAN: Final = Decimal("NaN")
_BLANKS: Final = (" ", "\t\n\r\f\v")
_OPENED: Final = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_USD: Final = {
    "currency": "USD",
    "exchange_rate": Decimal("41.25"),
    "exchange_rate_date": date(2026, 3, 1),
    "exchange_rate_source": "TCMB",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule by the table it is on."""

    table: str
    refused: tuple[Changes, ...]
    admitted: tuple[Changes, ...]


def _each(column: str, *values: object) -> tuple[Changes, ...]:
    return tuple({column: value} for value in values)


def _at_least(table: str, column: str, least: int, *refused: int) -> Refusal:
    return Refusal(table, _each(column, *refused), _each(column, least))


def _not_empty(table: str, column: str) -> Refusal:
    return Refusal(table, _each(column, *_BLANKS), _each(column, "-"))


_GIVEN_AWAY: Final = {"tax_cents": 0, "shipping_cents": 0, "discount_cents": 90_000}


def _order(**amounts: int) -> Changes:
    """An order with these amounts and the total that follows."""
    row = {"subtotal_cents": 90_000, "tax_cents": 18_000, "shipping_cents": 5_000, "discount_cents": 2_000, **amounts}
    total = row["subtotal_cents"] + row["tax_cents"] + row["shipping_cents"] - row["discount_cents"]
    return {**row, "total_cents": total, "total_try_cents": total}


def _item(quantity: int, price: int) -> Changes:
    return {"quantity": quantity, "unit_price_cents": price, "total_price_cents": quantity * price}


REFUSALS: Final[Mapping[str, Refusal]] = {
    "ck_artefacts_size_positive": _at_least("artefacts", "size_bytes", 1, 0, -1),
    "ck_enterprise_audit_log_valid_operation": Refusal(
        "enterprise_audit_log", _each("operation", "MERGE", "insert", ""), _each("operation", "UPDATE")
    ),
    "ck_enterprise_config_valid_config_type": Refusal(
        "enterprise_config",
        ({"config_type": "number", "config_value": "7"}, {"config_type": "INTEGER", "config_value": "7"}),
        ({"config_type": "string", "config_value": "yedi"},),
    ),
    "ck_enterprise_config_valid_environment": Refusal(
        "enterprise_config",
        _each("environment", "prod", "Production", ""),
        _each("environment", "development", "testing", "staging", "production"),
    ),
    "ck_enterprise_config_value_matches_type": Refusal(
        "enterprise_config",
        (
            {"config_type": "integer", "config_value": "yedi"},
            {"config_type": "integer", "config_value": "7.0"},
            {"config_type": "boolean", "config_value": "evet"},
        ),
        ({"config_type": "integer", "config_value": "-7"}, {"config_type": "boolean", "config_value": "true"}),
    ),
    "ck_invoices_amount_non_negative": Refusal(
        "invoices",
        ({"document_charge_cents": -1},),
        ({"document_charge_cents": 0},),
    ),
    "ck_invoices_total_is_sum": Refusal(
        "invoices",
        ({"kdv_cents": 20_001}, {"kdv_cents": 19_999}),
        ({"tax_inclusive_cents": 120_000},),
    ),
    "ck_invoices_currency_policy": Refusal(
        "invoices",
        ({"currency": "USD"}, {"exchange_rate": Decimal(1)}),
        ({**_USD, "payable_try_cents": 4_950_000},),
    ),
    "ck_jobs_max_retries_non_negative": _at_least("jobs", "max_retries", 0, -1),
    "ck_jobs_progress_valid": Refusal("jobs", _each("progress", -1, 101), _each("progress", 0, 100)),
    "ck_jobs_retry_count_non_negative": _at_least("jobs", "retry_count", 0, -1),
    "ck_jobs_timeout_positive": _at_least("jobs", "timeout_seconds", 1, 0, -1),
    "ck_jobs_error_message_length": Refusal(
        "jobs", _each("error_message", "", "h" * 1_001), _each("error_message", "h", "h" * 1_000)
    ),
    "ck_licenses_seats_positive": Refusal("licenses", _each("seats", 0, -1), ({"seats": 1, "seats_used": 0},)),
    "ck_licenses_valid_period": Refusal(
        "licenses",
        ({"ends_at": _START}, {"ends_at": datetime(2025, 12, 31, tzinfo=UTC)}),
        ({"ends_at": _START.replace(microsecond=1)},),
    ),
    "ck_licenses_ends_at_finite": Refusal(
        "licenses", _each("ends_at", _INFINITY), _each("ends_at", datetime(2099, 12, 31, 23, tzinfo=UTC))
    ),
    "ck_models_file_size_positive": _at_least("models", "file_size", 1, 0, -1),
    "ck_models_revision_positive": Refusal(
        "models",
        tuple({"parent_model_id": None, "revision": number} for number in (0, -1)),
        ({"parent_model_id": None, "revision": 1},),
    ),
    "ck_models_sha256_hash_format": Refusal(
        "models", _each("sha256_hash", "a" * 63, "A" * 64, "g" * 64), _each("sha256_hash", "a" * 64)
    ),
    "ck_order_items_product_name_not_empty": _not_empty("order_items", "product_name"),
    "ck_order_items_product_sku_not_empty": _not_empty("order_items", "product_sku"),
    "ck_order_items_quantity_positive": Refusal(
        "order_items", (_item(0, 45_000), _item(-1, 45_000)), (_item(1, 45_000),)
    ),
    "ck_order_items_total_calculation": Refusal(
        "order_items", _each("total_price_cents", 89_999, 90_001), _each("total_price_cents", 90_000)
    ),
    "ck_order_items_unit_price_positive": Refusal("order_items", (_item(2, 0), _item(2, -1)), (_item(2, 1),)),
    "ck_orders_discount_non_negative": Refusal("orders", (_order(discount_cents=-1),), (_order(discount_cents=0),)),
    "ck_orders_shipping_name_not_empty": _not_empty("orders", "shipping_name"),
    "ck_orders_shipping_non_negative": Refusal("orders", (_order(shipping_cents=-1),), (_order(shipping_cents=0),)),
    "ck_orders_shipping_phone_not_empty": Refusal(
        "orders", _each("shipping_phone", "", " ", "0532 123 45 67"), _each("shipping_phone", "+905321234567")
    ),
    "ck_orders_subtotal_non_negative": Refusal(
        "orders", (_order(subtotal_cents=-1, discount_cents=0),), (_order(subtotal_cents=0, discount_cents=0),)
    ),
    "ck_orders_tax_non_negative": Refusal("orders", (_order(tax_cents=-1),), (_order(tax_cents=0),)),
    "ck_orders_total_calculation": Refusal(
        "orders",
        tuple({"total_cents": total, "total_try_cents": total} for total in (110_999, 111_001)),
        ({"total_cents": 111_000},),
    ),
    "ck_orders_total_positive": Refusal(
        "orders",
        (_order(**_GIVEN_AWAY),),
        tuple(_order(**{**_GIVEN_AWAY, name: cents}) for name, cents in (("discount_cents", 89_999), ("tax_cents", 1))),
    ),
    "ck_payments_amount_positive": Refusal(
        "payments",
        tuple({"amount_cents": amount, "amount_try_cents": amount, "fee_cents": 0} for amount in (0, -1)),
        tuple({"amount_cents": amount, "amount_try_cents": amount, "fee_cents": 0} for amount in (1, 10**12)),
    ),
    "ck_payments_currency_policy": Refusal(
        "payments", ({"currency": "USD"},), ({**_USD, "amount_try_cents": 4_950_000},)
    ),
    "ck_payments_one_purpose": Refusal(
        "payments",
        ({"invoice_id": None}, {"order_transaction_id": 71}),
        ({"invoice_id": None, "order_transaction_id": 71},),
    ),
    "ck_products_commission_non_negative": _at_least("products", "commission_cents", 0, -1),
    "ck_products_cost_price_non_negative": _at_least("products", "cost_price_cents", 0, -1),
    "ck_products_name_not_empty": _not_empty("products", "name"),
    "ck_products_sale_price_non_negative": Refusal(
        "products", ({"status": "draft", "sale_price_cents": -1},), ({"status": "draft", "sale_price_cents": 0},)
    ),
    "ck_products_sku_not_empty": _not_empty("products", "sku"),
    "ck_products_weight_non_negative": Refusal(
        "products",
        _each("weight_kg", Decimal("-0.001"), _NAN, Decimal("Infinity"), Decimal("0.1234")),
        _each("weight_kg", Decimal(0), Decimal("0.001")),
    ),
    "ck_security_events_user_agent_length": Refusal(
        "security_events", _each("user_agent", "", "a" * 501), _each("user_agent", "a", "a" * 500)
    ),
    "ck_sessions_expires_future": Refusal(
        "sessions",
        ({"created_at": _OPENED, "expires_at": _OPENED}, {"created_at": _OPENED, "expires_at": _START}),
        ({"created_at": _OPENED, "expires_at": _OPENED.replace(microsecond=1)},),
    ),
    "ck_sessions_expires_at_finite": Refusal(
        "sessions", _each("expires_at", _INFINITY), _each("expires_at", datetime(2099, 12, 31, 23, tzinfo=UTC))
    ),
    "ck_sessions_refresh_token_hash_format": Refusal(
        "sessions",
        _each("refresh_token_hash", "a" * 63, "A" * 64, "a" * 65, "token"),
        _each("refresh_token_hash", "a" * 64),
    ),
    "ck_sessions_user_agent_length": Refusal(
        "sessions", _each("user_agent", "", "a" * 501), _each("user_agent", "a", "a" * 500)
    ),
    "ck_users_email_format": Refusal(
        "users",
        _each("email", "@.", "a..b@ornek.com.tr", "a.b@c", "a b@ornek.com.tr", "a@ORNEK.com.tr"),
        _each("email", "a.b@ornek.com.tr", "şube@ornek.com.tr"),
    ),
    "ck_users_failed_logins_non_negative": _at_least("users", "failed_login_attempts", 0, -1),
    "ck_users_metadata_object": Refusal("users", _each("metadata", [], "koyu"), _each("metadata", {})),
    "ck_users_metadata_size": Refusal(
        "users", _each("metadata", {"k": "x" * 65_529}), _each("metadata", {"k": "x" * 65_527})
    ),
    "ck_users_otp_attempts_non_negative": _at_least("users", "otp_attempts", 0, -1),
    "ck_users_password_hash_format": Refusal(
        "users",
        _each("password_hash", "parola123", "5f4dcc3b5aa765d61d8327deb882cf99"),
        _each("password_hash", "$2b$12$" + "Zk3/" * 13 + "e"),
    ),
    "ck_users_performance_score_range": Refusal(
        "users", _each("performance_score", -1, 101), _each("performance_score", 0, 100)
    ),
    "ck_users_phone_format": Refusal(
        "users", _each("phone", "05321234567", "+90532123456", "+4915112345678"), _each("phone", "+905321234567")
    ),
    "ck_users_reset_attempts_non_negative": _at_least("users", "reset_attempts", 0, -1),
    "ck_users_security_clearance_range": Refusal(
        "users", _each("security_clearance_level", 0, 6), _each("security_clearance_level", 1, 5)
    ),
    "ck_users_tax_number_format": Refusal(
        "users", _each("tax_number", "123456789", "11111111111", "12345678901"), _each("tax_number", "0150015264")
    ),
    "orders_shipping_name_not_null": Refusal("orders", _each("shipping_name", None), _each("shipping_name", "-")),
    "payments_status_not_null": Refusal("payments", _each("status", None), _each("status", "completed")),
    "users_email_not_null": Refusal("users", _each("email", None), _each("email", "a@ornek.com.tr")),
}
