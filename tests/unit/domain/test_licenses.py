"""What people are told of licences."""

from __future__ import annotations

from platform_db.domain.licenses import LicenseType


def test_every_plan_has_its_turkish_and_english_name() -> None:
    assert {plan.value: (plan.display_name.tr, plan.display_name.en) for plan in LicenseType} == {
        "trial": ("Deneme", "Trial"),
        "basic": ("Temel", "Basic"),
        "professional": ("Profesyonel", "Professional"),
        "enterprise": ("Kurumsal", "Enterprise"),
    }
