"""What the sentinel finds, in a moment or lasting"""

from dataclasses import dataclass

# What has only begun is not told again for being a little longer.
_BRIEF = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """
    Attributes:
        check: the rule.
        level: "warning" or "error".
        text: a sentence.
        since: when it began, on the caller's clock, in seconds.
        lasted: in seconds; None while it lasts, 0.0 for a moment.
    """

    check: str
    level: str
    text: str
    since: float
    lasted: float | None = 0.0


class Lasting:
    """
    A breach that goes on for a while: told when it begins, when it grows worse or twice as long, and, with its length,
    when it is over.

    Args:
        check: the rule.
    """

    def __init__(self, check: str) -> None:
        self._check = check
        self._level = ""
        self._since = 0.0
        self._told = 0.0

    @property
    def since(self) -> float | None:
        """When it began; None where it does not go on."""
        return self._since if self._level else None

    def goes_on(self, at: float, since: float, level: str, text: str) -> list[Found]:
        """It is so; ``since`` counts the first time."""
        worse = not self._level or (self._level, level) == ("warning", "error")
        if not worse and at - self._since < 2 * (self._told - self._since) + _BRIEF:
            return []
        self._since = self._since if self._level else since
        self._level, self._told = "error" if "error" in {self._level, level} else level, at
        return [Found(self._check, self._level, text, self._since, None)]

    def is_over(self, at: float, text: str) -> list[Found]:
        """It is not so, or no longer."""
        level, self._level = self._level, ""
        return [Found(self._check, level, text, self._since, at - self._since)] if level else []
