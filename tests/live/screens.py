"""What tests of the live view share"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pytest_hlsload.live.picture import Picture
from pytest_hlsload.live.screen import Size
from pytest_hlsload.model.states import State


class Recorded:
    """A screen that only remembers."""

    size = Size(80, 24)

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shows = 0

    def show(self, lines: Sequence[str]) -> None:
        self.lines = list(lines)
        self.shows += 1

    def erase(self) -> None:
        self.lines = []

    @contextmanager
    def others_write(self) -> Iterator[None]:
        yield

    def hold(self) -> None:
        self.erase()

    def release(self) -> None:
        pass


def picture(name: str, **given: Any) -> Picture:
    return Picture(**{"name": name, "at": 12.0, "counts": {State.STREAMING: 1}, **given})
