"""How long a load goes on without a word from its owner, who may be on a machine that was cut off"""

from collections.abc import Callable

from .loop import Loop


class Lease:
    """
    Args:
        loop: on which its end is waited for.
        seconds: how long it lasts; None for ever.
        over: called with the time once it has not been renewed for so long.
    """

    def __init__(self, loop: Loop, seconds: float | None, over: Callable[[float], None]) -> None:
        self._loop = loop
        self._seconds = seconds
        self._over = over
        self._until = 0.0
        if seconds is not None:
            self._until = loop.now + seconds
            loop.call_at(self._until, self._look)

    def renew(self, at: float) -> None:
        """The owner has been heard."""
        if self._seconds is not None:
            self._until = at + self._seconds

    def _look(self, at: float) -> None:
        # One deadline that is put off, not one for every renewal.
        if at < self._until:
            self._loop.call_at(self._until, self._look)
        else:
            self._over(at)
