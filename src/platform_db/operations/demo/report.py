"""What a run of the demo found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from platform_db.audit.verify import VerificationReport
    from platform_db.errors import Violation
    from platform_db.operations.demo.cases import WorkedCase
    from platform_db.operations.demo.figures import Figure

__all__ = ["AttackOutcome", "CaseOutcome", "DemoReport", "PaymentStep"]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A worked invoice, issued and read back; without a number it was refused.

    Attributes
    ----------
    figures
        Every figure its source states, beside the stored one.
    agrees
        Whether every stored figure, published or not, is the calculated one.
    """

    case: WorkedCase
    number: str | None
    figures: tuple[Figure, ...]
    agrees: bool
    refused: tuple[Violation, ...] = ()

    @property
    def matched(self) -> bool:
        return self.number is not None and self.agrees and all(figure.matches for figure in self.figures)

    def published(self, path: str) -> tuple[str, str]:
        """A published figure beside the stored one, by its path; empty texts where the source states none."""
        found = next((figure for figure in self.figures if figure.path == path), None)
        return ("", "") if found is None else (found.published or "", found.stored or "")

    @property
    def differing(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if not figure.matches)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "case": self.case.id,
            "number": self.number,
            **{name: self.case.given[name] for name in ("issue_date", "profile", "type", "currency")},
            "figures": len(self.figures),
            "matched": self.matched,
            "differing": [
                {"figure": figure.path, "published": figure.published, "stored": figure.stored}
                for figure in self.differing
            ],
            "refused": [violation.as_json() for violation in self.refused],
        }


@dataclass(frozen=True, slots=True)
class PaymentStep:
    """What an invoice looks like after a payment moved; amounts as text in its currency."""

    number: str
    amount: str
    payment: str
    invoice: str
    paid: str
    payable: str

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "paid_invoice": self.number,
            "amount": self.amount,
            "payment_status": self.payment,
            "invoice_status": self.invoice,
            "paid": self.paid,
            "payable": self.payable,
        }


@dataclass(frozen=True, slots=True)
class AttackOutcome:
    """What became of one attempt past the library.

    Attributes
    ----------
    server
        The constraint that PostgreSQL named; None when it let the statements pass, or named none.
    sqlstate
        Of its error; None when the statements passed.
    domain
        What the domain says of the same; None when it finds nothing of that name.
    untouched
        Whether every row of the demo was the same afterwards.
    """

    name: str
    role: str
    server: str | None
    sqlstate: str | None
    domain: Violation | None
    untouched: bool

    @property
    def refused(self) -> bool:
        """Whether both refuse it by one name, and nothing of it was left."""
        return self.domain is not None and self.server == self.domain.rule and self.untouched

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "attack": self.name,
            "role": self.role,
            "refused": self.refused,
            "sqlstate": self.sqlstate,
            "server": self.server,
            "domain": None if self.domain is None else self.domain.as_json(),
            "untouched": self.untouched,
        }


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The whole run."""

    cases: tuple[CaseOutcome, ...]
    payments: tuple[PaymentStep, ...]
    attacks: tuple[AttackOutcome, ...]
    chain: VerificationReport

    @property
    def succeeded(self) -> bool:
        """Whether every case matched, every attack was refused and the audit log verifies; an empty run does not."""
        return (
            bool(self.cases)
            and bool(self.attacks)
            and all(case.matched for case in self.cases)
            and all(attack.refused for attack in self.attacks)
            and self.chain.verified
        )

    def summary(self) -> dict[str, object]:
        """The end of ``--json``."""
        verdict: Literal["verified", "broken"] = "verified" if self.chain.verified else "broken"
        return {
            "published": len(self.cases),
            "matched": sum(case.matched for case in self.cases),
            "figures": sum(len(case.figures) for case in self.cases),
            "refused": sum(attack.refused for attack in self.attacks),
            "attempted": len(self.attacks),
            "chain": verdict,
        }
