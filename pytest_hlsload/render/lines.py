"""Lines to show, and how they are to look"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .clean import clean


class Style(StrEnum):
    """What a line is, rather than its colour."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"
    ASIDE = "aside"


MARKUP: Mapping[Style, Mapping[str, bool]] = {
    Style.PLAIN: {},
    Style.GOOD: {"green": True},
    Style.BAD: {"red": True},
    Style.DOUBTFUL: {"yellow": True},
    Style.ASIDE: {"light": True},
}
"""The keywords of pytest's ``terminalreporter.write_line`` for each style."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line, fit for a terminal whatever was in its text.

    Attributes:
        text: without a line end.
        style: how it is to look.
    """

    text: str
    style: Style = Style.PLAIN

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))

    def __str__(self) -> str:
        return self.text

    @property
    def markup(self) -> Mapping[str, bool]:
        """Keywords for ``terminalreporter.write_line``."""
        return MARKUP[self.style]


@dataclass(frozen=True, slots=True)
class Painted:
    """
    One line whose parts look different.

    Attributes:
        pieces: texts that a terminal takes for nothing else, each with how it is to look.
    """

    pieces: tuple[tuple[str, Style], ...]

    @property
    def text(self) -> str:
        """All of it, without its looks."""
        return "".join(text for text, _ in self.pieces)


def text_of(lines: Iterable[Line | Painted]) -> str:
    """The lines without their looks."""
    return "\n".join(line.text for line in lines)
