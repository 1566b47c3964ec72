"""Notifications: a hundred a user over ninety days; one in twenty unread, few kept long enough."""

from __future__ import annotations

from typing import Final

from platform_db.domain.notifications import NotificationType
from platform_db.repositories.notifications import NotificationFilter
from tests.plans.evidence import OWNER, Evidence, Fill, in_both_roles

_MADE: Final = "(now() - (100001 - i) * interval '78 seconds')"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "type": "(enum_range(NULL::notification_type))[1 + i / 1000 % 16]",
        "delivery_key": "'notice:' || i",
        "read_at": f"CASE WHEN i <= 95000 THEN {_MADE} + interval '1 hour' END",
        "expires_at": f"CASE WHEN i % 50 = 11 THEN {_MADE} + interval '30 minutes' END",
        "created_at": _MADE,
        "updated_at": "now()",
    },
)

_OWNERS: Final = NotificationFilter(user_id=OWNER)
_OF_TYPE: Final = NotificationFilter(user_id=OWNER, type=NotificationType.PAYMENT_DUE)
_SWEEP: Final = (
    *in_both_roles("notifications.due_for_deletion", lambda work: work.notifications.due_for_deletion()),
    Evidence("notifications.prune", lambda work: work.notifications.prune()),
)

EVIDENCE: Final = {
    "idx_notifications_expires_at": _SWEEP,
    "idx_notifications_read_at": _SWEEP,
    "idx_notifications_user_created": in_both_roles(
        "notifications.page(user_id)", lambda work: work.notifications.page(_OWNERS)
    ),
    "idx_notifications_user_id_type": in_both_roles(
        "notifications.page(user_id, type)", lambda work: work.notifications.page(_OF_TYPE)
    ),
    "idx_notifications_user_unread": (
        *in_both_roles("notifications.unread(user_id)", lambda work: work.notifications.unread(_OWNERS)),
        *in_both_roles("notifications.count_unread", lambda work: work.notifications.count_unread(_OWNERS)),
    ),
}
