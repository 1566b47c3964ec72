"""Stored ways to pay."""

from __future__ import annotations

from platform_db.repositories.payment_methods.repository import PaymentMethodFilter, PaymentMethodRepository
from platform_db.repositories.payment_methods.secrets import gateway_token, holder_identity

__all__ = ["PaymentMethodFilter", "PaymentMethodRepository", "gateway_token", "holder_identity"]
