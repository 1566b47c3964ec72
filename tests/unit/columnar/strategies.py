"""Documents of every type, with figures where rounding, spreading and 64 bits have their edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from platform_db.domain.invoices.codes import WITHHOLDING_TYPES, InvoiceProfile, InvoiceTypeCode, profile_admits_type
from platform_db.domain.law import exemptions, rates, withholding

if TYPE_CHECKING:
    from tests.unit.domain.invoices.documents import Json

DAYS: Final = (
    "2019-05-06",
    "2021-02-28",
    "2021-03-01",
    "2022-10-31",
    "2023-07-09",
    "2023-07-10",
    "2024-10-31",
    "2025-06-02",
    "2026-06-30",
    "2026-11-20",
)
"""Days around which rates, ratios, limits and codes change."""
PAIRS: Final = [
    (profile.value, kind.value)
    for profile in InvoiceProfile
    for kind in InvoiceTypeCode
    if profile_admits_type(profile, kind)
]
CODES: Final = sorted({row.code for row in withholding.rows()})
REASONS: Final = [row.code for row in exemptions.rows()]


def texts(places: int, most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(lambda value: f"{Decimal(value).scaleb(-places):f}")


def rarely(common: st.SearchStrategy[str | None], rare: st.SearchStrategy[str | None]) -> st.SearchStrategy[str | None]:
    return st.integers(0, 9).flatmap(lambda turn: rare if turn == 0 else common)


QUANTITIES: Final = texts(3, 100_000, 1000) | texts(8, 3 * 10**8, 10**8) | st.just("1") | texts(8, 10**8, 1)
PRICES: Final = texts(2, 5_000_000, 100) | texts(8, 3 * 10**8, 10**8) | texts(2, 300)
HUGE: Final = st.sampled_from(
    [
        "30370004.99",  # the largest that can be spread over as much in 64 bits
        "30370005.00",
        "23058430092.13",  # the largest of one line
        "23058430092.14",
        "92233720368547758.07",  # the largest there is
        "92233720368547758.08",
    ]
)
SELDOM: Final = st.sampled_from([False] * 19 + [True])
COMMON: Final = [
    ("TEMELFATURA", "TEVKIFAT"),
    ("TEMELFATURA", "IADE"),
    ("TEMELFATURA", "SGK"),
    ("TICARIFATURA", "SATIS"),
    ("TICARIFATURA", "IHRACKAYITLI"),
    ("TICARIFATURA", "ISTISNA"),
]


def as_rate(rate: str) -> Json:
    return {"rate": rate}


def as_amount(amount: str) -> Json:
    return {"amount": amount}


DISCOUNTS: Final = st.none() | texts(4, 10**6).map(as_rate) | texts(2, 50).map(as_amount)
OTHER_TAXES: Final[st.SearchStrategy[list[Json]]] = st.lists(
    texts(2, 6000).map(lambda rate: as_rate(rate) | {"code": "0071"})
    | texts(2, 9000).map(lambda amount: as_amount(amount) | {"code": "0059"}),
    min_size=1,
    max_size=2,
)

_ODD: Final[st.SearchStrategy[Json]] = st.one_of(
    st.sampled_from(["17", "8", "18", "20", "10"]).map(lambda rate: {"kdv_rate": rate}),
    st.sampled_from([*CODES, "650", ""]).map(lambda code: {"withholding_code": code}),
    st.sampled_from([*REASONS, "999", "555", "701"]).map(lambda code: {"exemption_code": code}),
    OTHER_TAXES.map(lambda taxes: {"other_taxes": taxes}),
    st.tuples(HUGE, st.sampled_from(["1", "2", "0.00000001"])).map(
        lambda drawn: {"unit_price": drawn[0], "quantity": drawn[1]}
    ),
    texts(2, 10**7).map(lambda amount: {"discount": {"amount": amount}}),
)
ODDITIES: Final[st.SearchStrategy[Json]] = SELDOM.flatmap(lambda is_odd: _ODD if is_odd else st.just({}))


@st.composite
def line_of(draw: st.DrawFn, kind: str, day: str) -> Json:
    """A line; now and then one that the law or the sums refuse, or that the columns leave alone."""
    in_force = [f"{row.rate:f}" for row in rates.in_force(date.fromisoformat(day))]
    rate = draw(st.sampled_from([*in_force, *in_force, "0"]))
    code = draw(st.sampled_from([None, *CODES])) if kind in WITHHOLDING_TYPES else None
    reasons = [None, "351"] if rate == "0" else [None]
    reasons = [*reasons, "701"] if kind == "IHRACKAYITLI" else reasons
    line: Json = {
        "description": "Danışmanlık hizmeti",
        "unit": "C62",
        "quantity": draw(QUANTITIES),
        "unit_price": draw(PRICES),
        "discount": draw(DISCOUNTS),
        "charge": draw(st.none() | texts(2, 50_000).map(as_amount)),
        "kdv_rate": rate,
        "withholding_code": code,
        "exemption_code": draw(st.sampled_from(reasons[::-1])),
    }
    return line | draw(ODDITIES)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """A document, mostly legal, of any type the calculator takes."""
    profile, kind = draw(st.sampled_from(COMMON) | st.sampled_from(PAIRS))
    day, currency = draw(st.sampled_from(DAYS)), draw(st.sampled_from(["TRY", "TRY", "USD", "EUR"]))
    lines = draw(st.lists(line_of(kind, day), min_size=1, max_size=5))
    # Twins meet equal remainders.
    lines += [dict(line) for line in draw(st.lists(st.sampled_from(lines), max_size=2))]
    document: Json = {
        "issue_date": day,
        "currency": currency,
        "profile": profile,
        "type": kind,
        "rounding": draw(st.sampled_from(["line", "document"])),
        "lines": lines,
    }
    if (currency != "TRY") != draw(SELDOM):
        document["exchange_rate"] = draw(texts(6, 60 * 10**6, 1))
    is_inclusive = draw(st.sampled_from([False, False, True]))
    if is_inclusive or draw(st.booleans()):
        document["tax_inclusive_prices"] = is_inclusive
    if not is_inclusive or draw(SELDOM):
        for name in ("allowances", "charges"):
            amount = draw(st.none() | texts(2, 200, 1) | texts(2, 5_000, 1))
            if amount is not None:
                document[name] = [{"amount": draw(HUGE) if draw(SELDOM) else amount}]
    return document
