"""How far a host's monotonic clock is from the owner's, by round trips"""

from collections import deque

# Clocks drift apart, by 0.05 s in an hour or so; what was seen longer ago is not held against them.
_REMEMBERED = 240


class HostClock:
    """
    A host tells its time in an answer: that was after it was asked and before the answer came. Each round trip so
    bounds the offset from both sides, and the closest bounds of many count.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self.offset = 0.0
        """The host's clock less the owner's, in seconds. It stays what it was until that is proved wrong."""
        self.error = float("inf")
        """By how much the offset may be wrong at most, in seconds; infinite before the first round trip."""

    def observe(self, asked: float, told: float, answered: float) -> None:
        """
        A round trip.

        Args:
            asked: when the host was asked, on the owner's clock.
            told: what it answered, on its own.
            answered: when the answer was there, on the owner's clock.
        """
        self._seen.append((told - answered, told - asked))
        lowest, highest = max(low for low, _ in self._seen), min(high for _, high in self._seen)
        if lowest > highest:
            # It has drifted: only the newest tells.
            self._seen = deque([self._seen[-1]], maxlen=_REMEMBERED)
            lowest, highest = self._seen[0]
        first = self.error == float("inf")
        if first or not lowest <= self.offset <= highest or (highest - lowest) / 2 < self.error / 2:
            self.offset = (lowest + highest) / 2
        self.error = max(highest - self.offset, self.offset - lowest)
