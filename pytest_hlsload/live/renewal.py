"""What single clients' readers are given, asked for again while a load runs: tokens do not last"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from pytest_hlsload.model.client_options import NOTHING, ClientOptions
from pytest_hlsload.model.errors import LoadError

Ask = Callable[[int], ClientOptions]
"""From a client's number to its options now."""

_NOBODY_ANSWERS = (
    "nobody gives options of single clients: write a hook pytest_hlsload_reader_options, or give reader_options=…"
)
_EVERY = 1.0

# Whoever takes long to answer is asked less often, so that waiting remains waiting.
_SHARE_OF_ASKING = 0.1


class Renewal:
    """
    Asks for the options of each client, and knows what it was told before.

    Args:
        ask: for one client's; None where nobody gives any.
        clients: the numbers of those that readers may be started for next.
        tell: takes the options of the clients whose have changed.
    """

    def __init__(
        self,
        ask: Ask | None,
        clients: Callable[[], Iterable[int]],
        *,
        tell: Callable[[Mapping[int, ClientOptions]], object],
    ) -> None:
        self._ask = ask
        self._clients = clients
        self._tell = tell
        self._known: dict[int, ClientOptions] = {}
        self._due = 0.0

    @property
    def asks(self) -> bool:
        """Whether anybody gives options."""
        return self._ask is not None

    def changes(self) -> dict[int, ClientOptions]:
        """
        Ask for every client; the options that differ from those known before.

        Raises:
            LoadError: where there is nobody to ask.
        """
        __tracebackhide__ = True
        if self._ask is None:
            raise LoadError(_NOBODY_ANSWERS)
        began = time.monotonic()
        now = {client: self._ask(client) for client in self._clients()}
        changed = {client: own for client, own in now.items() if own != self._known.get(client, NOTHING)}
        self._known = now
        ended = time.monotonic()
        self._due = ended + max(_EVERY, (ended - began) / _SHARE_OF_ASKING)
        return changed

    def waits(self, until: float) -> Iterator[float]:
        """
        The moments up to ``until`` until which to wait one after another, on the monotonic clock.

        Between them it asks and tells; only in the main thread, where pytest's hooks are called.
        """
        __tracebackhide__ = True
        if self._ask is None or threading.current_thread() is not threading.main_thread():
            yield until
            return
        while True:
            if time.monotonic() >= self._due and (changed := self.changes()):
                self._tell(changed)
            yield min(until, self._due)
            if time.monotonic() >= until:
                return
