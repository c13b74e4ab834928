"""Hosts without an engine: agents of this process, which can be made to fail"""

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from pytest_hlsload.cluster.agent import HostAgent
from pytest_hlsload.cluster.engine import Host, HostGone, HostSilent
from pytest_hlsload.cluster.fleet import Fleet
from pytest_hlsload.journal.following import Follower
from pytest_hlsload.live.watch import JournalWatch
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.setting_table import Given
from pytest_hlsload.model.settings import LoadSettings, resolve
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin
from pytest_hlsload.supervisor.order import Command

# What a host says of itself that can serve a small load.
FIT = {
    "version": version("pytest-hlsload"),
    "name": "this",
    "machine": "this",
    "cores": 2,
    "free_cpu": 2.0,
    "memory": 4 << 30,
    "descriptors": 4096,
    "ffmpeg": "",
    "playlist": "",
}


class NearHost:
    """A host whose agent lives in this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.address = f"near://{name}"
        self.agent: HostAgent | None = HostAgent()
        self.cut_off = False
        self.gone = False
        self.answers: dict[str, Callable[..., Any]] = {"preflight": lambda *asked: dict(FIT)}
        """In place of the agent's own."""

    def call(self, method: str, *arguments: Any, timeout: float) -> Any:
        if self.gone or self.agent is None:
            raise HostGone("its agent is gone")
        if self.cut_off:
            time.sleep(min(timeout, 0.3))
            raise HostSilent("it is cut off")
        return self.answers.get(method, getattr(self.agent, method))(*arguments)

    def release(self) -> None:
        if not self.cut_off:  # who cannot be reached is not told
            self.agent = None


class NearEngine:
    """Some hosts in this process."""

    def __init__(self, *names: str) -> None:
        self.near = [NearHost(name) for name in names]

    def hosts(self) -> list[Host]:
        return [*self.near]

    def check_secret(self, what: str) -> None:
        pass


class NearLoad:
    """A load on such hosts, as `HlsLoad` holds it."""

    def __init__(self, engine: NearEngine, settings: LoadSettings, journal: Path) -> None:
        self.journal = journal
        self.fleet = Fleet(engine, settings, name="near", journal=journal)
        self.watch = JournalWatch(
            Follower(journal), settings.clients, supervisor_lives=self.fleet.lives, look=lambda records, at: None
        )
        self.watch.start()
        self._numbers = itertools.count(1)

    def command(self, command: str, text: str = "") -> float | None:
        number = next(self._numbers)
        self.fleet.send(Command(id=number, command=command, text=text))
        self.watch.wait(lambda: self.watch.command_at(number) is not None, time.monotonic() + 20)
        return self.watch.command_at(number)

    def wait(self, done: Callable[[tuple[State, ...]], bool], seconds: float = 20) -> bool:
        return self.watch.wait(lambda: done(self.watch.states), time.monotonic() + seconds)

    def stop(self) -> LoadReport:
        if self.fleet.lives():
            self.command("stop")
        self.fleet.end(10)
        self.watch.close()
        return self.watch.fold.report()


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture(autouse=True)
def _no_connection_is_left() -> Iterator[None]:
    """A client's threads use the interpreter's random numbers, and Hypothesis complains of that in any later test."""
    yield
    engine = sys.modules.get("pytest_hlsload.cluster.dask_engine")
    if engine is not None:
        engine.close_clients()


@pytest.fixture
def near_load(ffmpeg: str, tmp_path: Path) -> Iterator[Callable[..., NearLoad]]:
    made: list[NearLoad] = []

    def start(engine: NearEngine, url: str, **settings: object) -> NearLoad:
        given = {"url": url, "ffmpeg": ffmpeg, "placement": "even", **settings}
        resolved = resolve({name: Given(value, "the test") for name, value in given.items()})
        made.append(NearLoad(engine, resolved, tmp_path / "journal.jsonl"))
        return made[-1]

    yield start
    for load in made:
        load.fleet.end(0)
        load.watch.close()
