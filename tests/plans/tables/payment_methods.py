"""Payment methods: four of each of 25,000 buyers, of which one is the default."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import OWNER, Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "buyer_id": "i % 25000 + 1",
        "is_default": "i <= 25000",
        "gateway_token_hash": "md5(i::text) || md5('-' || i)",
    },
)

EVIDENCE: Final = {
    "idx_payment_methods_buyer_id": (
        Evidence("payment_methods.of_buyer", lambda work: work.payment_methods.of_buyer(OWNER)),
        Evidence("payment_methods.of_buyer", lambda work: work.payment_methods.of_buyer(OWNER), as_user=True),
    ),
    "puq_payment_methods_buyer_id": (
        Evidence("payment_methods.default_of", lambda work: work.payment_methods.default_of(OWNER)),
        Evidence("payment_methods.default_of", lambda work: work.payment_methods.default_of(OWNER), as_user=True),
    ),
}
