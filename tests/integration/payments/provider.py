"""Our example provider: what it sends, and how a service reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from platform_db.domain.payments.reports import ProviderReport
from platform_db.domain.payments.webhook_events import DeliveredEvent, WebhookEventStatus
from tests.integration.payments.scene import AT, PROVIDER

if TYPE_CHECKING:
    from platform_db.domain.payments import PaymentStatus
    from platform_db.domain.payments.webhook_events import PaymentWebhookEvent
    from platform_db.repositories.work import Work

S = WebhookEventStatus
AMOUNT: Final = "24000.00"
FAILED: Final = {"code": "51", "reason": "Yetersiz bakiye"}
REFUND: Final = {"refund": "i-1", "amount": "4000", "reason": "Eksik teslim"}


def body(outcome: str, event_id: str | None = None, **changes: Any) -> DeliveredEvent:  # noqa: ANN401 - members
    """A delivery as our example provider sends one."""
    payload = {"outcome": outcome, "ref": "r-1", "amount": AMOUNT, "currency": "TRY", **changes}
    return DeliveredEvent(
        provider=PROVIDER, event_id=event_id or f"e-{outcome}", event_type=f"payment.{outcome}", payload=payload
    )


def read(event: PaymentWebhookEvent) -> ProviderReport | None:
    """How a service reads the body of our example provider."""
    told = cast("dict[str, Any]", event.payload)
    if told["outcome"] == "installment_changed":
        return None
    return ProviderReport.parse(
        {
            "provider_ref": told.get("ref"),
            "provider_payment_id": told.get("number"),
            "outcome": told["outcome"],
            "currency": told["currency"],
            "amount": told["amount"],
            "at": AT,
            "refund_ref": told.get("refund"),
            "fee": told.get("fee"),
            "failure_code": told.get("code"),
            "reason": told.get("reason"),
        }
    )


async def told(work: Work, *events: DeliveredEvent) -> list[PaymentWebhookEvent]:
    """Receive and apply, one after the other."""
    found: list[PaymentWebhookEvent] = []
    for event in events:
        received = (await work.payment_webhook_events.receive(event)).event
        report = read(received)
        assert report is not None
        found.append(await work.payment_webhook_events.apply(received, report))
    return found


def ends(events: list[PaymentWebhookEvent] | tuple[PaymentWebhookEvent, ...]) -> list[tuple[str, str | None]]:
    return [(event.status, event.last_error) for event in events]


async def status_of(work: Work, ref: str = "r-1") -> PaymentStatus:
    return (await work.payments.by_reference(PROVIDER, ref)).status
