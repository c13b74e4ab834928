"""One figure over all clients"""

import math
from dataclasses import dataclass

from .client_report import ClientReport
from .one_line import one_line

_NAN = float("nan")


@dataclass(frozen=True, slots=True, repr=False)
class Spread:
    """
    One figure over the clients for which there is one. Received from a report, not made.

    Where there is none, every statistic is NaN, so that no comparison with it holds.

    Attributes:
        metric: the figure's name.
        values: one a client.
        clients: whose values these are, in the same order.
        low_is_bad: whether the client with the lowest value is the worst.
    """

    metric: str
    values: tuple[float, ...]
    clients: tuple[ClientReport, ...]
    low_is_bad: bool = False

    @property
    def n(self) -> int:
        """How many clients have a value."""
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
        """The 95th percentile by nearest rank: a value that a client had; with fewer than 20 clients, the highest."""
        if not self.values:
            return _NAN
        # In whole numbers: 0.95 * 20 is more than 19 in floats.
        return sorted(self.values)[-(-95 * self.n // 100) - 1]

    @property
    def worst(self) -> ClientReport | None:
        """The client that fared worst; the first of several, None where there is none."""
        if not self.values:
            return None
        return self.clients[self.values.index(self.min if self.low_is_bad else self.max)]

    def replaced(self, values: tuple[float, ...]) -> "Spread":
        """The same clients with other values."""
        return Spread(self.metric, values, self.clients, self.low_is_bad)

    def __repr__(self) -> str:
        worst = self.worst
        if worst is None:
            return f"<{self.metric}: no client has one>"
        value = self.min if self.low_is_bad else self.max
        told = one_line(worst.told_worst, 110)
        return (
            f"<{self.metric}: worst {value:.4g} is client {worst.index}, {told};"
            f" median {self.median:.4g}, p95 {self.p95:.4g}, n {self.n}>"
        )
