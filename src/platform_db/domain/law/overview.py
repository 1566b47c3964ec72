"""Everything the law data says of one day, with its history, its sources and what is not verified.

The calculation reads the modules beside this one; this is for a person who wants to see what
it would read, and how certain that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from platform_db.domain.law import exemptions, sources, withholding
from platform_db.domain.law.rates import KdvRateClass
from platform_db.domain.law.withholding import WithholdingKind

__all__ = ["ClassRate", "CodeRatio", "LawOverview", "Reason", "WithdrawnCode", "overview"]


@dataclass(frozen=True, slots=True)
class ClassRate:
    """The rate of a class on the day, in percent; ``history`` has every rate of the class, the oldest first."""

    rate_class: KdvRateClass
    current: sources.DatedRate
    history: tuple[sources.DatedRate, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "class": self.rate_class.value,
            "rate": self.current["rate"],
            **_period(self.current),
            "legal_basis": self.current.get("legal_basis"),
            "note": self.current.get("note"),
            "sources": self.current["sources"],
            "history": [{"rate": each["rate"], **_period(each)} for each in self.history],
        }


@dataclass(frozen=True, slots=True)
class CodeRatio:
    """A withholding code in force on the day; ``percent`` of the KDV is withheld, ``is_verified`` is the ratio's."""

    percent: int
    is_verified: bool
    entry: sources.WithholdingEntry

    @property
    def kind(self) -> WithholdingKind:
        """Partial or full."""
        return WithholdingKind(self.entry["kind"])

    def as_json(self) -> dict[str, object]:
        entry = self.entry
        return {
            "code": entry["code"],
            "name": entry["name"],
            "name_verified": entry.get("name_verified", True),
            "kind": self.kind.value,
            "percent": self.percent,
            "verified": self.is_verified,
            "buyer_scope": entry["buyer_scope"],
            "kdvgut_section": entry["kdvgut_section"],
            "history": [{"percent": each["numerator"] * 10, **_period(each)} for each in entry["ratios"]],
            "note": entry["note"],
            "sources": entry["sources"],
        }


@dataclass(frozen=True, slots=True)
class WithdrawnCode:
    """A withholding code that the law has taken back, and by what."""

    entry: sources.WithholdingEntry
    end: sources.Withdrawal

    def as_json(self) -> dict[str, object]:
        return {"code": self.entry["code"], "name": self.entry["name"], **self.end}


@dataclass(frozen=True, slots=True)
class Reason:
    """An exemption, export or special-base code of the day's rule set."""

    entry: sources.ExemptionEntry
    only_investment_incentive: bool
    """Whether it stands in documents of the investment incentive only (YATIRIMTESVIK, YTB types)."""

    def as_json(self) -> dict[str, object]:
        entry = self.entry
        return {
            "code": entry["code"],
            "group": entry["group"],
            "name": entry["name"],
            "invoice_types": entry["invoice_types"],
            "rate_must_be_zero": entry["rate_must_be_zero"],
            "only_investment_incentive": self.only_investment_incentive,
            "verified": entry["verified"],
            "note": entry["note"],
        }


@dataclass(frozen=True, slots=True)
class LawOverview:
    """The law data in force on ``day``.

    Attributes
    ----------
    rates
        One for each class of products that has a rate on the day.
    moves
        Products that stand in another class on the day. The calculation does not know products: it
        takes any rate that is in force for some class.
    limit
        What a transaction must exceed for partial withholding; None where this release knows none.
    limits
        Every limit, the oldest first.
    withholding, withdrawn
        The codes in force, and those that the law has taken back by then.
    exemptions
        The codes of the day's rule set, with the invoice types that admit them (None: all).
    """

    day: date
    rates: tuple[ClassRate, ...]
    moves: tuple[sources.RateMove, ...]
    limit: sources.DatedLimit | None
    limits: tuple[sources.DatedLimit, ...]
    withholding: tuple[CodeRatio, ...]
    withdrawn: tuple[WithdrawnCode, ...]
    exemptions: tuple[Reason, ...]

    @property
    def unverified(self) -> tuple[str, ...]:
        """What of it no reliable text confirms, by the names that a calculation's result uses too."""
        return tuple(name for name, is_verified in _figures(self) if not is_verified)

    def as_json(self) -> dict[str, object]:
        return {
            "on": self.day.isoformat(),
            "kdv_rates": [each.as_json() for each in self.rates],
            "kdv_moves": [
                {
                    "what": each["what"],
                    "normal_rate": each["normal_rate"],
                    "rate": each["rate"],
                    **_period(each),
                    "legal_basis": each["legal_basis"],
                    "note": each.get("note"),
                    "sources": each["sources"],
                }
                for each in self.moves
            ],
            "withholding_limit": None if self.limit is None else _limit(self.limit),
            "withholding_limits": [_limit(each) for each in self.limits],
            "withholding_limit_sources": sources.withholding_limit_sources(),
            "withholding_codes": [each.as_json() for each in self.withholding],
            "withdrawn_codes": [each.as_json() for each in self.withdrawn],
            "exemption_codes": [each.as_json() for each in self.exemptions],
            "exemption_sources": sources.exemption_sources(),
            "unverified": list(self.unverified),
        }


def overview(day: date) -> LawOverview:
    """Gather what the law data says of ``day``.

    >>> law = overview(date(2026, 11, 20))
    >>> [each.current["rate"] for each in law.rates], len(law.withholding), len(law.exemptions)
    (['20', '1', '10'], 51, 113)
    """
    limits = tuple(sources.withholding_limit_entries())
    return LawOverview(
        day=day,
        rates=tuple(_rates(day)),
        moves=tuple(each for each in sources.rate_move_entries() if sources.covers(each, day)),
        limit=next((each for each in limits if sources.covers(each, day)), None),
        limits=limits,
        withholding=tuple(_ratios(day)),
        withdrawn=tuple(_withdrawn(day)),
        exemptions=tuple(_reasons(day)),
    )


def _rates(day: date) -> Iterator[ClassRate]:
    entries = sources.kdv_rate_entries()
    for rate_class in KdvRateClass:
        history = tuple(entries[rate_class])
        for each in history:
            if sources.covers(each, day):
                yield ClassRate(rate_class, each, history)


def _ratios(day: date) -> Iterator[CodeRatio]:
    for entry in sources.withholding_entries():
        row = withholding.in_force(entry["code"], day)
        if row is not None:
            yield CodeRatio(row.percent, row.is_verified, entry)


def _withdrawn(day: date) -> Iterator[WithdrawnCode]:
    for entry in sources.withholding_entries():
        if "withdrawn" in entry and date.fromisoformat(entry["withdrawn"]["effective_from"]) <= day:
            yield WithdrawnCode(entry, entry["withdrawn"])


def _reasons(day: date) -> Iterator[Reason]:
    for entry in sources.exemption_entries():
        if exemptions.is_in_rule_set(entry["code"], day):
            narrowed = entry["only_investment_incentive_since_2026_07"] and day >= exemptions.RULE_SET_OF_2026_07
            yield Reason(entry, narrowed)


def _figures(law: LawOverview) -> Iterator[tuple[str, bool]]:
    """Each figure by its name, and whether it is verified."""
    for rate in law.rates:
        yield f"kdv_rate {rate.current['rate']}", rate.current["verified"]
    for move in law.moves:
        yield f"kdv_move {move['what']}", move["verified"]
    if law.limit is not None:
        yield f"withholding_limit {law.day.year}", law.limit["verified"]
    for ratio in law.withholding:
        code = ratio.entry["code"]
        yield f"withholding_ratio {code}", ratio.is_verified
        yield f"withholding_name {code}", ratio.entry.get("name_verified", True)
        yield f"buyer_scope {code}", ratio.entry["buyer_scope"]["verified"]
    for withdrawn in law.withdrawn:
        yield f"withdrawal {withdrawn.entry['code']}", withdrawn.end["effective_from_verified"]
    for reason in law.exemptions:
        yield f"exemption_code {reason.entry['code']}", reason.entry["verified"]


def _period(period: sources.Period) -> dict[str, object]:
    return {"from": period["from"], "to": period["to"], "verified": period["verified"]}


def _limit(limit: sources.DatedLimit) -> dict[str, object]:
    return {"limit": limit["limit"], **_period(limit), "note": limit["note"]}
