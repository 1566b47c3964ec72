"""What a baseline measures, and when a figure is worse than it was."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["METRICS", "Comparison", "Measurement", "Metric", "Verdict"]

_PLACES: Final = Decimal("0.000001")


class Verdict(StrEnum):
    """What a figure is, beside its baseline."""

    FINE = "fine"
    WORSE = "worse"
    TOLD_ONLY = "told only"
    """It has no better or worse: a table grows."""
    NO_BASELINE = "no baseline"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure and how much it may change.

    Attributes
    ----------
    factor, slack
        A time is worse above ``factor`` times its baseline, and ``slack`` more (in its unit): short times vary.
    loss
        A ratio is worse when it has fallen by more than this.
    """

    name: str
    unit: str
    about: str
    factor: Decimal | None = None
    slack: Decimal = Decimal(0)
    loss: Decimal | None = None

    def judge(self, baseline: Decimal | None, measured: Decimal) -> Verdict:
        """Whether a figure is worse than its baseline.

        >>> connecting = METRICS["connection_time"]
        >>> print(connecting.judge(Decimal(4), Decimal(28)), connecting.judge(Decimal(4), Decimal("28.1")))
        fine worse
        """
        if baseline is None:
            return Verdict.NO_BASELINE
        if self.factor is not None:
            return Verdict.WORSE if measured > baseline * self.factor + self.slack else Verdict.FINE
        if self.loss is not None:
            return Verdict.WORSE if measured < baseline - self.loss else Verdict.FINE
        return Verdict.TOLD_ONLY

    @property
    def tolerance(self) -> str:
        """When it is worse, in words.

        >>> METRICS["get_by_id_p50"].tolerance, METRICS["cache_hit_ratio"].tolerance
        ('above 1.5 × baseline + 1 ms', 'more than 0.05 below baseline')
        """
        if self.factor is not None:
            return f"above {self.factor} × baseline + {self.slack} {self.unit}"
        return "not judged" if self.loss is None else f"more than {self.loss} below baseline"


METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric(
                "connection_time",
                "ms",
                "median of 5 new connections, login included",
                factor=Decimal(2),
                slack=Decimal(20),
            ),
            Metric(
                "get_by_id_p50",
                "ms",
                "median of 101 calls of the repository's get, one after the other, as platform_worker",
                factor=Decimal("1.5"),
                slack=Decimal(1),
            ),
            Metric(
                "first_page_p50",
                "ms",
                "median of 101 calls of the repository's page (newest 50), one after the other, as platform_worker",
                factor=Decimal("1.5"),
                slack=Decimal(1),
            ),
            Metric(
                "cache_hit_ratio",
                "ratio",
                "blocks found in shared buffers of all that were asked for, since the statistics began",
                loss=Decimal("0.05"),
            ),
            Metric(
                "index_scan_ratio",
                "ratio",
                "index scans of all scans of tables with 10,000 rows or more, since the statistics began",
                loss=Decimal("0.05"),
            ),
            Metric("table_size", "bytes", "with indexes and TOAST; of the whole database where no table is named"),
        )
    }
)
"""The figures by name, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure as it was measured; ``table_name`` unset is the whole database's."""

    metric: Metric
    value: Decimal
    table_name: str | None = None

    @classmethod
    def of(cls, name: str, value: float | Decimal, table_name: str | None = None) -> Measurement:
        """A figure of :data:`METRICS`, rounded to the six places that are stored."""
        return cls(METRICS[name], Decimal(value).quantize(_PLACES), table_name)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "metric_name": self.metric.name,
            "table_name": self.table_name,
            "value": float(self.value),
            "unit": self.metric.unit,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure beside its newest baseline."""

    measured: Measurement
    baseline: Decimal | None

    @property
    def verdict(self) -> Verdict:
        return self.measured.metric.judge(self.baseline, self.measured.value)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            **self.measured.as_json(),
            "baseline": None if self.baseline is None else float(self.baseline),
            "verdict": self.verdict.value,
            "tolerance": self.measured.metric.tolerance,
        }
