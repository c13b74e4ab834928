"""What a load tells its supervisor, and what it hears of it through the journal"""

import time
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING

from .live.watch import JournalWatch
from .model.client_options import ClientOptions
from .model.errors import LoadError, LoadTimeout
from .supervisor.launch import SupervisorProcess
from .supervisor.order import Command

if TYPE_CHECKING:
    from .cluster.fleet import Fleet

# A supervisor is up in a tenth of a second; a busy machine may take its time.
_PATIENCE_START = 20.0

# A command is carried out within a turn of the supervisor's loop.
_PATIENCE_COMMAND = 5.0


class Dialogue:
    """
    Args:
        supervisor: a process that was started, or those on the hosts of a cluster.
        watch: over the journal that it writes, not yet started.

    Raises:
        LoadError: where the supervisor does not begin to write it.
    """

    def __init__(self, supervisor: "SupervisorProcess | Fleet", watch: JournalWatch) -> None:
        self.supervisor = supervisor
        self._watch = watch
        self._commands = count(1)
        watch.start()
        if not watch.wait(lambda: watch.started, time.monotonic() + _PATIENCE_START):
            complaint = supervisor.complaint()
            supervisor.end(0.0)
            watch.close()
            raise LoadError(f"the supervisor did not start: {complaint or 'it printed nothing'}")

    def tell(
        self, command: str, text: str = "", *, options: Mapping[int, ClientOptions] | None = None, wait: bool = True
    ) -> float | None:
        """
        Give a command (see `order.Command`).

        Args:
            command: which.
            text: as it takes.
            options: likewise.
            wait: until it was carried out.

        Returns:
            When it was carried out, in the load's time; None where nobody waited for that.

        Raises:
            LoadError: where the supervisor died.
            LoadTimeout: where it does not obey.
        """
        watch, number = self._watch, next(self._commands)
        self.supervisor.send(Command(id=number, command=command, text=text, options=options or {}))
        if wait and not watch.wait(lambda: watch.command_at(number) is not None, time.monotonic() + _PATIENCE_COMMAND):
            self.raise_trouble()
            raise LoadTimeout(
                f"the supervisor did not obey {command!r} within {_PATIENCE_COMMAND:g} s (is the disk full?)"
            )
        return watch.command_at(number)

    def raise_trouble(self) -> None:
        """
        Raises:
            LoadError: where the load has not been stopped, and yet does not run.
        """
        self.raise_error()
        watch = self._watch
        if watch.dead:
            raise LoadError(f"the supervisor died during the load: {self.supervisor.complaint()}")
        if watch.ended:
            by_itself = f"has ended by itself: {watch.why_ended}" if watch.why_ended else "was stopped before"
            raise LoadError(f"the load {by_itself}")

    def raise_error(self) -> None:
        """
        Raises:
            LoadError: where what the supervisor says cannot be heard.
        """
        if self._watch.error is not None:
            raise LoadError(f"the journal could not be followed: {self._watch.error!r}") from self._watch.error
