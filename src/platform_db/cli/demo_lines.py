"""The demo as JSON Lines: one document for each thing that happens."""

from __future__ import annotations

from platform_db.cli.output import print_json
from platform_db.operations.demo import AttackOutcome, CaseOutcome, PaymentStep
from platform_db.operations.demo.place import Place

__all__ = ["Lines"]


class Lines:
    """Prints each step as it happens."""

    def begun(self, place: Place) -> None:
        status = place.migration.status
        print_json({"database": place.shown, "kept": place.kept, "revision": status.current})

    def issued(self, case: CaseOutcome) -> None:
        print_json(case.as_json())

    def paid(self, step: PaymentStep) -> None:
        print_json(step.as_json())

    def attacked(self, outcome: AttackOutcome) -> None:
        print_json(outcome.as_json())
