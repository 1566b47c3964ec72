"""The demo: published invoices through the whole system, then attempts to break it."""

from __future__ import annotations

from platform_db.operations.demo.report import AttackOutcome, CaseOutcome, DemoReport, PaymentStep
from platform_db.operations.demo.run import Narrator, run_demo

__all__ = ["AttackOutcome", "CaseOutcome", "DemoReport", "Narrator", "PaymentStep", "run_demo"]
