"""What all loads of a process show together on one screen"""

import threading
import time
from collections.abc import Callable, Sequence

from .picture import Picture
from .screen import Screen, Size

Draw = Callable[[Sequence[Picture], Size], Sequence[str]]

# Nobody reads faster.
_EVERY = 0.25

# A view of a thousand clients takes its time, which the test may need, too.
_SHARE = 0.02


class Board:
    """
    Keeps the newest picture of each load, and draws them a few times a second, however many they are.

    Args:
        screen: to draw on.
        draw: makes lines of pictures.
        clock: in seconds.
        spent: the CPU time that the thread has used, in seconds; time for which it had to wait costs nobody anything.
    """

    def __init__(
        self,
        screen: Screen,
        draw: Draw,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self.screen = screen
        self._draw = draw
        self._clock = clock
        self._spent = spent
        self._pictures: dict[object, Picture] = {}
        self._due: dict[object, float] = {}
        self._next = 0.0
        self._lock = threading.RLock()

    def show(self, load: object, picture: Callable[[], Picture]) -> None:
        """
        Take a load's picture and draw, each if it is time to. May be called in any thread, and as often as one likes.

        Args:
            load: whose picture it is.
            picture: makes it.
        """
        with self._lock:
            if self._clock() >= self._due.get(load, 0.0):
                began = self._spent()
                self._pictures[load] = picture()
                self._due[load] = self._next_after(began)
            if self._clock() >= self._next:
                began = self._spent()
                self._redraw()
                self._next = self._next_after(began)

    def drop(self, load: object) -> None:
        """A load has ended: the last leaves no trace."""
        with self._lock:
            self._pictures.pop(load, None)
            self._due.pop(load, None)
            self._redraw()

    def _redraw(self) -> None:
        size = self.screen.size
        self.screen.show(self._draw(tuple(self._pictures.values()), size) if self._pictures else ())

    def _next_after(self, began: float) -> float:
        return self._clock() + max(_EVERY, (self._spent() - began) / _SHARE)
