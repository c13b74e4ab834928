"""One figure over all clients"""

from dataclasses import dataclass

from .client_report import ClientReport
from .figures import Statistics
from .one_line import one_line


@dataclass(frozen=True, slots=True, repr=False)
class Spread(Statistics):
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
