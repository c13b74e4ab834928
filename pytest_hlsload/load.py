"""A load, as a test or a script holds it: start it, wait with it, ask it, stop it"""

import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from .journal.following import Follower
from .journal.place import new_journal
from .live.lines import SummaryLines
from .live.screen import Screen
from .live.watch import JournalWatch
from .model.durations import parse_duration
from .model.records import Record
from .model.redaction import redact_url
from .model.report import LoadReport
from .model.setting_table import Given, SettingError
from .model.settings import LoadSettings, resolve
from .model.states import State
from .model.verdict import held_up
from .reader.binary import FfmpegError
from .supervisor.launch import SupervisorProcess
from .supervisor.order import Command
from .supervisor.ordering import order_for

_log = logging.getLogger("pytest_hlsload")

# A supervisor is up in a tenth of a second; a busy machine may take its time.
_PATIENCE_START = 20.0

# A command is carried out within a turn of the supervisor's loop.
_PATIENCE_COMMAND = 5.0

# The supervisor gives its readers three seconds to end.
_PATIENCE_STOP = 6.0

# The probe may take this long before the first client comes.
_PATIENCE_PROBE = 10.0


class LoadError(RuntimeError):
    """A load could not be started or has broken; the message says what to do."""


class LoadTimeout(LoadError, TimeoutError):
    """Something that was waited for did not happen in time."""


class HlsLoad:
    """
    N clients that watch one playlist, each through a supervised ffmpeg.

    A context manager: the load runs inside the ``with`` block. Settings are those of the table in the README, by name.

    Args:
        url: the playlist.
        settings: any other setting.

    Raises:
        SettingError: where a setting cannot be used.
    """

    def __init__(self, url: str | None = None, /, **settings: object) -> None:
        given = {name: Given(value, f"HlsLoad({name}=…)") for name, value in settings.items()}
        if url is not None:
            given["url"] = Given(url, "HlsLoad(…)")
        self._set_up(resolve(given), name="", journal=None, screen=None)

    @classmethod
    def of(
        cls, settings: LoadSettings, *, name: str = "", journal: Path | None = None, screen: Screen | None = None
    ) -> Self:
        """
        A load from settings that are already resolved.

        Args:
            settings: its settings.
            name: whose load it is, for example a test's name.
            journal: the file to record it in; by default a new one under ``report_dir``.
            screen: where the summary line is shown live.
        """
        load = cls.__new__(cls)
        load._set_up(settings, name=name, journal=journal, screen=screen)  # noqa: SLF001  its own class
        return load

    def _set_up(self, settings: LoadSettings, *, name: str, journal: Path | None, screen: Screen | None) -> None:
        if settings.url is None:
            raise SettingError("url is missing: name the playlist that is to be read, HlsLoad('http://…')")
        self.settings = settings
        """As resolved."""
        self.name = name
        """Whose load it is."""
        self.journal = journal or new_journal(Path(settings.report_dir or ".hls-load"), name or "load")
        """The file that everything is recorded in."""
        self.root: int | None = None
        """A process behind this one, with which the load ends too, for example xdist's controller."""
        self._screen = screen
        self._lines = SummaryLines(settings.clients, loglevel=settings.loglevel)
        self._next_summary = settings.summary_interval
        self._supervisor: SupervisorProcess | None = None
        self._watch: JournalWatch | None = None
        self._commands = 0
        self._final: LoadReport | None = None

    def __repr__(self) -> str:
        state = "stopped" if self._final else "running" if self._supervisor else "not started"
        return f"<HlsLoad {self.settings.clients} clients on {redact_url(self.settings.url or '')}, {state}>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    # Start and stop

    def start(self) -> None:
        """
        Start the clients; returns when the supervisor is up, before they play.

        Raises:
            LoadError: where there is no ffmpeg that works, or the supervisor could not be started.
        """
        if self._supervisor is not None:
            raise LoadError("this load was started before; make another")
        try:
            order = order_for(self.settings, name=self.name, journal=self.journal, root=self.root)
        except FfmpegError as error:
            raise LoadError(str(error)) from None
        try:
            self._supervisor = SupervisorProcess(order, self.journal.with_suffix(".err"))
        except OSError as error:
            raise LoadError(f"the supervisor could not be started: {error}") from None
        self._watch = JournalWatch(
            Follower(self.journal),
            self.settings.clients,
            supervisor_lives=self._supervisor.lives,
            look=self._look,
        )
        self._watch.start()
        watch = self._watch
        if not watch.wait(lambda: watch.started, time.monotonic() + _PATIENCE_START):
            complaint = self._supervisor.complaint()
            self._supervisor.end(0.0)
            self._watch.close()
            raise LoadError(f"the supervisor did not start: {complaint or 'it printed nothing'}")

    def stop(self) -> LoadReport:
        """End the load and return its final report. A second call returns the same report."""
        if self._final is not None:
            return self._final
        supervisor, watch = self._running()
        if supervisor.lives():
            self._command("stop", wait=False)
            watch.wait(lambda: watch.ended, time.monotonic() + _PATIENCE_STOP)
        supervisor.end(_PATIENCE_STOP)
        watch.close()
        self._erase()
        with watch.lock:
            self._final = watch.fold.report()
        self._raise_trouble(watch)
        return self._final

    @property
    def stopped(self) -> bool:
        """Whether the load has been stopped, so that its report is final."""
        return self._final is not None

    # Waiting

    def soak(self, duration: float | str | None = None) -> LoadReport:
        """
        Wait while the clients watch, and return the report so far.

        Args:
            duration: from now on; without it, until the setting ``duration`` has passed since the last client came.

        Raises:
            LoadError: where the supervisor died.
        """
        _, watch = self._running()
        now = time.monotonic()
        if duration is not None:
            until = now + _seconds("soak", duration)
        else:
            watch.wait(lambda: watch.last_came is not None, now + self.settings.ramp + _PATIENCE_PROBE)
            until = watch.monotonic(watch.last_came or 0.0) + self.settings.duration
        watch.wait(lambda: False, until)
        return self.report()

    def wait_until_streaming(self, timeout: float | str) -> None:
        """
        Wait until every client streams.

        Raises:
            LoadTimeout: where that did not happen within ``timeout``.
            LoadError: where the supervisor died.
        """
        _, watch = self._running()
        seconds = _seconds("wait_until_streaming", timeout)
        if not watch.wait(lambda: all(s is State.STREAMING for s in watch.states), time.monotonic() + seconds):
            self._raise_trouble(watch)
            waiting = [n for n, s in enumerate(watch.states, 1) if s is not State.STREAMING]
            shown = ", ".join(map(str, waiting[:10])) + (", …" if len(waiting) > 10 else "")
            reasons = held_up(self.report().clients)
            raise LoadTimeout(
                f"{len(waiting)} of {len(watch.states)} clients did not stream within {seconds:g} s: client {shown}"
                + (f". {reasons[0]}" if reasons else "")
            )

    # Asking and telling

    @property
    def clients(self) -> tuple[State, ...]:
        """The clients' states now, client 1 first."""
        return self._running()[1].states

    def report(self) -> LoadReport:
        """
        What has been so far.

        Raises:
            LoadError: where the supervisor died.
        """
        if self._final is not None:
            return self._final
        at = self._command("refresh")
        _, watch = self._running()
        self._raise_trouble(watch)
        with watch.lock:
            return watch.fold.report(at=at, running=True)

    def mark(self, text: str) -> None:
        """Put a mark on the load's timeline."""
        self._command("mark", text)

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What happens inside the ``with`` block is the phase ``name`` of the report."""
        self._command("phase", name)
        try:
            yield
        finally:
            self._command("end_phase", name)

    def _command(self, command: str, text: str = "", *, wait: bool = True) -> float | None:
        """Give a command and wait until it was carried out; the moment at which it was, in the load's time."""
        supervisor, watch = self._running()
        self._commands += 1
        number = self._commands
        supervisor.send(Command(id=number, command=command, text=text))
        if wait and not watch.wait(lambda: watch.command_at(number) is not None, time.monotonic() + _PATIENCE_COMMAND):
            self._raise_trouble(watch)
            raise LoadTimeout(f"the supervisor did not obey {command!r} within {_PATIENCE_COMMAND:g} s")
        return watch.command_at(number)

    def _running(self) -> tuple[SupervisorProcess, JournalWatch]:
        if self._supervisor is None or self._watch is None:
            raise LoadError("this load was not started: use it in a with block, or call start()")
        return self._supervisor, self._watch

    def _raise_trouble(self, watch: JournalWatch) -> None:
        if watch.error is not None:
            raise LoadError(f"the journal could not be followed: {watch.error!r}") from watch.error
        if watch.dead and self._final is None:
            complaint = self._supervisor.complaint() if self._supervisor else ""
            raise LoadError(f"the supervisor died during the load{f': {complaint}' if complaint else ''}")

    def _look(self, records: Iterable[Record], at: float) -> None:
        """In the journal's thread: the summary lines."""
        for record in records:
            self._lines.see(record)
        if self.settings.summary_interval and at >= self._next_summary:
            self._next_summary = at + self.settings.summary_interval
            lines = self._lines.lines(at)
            _log.info("\n".join(lines))
            if self._screen is not None:
                self._screen.show(lines[0])

    def _erase(self) -> None:
        if self._screen is not None:
            self._screen.erase()


def _seconds(what: str, value: float | str) -> float:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise SettingError(f"duration {value!r} from {what}() {error}") from None
