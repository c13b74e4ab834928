"""A part of a load's time"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """
    Attributes:
        start: seconds since the load's start; what happens at this moment belongs to the window.
        end: seconds since the load's start.
        closed: whether what happens at the end belongs to the window too, because nothing follows.
    """

    start: float
    end: float
    closed: bool = True

    @property
    def duration(self) -> float:
        """In seconds."""
        return self.end - self.start

    def holds(self, at: float) -> bool:
        """Whether a moment lies within."""
        return self.start <= at < self.end or (self.closed and at == self.end)

    def overlap(self, start: float, end: float) -> float:
        """How many seconds of a span lie within."""
        return max(0.0, min(end, self.end) - max(start, self.start))

    def part(self, start: float, end: float) -> "Window":
        """
        What of another span lies within; of no length where nothing does.

        Raises:
            ValueError: where the span ends before it starts.
        """
        if not start <= end:
            raise ValueError(f"a window cannot end at {end:g} s, before its start at {start:g} s")
        first = min(max(start, self.start), self.end)
        last = max(min(end, self.end), first)
        return Window(first, last, closed=self.closed and end >= self.end)
