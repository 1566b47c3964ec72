"""What preflight found: values that print as text, as a page and as JSON."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from platform_db.operations.preflight.declared import Kind
from platform_db.operations.preflight.live import Standing
from platform_db.operations.preflight.severity import Severity

__all__ = ["Column", "Finding", "Label", "Report", "Row", "Score", "Summary", "TableReport", "Told", "Totals", "score"]

Verdict: TypeAlias = Literal["passed", "broken", "unjudged", "absent"]
Key: TypeAlias = dict[str, int | str | None]
Score: TypeAlias = Annotated[float, Field(ge=0, le=100)]

_HUNDRED: Final = Decimal(100)
_PLACES: Final = Decimal("0.01")


def score(rows: int, broken: int) -> float:
    """The share of rows that break no rule, 0 to 100, rounded down to two places; 100 without any row.

    >>> score(1_000_000, 1), score(3, 1), score(0, 0)
    (99.99, 66.66, 100.0)
    """
    if rows == 0:
        return 100.0
    return float((_HUNDRED * (rows - broken) / rows).quantize(_PLACES, rounding=ROUND_FLOOR))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(_Part):
    """One text in Turkish and English."""

    tr: str
    en: str


_NOTHING_HERE: Final = Told(
    tr="sorulan tabloların hiçbiri bu veritabanında yok; doğru veritabanı mı?",
    en="none of the tables asked for is in this database; is it the right one?",
)


class Row(_Part):
    """A row that breaks a rule."""

    key: Key = Field(description="The primary key; the row's place (ctid) where the table does not have it yet.")
    version: int | None = Field(description="The row's version when it was read, where the table counts them.")
    figures: Key = Field(description="The rule's own numbers, where every analyst may see them.")


class Label(_Part):
    """A stored text that does not become a value of the model's type."""

    value: str
    rows: int


class Column(_Part):
    """A column whose type is another one than the model's."""

    name: str
    expected: str
    found: str
    judged: bool = Field(description="Whether this server can say which values convert.")


class Finding(_Part):
    """One constraint, and the rows that break it."""

    name: str
    kind: Kind
    fields: tuple[str, ...]
    severity: Severity
    message: Told
    verdict: Verdict = Field(
        description="passed; broken, by `rows` rows; unjudged, its expression fails; absent, `reason` says what is."
    )
    rows: int | None = Field(description="How many rows break it; null where that is not known.")
    samples: tuple[Row, ...] = Field(description="The first of them by key, at most as many as were asked for.")
    labels: tuple[Label, ...] = Field(
        description="Values that do not convert, most frequent first, where every analyst may see the column."
    )
    standing: Standing = Field(description="How far the server holds it already, by its name.")
    adding_lock: str = Field(description="The lock held for a moment when it is added.")
    proving_lock: str = Field(description="The lock held while the rows are read, for about `estimate_seconds`.")
    estimate_seconds: float | None = Field(
        description="About how long its proof takes; null where it is valid, or has none."
    )
    reason: Told | None = Field(description="Why it was not judged.")


class TableReport(_Part):
    """One table of the models."""

    name: str
    present: bool
    rows: int
    broken_rows: int = Field(description="Rows that break at least one rule, each counted once.")
    score: Score = Field(description="Share of rows that break no rule.")
    bytes: int
    seconds: float
    missing_columns: tuple[str, ...]
    other_types: tuple[Column, ...]
    constraints: tuple[Finding, ...]


class Totals(_Part):
    """Violations by severity: for each constraint the rows that break it, added up."""

    all: int
    critical: int
    high: int
    other: int


class Summary(_Part):
    """The whole in figures."""

    tables: int
    present: int = Field(description="How many of the tables are in the database.")
    rows: int
    broken_rows: int
    score: Score
    violations: Totals
    constraints: int
    unjudged: int
    absent: int
    ready: bool = Field(
        description="Whether no row breaks a rule, none was left unjudged, and there is a table to be judged."
    )
    reason: Told | None = Field(description="Why there was nothing to judge.")


class Report(_Part):
    """Every constraint of the models against the rows of one database."""

    taken_at: datetime
    database: str = Field(description="Its address, the password masked.")
    server_version: str
    role: str = Field(description="The role that read, which row security hides nothing from.")
    seconds: float
    summary: Summary
    tables: tuple[TableReport, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for table in self.tables for finding in table.constraints)

    @property
    def worst(self) -> Severity | None:
        """The gravest severity of what is broken or could not be judged; None when all is well."""
        open_ones = {finding.severity for finding in self.findings if finding.verdict in {"broken", "unjudged"}}
        return next((severity for severity in Severity if severity in open_ones), None)


def summarised(tables: tuple[TableReport, ...]) -> Summary:
    """Add up the tables."""
    findings = [finding for table in tables for finding in table.constraints]
    by_severity = {
        severity: sum(finding.rows or 0 for finding in findings if finding.severity is severity)
        for severity in Severity
    }
    rows, broken = sum(table.rows for table in tables), sum(table.broken_rows for table in tables)
    unjudged = sum(finding.verdict == "unjudged" for finding in findings)
    present = sum(table.present for table in tables)
    return Summary(
        tables=len(tables),
        present=present,
        rows=rows,
        broken_rows=broken,
        score=score(rows, broken),
        violations=Totals(
            all=sum(by_severity.values()),
            critical=by_severity[Severity.CRITICAL],
            high=by_severity[Severity.HIGH],
            other=by_severity[Severity.OTHER],
        ),
        constraints=len(findings),
        unjudged=unjudged,
        absent=sum(finding.verdict == "absent" for finding in findings),
        ready=bool(present) and not unjudged and not any(by_severity.values()),
        reason=None if present else _NOTHING_HERE,
    )
