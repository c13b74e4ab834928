"""The owner's tie to one host: asks for news in a thread of its own, and knows when the host is lost"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pytest_hlsload.supervisor.order import Command

from .agent import LONGEST_NEWS, News
from .clocks import HostClock
from .engine import Host, HostGone, HostSilent

# How often a host is asked; and while an answer to a command is due, so many times so often.
_EVERY, _HURRY = 0.5, 0.05
_HURRIES, _HURRIES_TO_STOP = 4, 100

# A supervisor that runs records samples every five seconds.
_LONGEST_SILENCE = 20.0

# Of the files' removal at the end.
_PATIENCE_STOP = 10.0


class Heard(Protocol):
    """Takes what came from a host."""

    def __call__(self, lines: bytes, offset: float, error: float) -> bool:
        """Whole lines of its journal, its clock's offset and error; whether more will come."""


class Link:
    """
    Args:
        has: whether it has a client, by its number.
        host: the engine's.
        clock: of the host.
        lease: after this long without an answer the host has ended its readers, in seconds.
        start: starts the host's supervisor.
        heard: takes news.
        lost: told why, once nothing more will come.
        look: called now and then.
    """

    def __init__(
        self,
        has: Callable[[int], bool],
        host: Host,
        clock: HostClock,
        *,
        lease: float,
        start: Callable[[], None],
        heard: Heard,
        lost: Callable[[str], None],
        look: Callable[[], None],
    ) -> None:
        self._has = has
        self._host = host
        self._clock = clock
        self._lease = lease
        self._start = start
        self._heard = heard
        self._lost = lost
        self._look = look
        self._news = threading.Condition()
        self._commands: list[Command] = []
        self._offset = 0
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name=f"hls-load host {host.address}", daemon=True)

    def begin(self) -> None:
        """Start the supervisor and follow it."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Tell the host something with the next question, which is asked at once."""
        own = {client: given for client, given in command.options.items() if self._has(client)}
        with self._news:
            self._commands.append(replace(command, options=own))
            self._news.notify_all()

    def join(self, patience: float) -> None:
        """Wait until nothing more comes, and all files are removed."""
        self._thread.join(patience)

    def abandon(self) -> None:
        """Wait no longer."""
        with self._news:
            self._abandoned = True
            self._news.notify_all()
        self._host.release()
        self._lost("it did not end in time")

    def _run(self) -> None:
        try:
            self._start()
            self._follow()
        except (HostGone, HostSilent) as error:
            self._lost(str(error))
        except Exception as error:  # noqa: BLE001  the others run on
            self._lost(f"{type(error).__name__}: {error}")
        else:
            with contextlib.suppress(Exception):
                self._host.call("stop", timeout=_PATIENCE_STOP)
        self._host.release()

    def _follow(self) -> None:
        """
        Raises:
            HostGone, HostSilent: where the host was lost.
        """
        answered = told = time.monotonic()
        failures = 0
        hurries = _HURRIES
        while not self._abandoned:
            commands = self._take_commands(_HURRY if hurries else _EVERY)
            if commands:
                stops = any(command.command == "stop" for command in commands)
                hurries = max(hurries, _HURRIES_TO_STOP if stops else _HURRIES)
            else:
                hurries = max(0, hurries - 1)
            try:
                news = self._ask(commands)
            except HostSilent as error:
                failures += 1
                with self._news:  # it may have heard them: a command that comes twice is carried out once
                    self._commands[:0] = commands
                # One attempt that began after the lease: the owner itself may have slept.
                silence = time.monotonic() - answered
                if silence > self._lease and failures > 1:
                    raise HostSilent(f"no answer for {silence:.0f} s: {error}") from None
                continue
            answered, failures = time.monotonic(), 0
            if news.journal:
                told = answered
            self._offset += len(news.journal)
            more = self._heard(news.journal, self._clock.offset, self._clock.error)
            if not more:
                return
            if not news.journal and not news.lives:
                self._lost(f"its supervisor died: {news.complaint or 'nobody knows why'}")
                return
            if answered - told > max(_LONGEST_SILENCE, self._lease):
                self._lost(f"its supervisor has recorded nothing for {answered - told:.0f} s")
                return
            if len(news.journal) >= LONGEST_NEWS // 2:
                hurries = max(hurries, 1)  # there is more
            self._look()

    def _ask(self, commands: list[Command]) -> News:
        asked = time.monotonic()
        news: News = self._host.call("read", self._offset, commands, timeout=max(1.0, self._lease / 3))
        self._clock.observe(asked, news.now, time.monotonic())
        return news

    def _take_commands(self, patience: float) -> list[Command]:
        with self._news:
            if not self._commands and not self._abandoned:
                self._news.wait(patience)
            commands, self._commands = self._commands, []
            return commands
