"""Statistics of several values of one figure"""

import math
from dataclasses import dataclass

_NAN = float("nan")


class Statistics:
    """What can be said of ``values``. Where there is none, everything is NaN, so that no comparison with it holds."""

    __slots__ = ()

    values: tuple[float, ...]

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def min(self) -> float:
        """The lowest."""
        return min(self.values, default=_NAN)

    @property
    def max(self) -> float:
        """The highest."""
        return max(self.values, default=_NAN)

    @property
    def mean(self) -> float:
        """The arithmetic mean."""
        return math.fsum(self.values) / self.n if self.values else _NAN

    @property
    def median(self) -> float:
        """The middle one; of an even number, the mean of the two in the middle."""
        if not self.values:
            return _NAN
        ranked = sorted(self.values)
        low, high = ranked[(self.n - 1) // 2], ranked[self.n // 2]
        return low if low == high else (low + high) / 2

    @property
    def p95(self) -> float:
        """The 95th percentile by nearest rank: a value that there was; with fewer than 20, the highest."""
        if not self.values:
            return _NAN
        # In whole numbers: 0.95 * 20 is more than 19 in floats.
        return sorted(self.values)[-(-95 * self.n // 100) - 1]


@dataclass(frozen=True, slots=True, repr=False)
class Figures(Statistics):
    """
    One figure over time. Received from a report, not made.

    Attributes:
        values: in the order of time.
    """

    values: tuple[float, ...] = ()

    def __repr__(self) -> str:
        if not self.values:
            return "<none>"
        return f"<median {self.median:.4g}, p95 {self.p95:.4g}, max {self.max:.4g}, n {self.n}>"


NO_FIGURES = Figures()
