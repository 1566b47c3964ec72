"""A user, and what each rule of ``users`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_JOINED: Final = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 3, 1, 8, tzinfo=UTC)
_LEFT: Final = datetime(2026, 2, 10, 17, 45, tzinfo=UTC)
_BCRYPT: Final = "$2b$12$" + "Zk3/" * 13

ROW: Final = {
    "id": 41,
    "email": "muhasebe@ornekdemir.com.tr",
    "phone": "+905321234567",
    "password_hash": _BCRYPT + "e",
    "full_name": "Muhasebe Sorumlusu",
    "company_name": "Örnek Demir Çelik Sanayi A.Ş.",
    "tax_number": "1234567890",
    "tax_office": "Büyük Mükellefler",
    "address": "Organize Sanayi Bölgesi 3. Cadde No: 12, Ümraniye/İstanbul",
    "role": "engineer",
    "status": "active",
    "locale": "tr",
    "tax_number_kind": "vkn",
    "timezone": "Europe/Istanbul",
    "email_verified_at": _JOINED,
    "phone_verified_at": _JOINED,
    "last_login_at": _CHANGED,
    "locked_until": None,
    "deleted_at": None,
    "anonymised_at": None,
    "failed_login_attempts": 0,
    "otp_attempts": 0,
    "reset_attempts": 0,
    "security_clearance_level": 1,
    "performance_score": 100,
    "metadata": {"theme": "dark"},
    "consents": {},
    "created_at": _JOINED,
    "version": 1,
    "updated_at": _CHANGED,
}

_GONE: Final = {"status": "deleted", "deleted_at": _LEFT}
_ERASED: Final = {
    **_GONE,
    "anonymised_at": _CHANGED,
    "phone": None,
    "phone_verified_at": None,
    "password_hash": None,
    "full_name": None,
    "company_name": None,
    "tax_number": None,
    "tax_number_kind": None,
    "tax_office": None,
    "address": None,
    "metadata": None,
}

EXAMPLES: Final = {
    "ck_users_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_users_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_users_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_users_updated_after_created": Example(
        {"created_at": _JOINED, "updated_at": datetime(2026, 1, 5, 9, 29, 59, 999999, tzinfo=UTC)},
        {"created_at": _JOINED, "updated_at": _JOINED},
    ),
    "ck_users_email_length": Example(
        {"email": "a@" + "b" * 249 + ".com"},
        {"email": "a@" + "b" * 248 + ".com"},
    ),
    "ck_users_email_format": Example(
        {"email": "Muhasebe@Ornekdemir.com.tr"},
        {"email": "Muhasebe@ornekdemir.com.tr"},
        (
            {"email": "muhasebe@ornekdemir.com.tr\n"},
            {"email": "mu hasebe@ornekdemir.com.tr"},
            {"email": "muhasebe@ornekdemir"},
            {"email": "muhasebe@@ornekdemir.com.tr"},
            {"email": ".muhasebe@ornekdemir.com.tr"},
            {"email": "m" * 65 + "@ornekdemir.com.tr"},
        ),
    ),
    "ck_users_phone_format": Example(
        {"phone": "+905321234567\n"},
        {"phone": "+905321234567"},
        ({"phone": "05321234567"}, {"phone": "+901321234567"}, {"phone": "+9053212345678"}, {"phone": "+905321٢٣٤٥٦٧"}),
    ),
    "ck_users_password_hash_format": Example(
        {"password_hash": _BCRYPT},
        {"password_hash": _BCRYPT + "e"},
        ({"password_hash": "$argon2id$v=19$" + "m" * 59}, {"password_hash": "parola123"}),
    ),
    "ck_users_full_name_length": Example({"full_name": "İ" * 201}, {"full_name": "İ" * 200}, ({"full_name": ""},)),
    "ck_users_company_name_length": Example(
        {"company_name": "Ş" * 256}, {"company_name": "Ş" * 255}, ({"company_name": ""},)
    ),
    "ck_users_tax_office_length": Example({"tax_office": "ı" * 101}, {"tax_office": "ı" * 100}, ({"tax_office": ""},)),
    "ck_users_address_length": Example({"address": "😀" * 1001}, {"address": "😀" * 1000}, ({"address": ""},)),
    "ck_users_timezone_length": Example({"timezone": "E" * 51}, {"timezone": "E" * 50}, ({"timezone": ""},)),
    "ck_users_email_verified_at_finite": Example(
        {"email_verified_at": END}, {"email_verified_at": LAST}, ({"email_verified_at": BEFORE_FIRST},)
    ),
    "ck_users_phone_verified_at_finite": Example(
        {"phone_verified_at": END}, {"phone_verified_at": LAST}, ({"phone_verified_at": BEFORE_FIRST},)
    ),
    "ck_users_last_login_at_finite": Example(
        {"last_login_at": BEFORE_FIRST}, {"last_login_at": FIRST}, ({"last_login_at": END},)
    ),
    "ck_users_locked_until_finite": Example(
        {"locked_until": END}, {"locked_until": LAST}, ({"locked_until": BEFORE_FIRST},)
    ),
    "ck_users_deleted_at_finite": Example(
        {"status": "deleted", "deleted_at": END},
        {"status": "deleted", "deleted_at": LAST},
        ({"status": "deleted", "deleted_at": BEFORE_FIRST},),
    ),
    "ck_users_anonymised_at_finite": Example(
        {**_ERASED, "anonymised_at": END},
        {**_ERASED, "anonymised_at": LAST},
    ),
    "ck_users_failed_logins_non_negative": Example({"failed_login_attempts": -1}, {"failed_login_attempts": 0}),
    "ck_users_otp_attempts_non_negative": Example({"otp_attempts": -1}, {"otp_attempts": 0}),
    "ck_users_reset_attempts_non_negative": Example({"reset_attempts": -1}, {"reset_attempts": 0}),
    "ck_users_security_clearance_range": Example(
        {"security_clearance_level": 6}, {"security_clearance_level": 5}, ({"security_clearance_level": 0},)
    ),
    "ck_users_performance_score_range": Example(
        {"performance_score": 101}, {"performance_score": 100}, ({"performance_score": -1},)
    ),
    "ck_users_metadata_object": Example({"metadata": []}, {"metadata": {}}),
    "ck_users_metadata_size": Example({"metadata": json_object(65_537)}, {"metadata": json_object(65_536)}),
    "ck_users_consents_object": Example({"consents": ["marketing"]}, {"consents": {"marketing": None}}),
    "ck_users_consents_size": Example({"consents": json_object(65_537)}, {"consents": json_object(65_536)}),
    "ck_users_tax_number_format": Example(
        {"tax_number": "123456789", "tax_number_kind": "vkn"},
        {"tax_number": "0123456789", "tax_number_kind": "vkn"},
        (
            {"tax_number": "10000000145", "tax_number_kind": "tckn"},
            {"tax_number": "01000000146", "tax_number_kind": "tckn"},
            {"tax_number": "11111111111", "tax_number_kind": "tckn"},
            {"tax_number": "10000000146", "tax_number_kind": "vkn"},
        ),
    ),
    "ck_users_tax_number_has_kind": Example(
        {"tax_number": "10000000146", "tax_number_kind": None},
        {"tax_number": "10000000146", "tax_number_kind": "tckn"},
        ({"tax_number": None, "tax_number_kind": "vkn"},),
    ),
    "ck_users_phone_verified_has_phone": Example(
        {"phone": None, "phone_verified_at": _JOINED},
        {"phone": None, "phone_verified_at": None},
    ),
    "ck_users_deleted_at_matches_status": Example(
        {"status": "deleted", "deleted_at": None},
        {"status": "deleted", "deleted_at": _LEFT},
        ({"status": "inactive", "deleted_at": _LEFT},),
    ),
    "ck_users_anonymised_after_deleted": Example(
        {**_ERASED, "anonymised_at": datetime(2026, 2, 10, 17, 44, 59, 999999, tzinfo=UTC)},
        {**_ERASED, "anonymised_at": _LEFT},
        ({**_ERASED, "status": "inactive", "deleted_at": None},),
    ),
    "ck_users_anonymised_is_empty": Example(
        {**_ERASED, "tax_office": "Ümraniye"},
        _ERASED,
        (
            {**_ERASED, "phone": "+908501234567"},
            {**_ERASED, "password_hash": _BCRYPT + "e"},
            {**_ERASED, "full_name": "-"},
            {**_ERASED, "company_name": "Örnek A.Ş."},
            {**_ERASED, "tax_number": "1234567890", "tax_number_kind": "vkn"},
            {**_ERASED, "address": "-"},
            {**_ERASED, "metadata": {}},
        ),
    ),
}
