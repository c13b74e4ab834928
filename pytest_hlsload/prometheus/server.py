"""A port on loopback from which Prometheus scrapes the loads of this process"""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Protocol

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import Metric

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.setting_table import SettingError

from .families import Memory, families

# Whoever scrapes more often gets the same again.
_EVERY = 1.0

# A look at a thousand clients takes its time, which the test may need, too.
_SHARE = 0.05

_HOST = "127.0.0.1"


class Load(Protocol):
    """As much of a load as is needed here."""

    name: str

    def glance(self) -> LoadReport | None:
        """What is on record by now; may be called in any thread."""


class MetricsServer:
    """
    Serves until it is closed; no metrics while no load runs.

    Args:
        port: 0 for a free one.

    Raises:
        SettingError: where nothing can be served on the port.
    """

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._loads: dict[Load, Memory] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._known: list[Metric] = []
        self._due = 0.0
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        try:
            self._server, self._thread = start_http_server(port, _HOST, registry)
        except OSError as error:
            raise SettingError(
                f"metrics_port {port} cannot be used ({error.strerror or error}): give another, or 0 for a free one"
            ) from None
        self.url = f"http://{_HOST}:{self._server.server_port}/metrics"
        """Where to scrape."""

    def add(self, load: Load) -> None:
        """Serve a load's metrics, too."""
        with self._lock:
            self._loads[load] = Memory(load.name, str(next(self._numbers)))
            self._due = 0.0

    def remove(self, load: Load) -> None:
        """Serve them no longer."""
        with self._lock:
            self._loads.pop(load, None)
            self._due = 0.0

    def close(self) -> None:
        """Serve nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def collect(self) -> Iterator[Metric]:
        """What is known just now; for prometheus_client, which calls it at every scrape."""
        with self._lock:
            began = self._clock()
            if began >= self._due:
                glances = [(memory, load.glance()) for load, memory in self._loads.items()]
                self._known = families((memory, report) for memory, report in glances if report is not None)
                self._due = began + max(_EVERY, (self._clock() - began) / _SHARE)
            return iter(self._known)
