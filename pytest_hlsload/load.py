"""A load, as a test or a script holds it: start it, wait with it, ask it, stop it"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .dialogue import Dialogue
from .journal.baselines import with_baseline
from .journal.following import Follower
from .journal.place import new_journal
from .journal.saved import save_report
from .live.board import Board
from .live.renewal import Ask, Renewal
from .live.soaking import Soaking, patience_to_stop
from .live.ticker import Ticker
from .live.watch import JournalWatch
from .model.client_options import ClientOptions, ReaderOptions, asking
from .model.errors import LoadAborted, LoadError, LoadTimeout
from .model.report import LoadReport
from .model.setting_table import Given, SettingError
from .model.setting_values import seconds_from_call
from .model.settings import LoadSettings, resolve
from .model.states import State
from .model.verdict import not_streaming
from .page_file import check_page, save_own_page
from .prometheus.showing import Showing
from .supervisor.launch import SupervisorProcess
from .supervisor.starting import start_supervisor

if TYPE_CHECKING:
    from .cluster.fleet import Fleet
    from .prometheus.server import MetricsServer

__all__ = ["HlsLoad", "LoadAborted", "LoadError", "LoadTimeout"]

# The supervisor gives its readers three seconds to end.
_PATIENCE_STOP = 6.0


class HlsLoad:
    """
    N clients that watch a playlist, or several, each through a supervised ffmpeg.

    A context manager: the load runs inside the ``with`` block. Settings are those of the table in the README, by name.

    Args:
        url: the playlist; of several, each client gets one, by weight: ``HlsLoad("http://a", ("http://b", 3))``.
        reader_options: what single clients' readers are given, see `model.client_options.ReaderOptions`.
        settings: any other setting.

    Raises:
        SettingError: where a setting cannot be used.
    """

    def __init__(
        self, *url: str | tuple[str, int], reader_options: ReaderOptions | None = None, **settings: object
    ) -> None:
        given = {name: Given(value, f"HlsLoad({name}=…)") for name, value in settings.items()}
        if url:
            given["url"] = Given(url, "HlsLoad(…)")
        self._set_up(resolve(given), ask=asking(reader_options))

    @classmethod
    def of(cls, settings: LoadSettings, **given: Any) -> Self:
        """A load from settings that are already resolved, and whatever `_set_up` takes besides."""
        load = cls.__new__(cls)
        load._set_up(settings, **given)  # noqa: SLF001  its own class
        return load

    def _set_up(
        self,
        settings: LoadSettings,
        *,
        name: str = "",
        journal: Path | None = None,
        board: Board | None = None,
        metrics: "MetricsServer | None" = None,
        ask: Ask | None = None,
        deadline: Callable[[], float | None] = lambda: None,
    ) -> None:
        """
        Args:
            settings: of the load.
            name: whose load it is, for example a test's name.
            journal: the file to record it in; by default a new one under ``report_dir``.
            board: where it is shown live.
            metrics: serves the loads of a process; without it this one has its own, if the setting asks for that.
            ask: for the options of one client's next reader; None where nobody gives any.
            deadline: when the test has to be over, on the monotonic clock; None where nobody says.
        """
        if not settings.url:
            raise SettingError("url is missing: name the playlist that is to be read, HlsLoad('http://…')")
        self.name = name
        """Whose load it is."""
        self.journal = journal or new_journal(settings.report_dir, name or "load")
        """The file that everything is recorded in."""
        self.baseline = with_baseline(settings, name=name, journal=self.journal)
        """The earlier report that it is held against."""
        if settings.html is not None:
            check_page(Path(settings.html), f"html {settings.html!r}")
        self.settings = settings = self.baseline.settings
        """As resolved."""
        self.root: int | None = None
        """A process behind this one, with which the load ends too, for example xdist's controller."""
        self._deadline = deadline
        self._ticker = Ticker(settings, name, board, deadline)
        self._metrics = Showing(settings.metrics_port, metrics)
        self._supervisor: SupervisorProcess | None = None
        self._watch: JournalWatch | None = None
        self._dialogue: Dialogue | None = None
        self._renewal = Renewal(ask, self._numbers, tell=self._renew)
        # Another thread may stop the load, and a finalizer while this one does.
        self._one_stop = threading.RLock()
        self._final: LoadReport | None = None

    def __repr__(self) -> str:
        state = "stopped" if self._final else "running" if self._watch else "not started"
        return f"<HlsLoad {self.settings.clients} clients on {', '.join(self.settings.shown_urls)}, {state}>"

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
        if self._watch is not None:
            raise LoadError("this load was started before; make another")
        self._metrics.begin(self)
        try:
            started = self._start(self._renewal.changes() if self._renewal.asks else {})
        except BaseException:
            self._metrics.end(self)
            raise
        self._watch = JournalWatch(
            Follower(self.journal),
            self.settings.clients,
            supervisor_lives=started.lives,
            look=self._ticker.look,
        )
        self._dialogue = Dialogue(started, self._watch)

    def _start(self, options: Mapping[int, ClientOptions]) -> "SupervisorProcess | Fleet":
        how: dict[str, Any] = {"name": self.name, "journal": self.journal, "root": self.root, "options": options}
        if self.settings.cluster:
            from .cluster.starting import start_fleet  # dask is long to import, and few loads need it

            return start_fleet(self.settings, **how)
        self._supervisor = start_supervisor(self.settings, **how)
        return self._supervisor

    def stop(self) -> LoadReport:
        """End the load and return its final report. A second call returns the same report."""
        with self._one_stop:
            if self._final is None:
                self._stop(*self._running())
            assert self._final is not None
            return self._final

    def _stop(self, dialogue: Dialogue, watch: JournalWatch) -> None:
        supervisor = dialogue.supervisor
        patience = patience_to_stop(self._deadline(), _PATIENCE_STOP)
        if supervisor.lives():
            dialogue.tell("stop", wait=False)
            watch.wait(lambda: watch.ended, time.monotonic() + patience)
        supervisor.end(patience if watch.over else 0.0)
        watch.close()
        self._ticker.end()
        self._metrics.end(self)
        with watch.lock:
            if loss := supervisor.loss():
                watch.fold.note(loss)
            if not self.journal.exists():
                watch.fold.note(f"the journal {self.journal} was deleted while the load ran; the report is whole")
            self._final = watch.fold.report()
        save_report(self._final, self.journal)
        if self.settings.html is not None:
            save_own_page(self._final, Path(self.settings.html), name=self.name, baseline=self.baseline.report)
        dialogue.raise_error()

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
            LoadAborted: where a threshold of the setting ``abort`` does not hold.
            LoadTimeout: where the test's timeout leaves less time than that.
            LoadError: where the supervisor died.
        """
        __tracebackhide__ = True
        for until in self._waits("soak", duration):
            self._running()[1].wait(lambda: False, until)
        return self.report()

    async def soak_async(self, duration: float | str | None = None) -> LoadReport:
        """The same for a test written with asyncio: the event loop runs on meanwhile."""
        import asyncio  # long to import, and few tests need it

        __tracebackhide__ = True
        for until in self._waits("soak_async", duration):
            while (left := until - time.monotonic()) > 0 and not self._running()[1].over:  # noqa: ASYNC110  no event
                await asyncio.sleep(min(left, 0.1))
        return await asyncio.to_thread(self.report)

    def wait_until_streaming(self, timeout: float | str) -> None:
        """
        Wait until every client streams.

        Raises:
            LoadTimeout: where that did not happen within ``timeout``.
            LoadError: where the supervisor died.
        """
        dialogue, watch = self._running()
        seconds = seconds_from_call("wait_until_streaming", timeout)
        for until in self._renewal.waits(time.monotonic() + seconds):
            if watch.wait(lambda: watch.all_stream, until):
                return
            dialogue.raise_trouble()
        raise LoadTimeout(not_streaming(watch.states, self.report().clients, seconds))

    # Asking and telling

    def _numbers(self) -> Iterable[int]:
        """Of the clients for which readers may be started next."""
        at_a_time = self.settings.clients
        there = self._watch.numbers if self._watch is not None else range(1, at_a_time + 1)
        return [*there, *(number + at_a_time for number in there)] if self.settings.churn else there

    @property
    def clients(self) -> tuple[State, ...]:
        """The clients' states now, client 1 first; see `JournalWatch.states`."""
        return self._running()[1].states

    @property
    def metrics_url(self) -> str | None:
        """Where Prometheus finds the load's metrics; None where they are not served."""
        return self._metrics.url

    def report(self) -> LoadReport:
        """
        What has been so far.

        Raises:
            LoadError: where the supervisor died.
        """
        with self._one_stop:  # by another thread: then what it ends with is the report
            if self._final is not None:
                return self._final
            dialogue, watch = self._running()
            at = dialogue.tell("refresh")
            dialogue.raise_trouble()
            return watch.snapshot(at)

    def glance(self) -> LoadReport | None:
        """What is on record by now, asking nobody; None before there is anything. May be called in any thread."""
        if self._final is not None or self._watch is None or not self._watch.started:
            return self._final
        return self._watch.snapshot()

    def mark(self, text: str) -> None:
        """Put a mark on the load's timeline."""
        self._running()[0].tell("mark", text)

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What happens inside the ``with`` block is the phase ``name`` of the report."""
        dialogue, _ = self._running()
        dialogue.tell("phase", name)
        try:
            yield
        finally:
            if not self.stopped:  # inside the block; then the phase ends with the load
                dialogue.tell("end_phase", name)

    def refresh_options(self) -> None:
        """
        Ask for the options of every client now; when this returns, their next readers will be given the latest.

        They are asked for before the start, too, and about once a second while the main thread waits with the load.

        Raises:
            LoadError: where there is nobody to ask.
        """
        __tracebackhide__ = True
        if changed := self._renewal.changes():
            self._renew(changed, wait=True)

    def _renew(self, options: Mapping[int, ClientOptions], *, wait: bool = False) -> None:
        self._running()[0].tell("options", options=options, wait=wait)

    def _waits(self, what: str, duration: float | str | None) -> Iterator[float]:
        seconds = None if duration is None else seconds_from_call(what, duration)
        dialogue, watch = self._running()
        soaking = Soaking(watch, self.settings, deadline=self._deadline, abort=partial(dialogue.tell, "abort"))
        for until in soaking.waits(seconds):
            yield from self._renewal.waits(until)

    def _running(self) -> tuple[Dialogue, JournalWatch]:
        if self._dialogue is None or self._watch is None:
            raise LoadError("this load was not started: use it in a with block, or call start()")
        return self._dialogue, self._watch
