"""
A load's supervisors on many hosts, seen from their owner: what `supervisor.launch.SupervisorProcess` is on one machine

A thread a host asks for news, and every answer renews that host's lease. What comes is merged into the one journal
here, which the owner follows as on one machine.
"""

import os
import platform
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pytest_hlsload.journal.following import decode
from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.records import VERSION, HostRecord, LoadRecord, Record
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.supervisor.identity import started_at, still_runs
from pytest_hlsload.supervisor.order import Command
from pytest_hlsload.supervisor.ordering import new_id, shown_settings

from .engine import Engine
from .link import Link
from .merging import Merging, Share
from .muster import Mustered, muster
from .safety import secret_in

# A supervisor is up in a tenth of a second; a busy machine may take its time.
_PATIENCE_START = 20.0


class Fleet:
    """
    Args:
        engine: reaches the hosts.
        settings: of the load.
        name: whose load it is.
        journal: the file to record it in.
        root: a process behind this one, without which the load has no purpose either.
        options: of single clients.

    Raises:
        ClusterError: where the hosts cannot serve the load.
        OSError: where the journal cannot be written.
    """

    def __init__(
        self,
        engine: Engine,
        settings: LoadSettings,
        *,
        name: str,
        journal: Path,
        root: int | None = None,
        options: Mapping[int, ClientOptions] | None = None,
    ) -> None:
        options = options or {}
        self._engine = engine
        self._lock = threading.Lock()
        self._root = (root, started_at(root)) if root is not None else None
        hosts = engine.hosts()
        engine.check_secret(secret_in(settings, options))
        try:
            asked = muster(hosts, settings, time.monotonic)
            self._journal = JournalWriter(journal)
        except BaseException:
            for host in hosts:
                host.release()
            raise
        self._zero = time.monotonic()
        serving = [it for it in asked if it.clients]
        shares = _shares(serving)
        self._merging = Merging(self._zero, shares)
        load = new_id()
        self._write(
            [
                LoadRecord(
                    at=0.0,
                    version=VERSION,
                    id=load,
                    wall=time.time() - (time.monotonic() - self._zero),
                    monotonic=self._zero,
                    machine=_machine(),
                    settings=shown_settings(settings, name=name),
                ),
                *(_left_out(it) for it in asked if it.trouble),
            ]
        )
        self._links = [
            Link(
                share.has,
                it.host,
                it.clock,
                lease=settings.lease,
                start=partial(_start, it, share, settings, name=name, load=load, options=options),
                heard=partial(self._hear, share.name),
                lost=partial(self._lose, share.name),
                look=self._look,
            )
            for it, share in zip(serving, shares, strict=True)
        ]
        for link in self._links:
            link.begin()
        for it in asked:
            if not it.clients:
                it.host.release()

    def lives(self) -> bool:
        """Whether records may yet come."""
        return not self._merging.ended

    def send(self, command: Command) -> None:
        """
        Tell all hosts something.

        Raises:
            ClusterError: where it is a secret that must not travel.
        """
        if any(own.names for own in command.options.values()):
            self._engine.check_secret("options of single clients")
        with self._lock:
            if command.command == "stop":
                self._merging.ask_to_stop(command.id)
        for link in self._links:
            link.send(command)

    def end(self, patience: float) -> None:
        """Wait for the hosts' end; after ``patience`` seconds let go of the rest, which ends what they run."""
        until = time.monotonic() + patience
        for link in self._links:
            link.join(max(0.0, until - time.monotonic()))
        for link in self._links:
            link.abandon()
        with self._lock:
            self._write(self._merging.finish(time.monotonic() - self._zero, "stop"))
            self._journal.sync()
            self._journal.close()

    def loss(self) -> str:
        """What could not be put on record, as a sentence; "" where nothing is known of any."""
        lost = self._journal.lost
        if not lost:
            return ""
        return f"{lost} record{'s' * (lost != 1)} of the journal could not be written: {self._journal.trouble}"

    def complaint(self) -> str:
        """Why it ended, where that is known."""
        return self.loss() or "all of its hosts were lost"

    # In the links' threads

    def _hear(self, name: str, lines: bytes, offset: float, error: float) -> bool:
        """A piece of a host's journal; whether more will come of it."""
        records = [record for line in lines.splitlines() if (record := decode(line)) is not None]
        with self._lock:
            if self._merging.is_over(name):  # given up meanwhile
                return False
            self._write(self._merging.tell_clock(name, offset, error))
            self._write(self._merging.take(name, records))
            return not self._merging.is_over(name)

    def _lose(self, name: str, why: str) -> None:
        with self._lock:
            self._write(self._merging.lose(name, why, at=time.monotonic() - self._zero))

    def _look(self) -> None:
        """Whether the process behind this one is still there."""
        if self._root is not None and not still_runs(*self._root):
            self._root = None
            with self._lock:
                self._merging.ask_to_stop(0, reason="lifeline")
            self.send(Command(id=0, command="stop"))

    def _write(self, records: Iterable[Record]) -> None:
        for record in records:
            self._journal.write(record)


def _shares(serving: Sequence[Mustered]) -> list[Share]:
    shares, first = [], 1
    for it in serving:
        share = Share(it.name, it.host.address, first, it.clients, of_all=sum(it.clients for it in serving))
        share.offset, share.error = it.clock.offset, it.clock.error
        shares.append(share)
        first += it.clients
    return shares


def _start(
    it: Mustered,
    share: Share,
    settings: LoadSettings,
    *,
    name: str,
    load: str,
    options: Mapping[int, ClientOptions],
) -> None:
    part = replace(settings, clients=share.clients, thresholds=(), abort=())
    own = {client: given for client, given in options.items() if share.has(client)}
    it.host.call("start", part, name, load, (share.first, share.of_all), own, timeout=_PATIENCE_START)


def _left_out(it: Mustered) -> HostRecord:
    return HostRecord(at=0.0, host=it.name, address=it.host.address, machine={}, trouble=it.trouble)


def _machine() -> dict[str, Any]:
    """The owner's; what readers run on is the hosts' own."""
    return {
        "system": platform.platform(terse=True),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
