"""A dask cluster as people start it: a scheduler and workers from the command line"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

# Python's start, dask's imports, and a machine that is busy with other tests.
PATIENCE = 60.0


def becomes_true(condition: Callable[[], object], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(condition())


def ends_within(seconds: float, readers: Callable[[], list[int]]) -> bool:
    """Whether no reader is left after so long; a machine that lets a sleeper sleep on is given that time."""
    until = time.monotonic() + seconds
    while readers() and (slept := time.monotonic()) < until:
        time.sleep(0.05)
        until += time.monotonic() - slept - 0.05
    return not readers()


def tls_settings(certificate: Path, key: Path) -> dict[str, str]:
    """One certificate for all, which signs itself, as environment variables of dask's settings."""
    named = {"CERT": str(certificate), "KEY": str(key)}
    own = {f"{role}__{what}": it for role in ("SCHEDULER", "WORKER", "CLIENT") for what, it in named.items()}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": it for name, it in {"CA_FILE": str(certificate), **own}.items()}


class CommandedCluster:
    """
    Args:
        folder: for its files.
        workers: their names; each has a nanny, as by default.
        prefixes: what stands before each worker's command, and "scheduler"'s; nothing by default.
        host: the scheduler's address.
        addresses: of the workers, where they are not the scheduler's.
        certificate: with which all know each other, and its key; without it they speak in the clear.
    """

    def __init__(
        self,
        folder: Path,
        *workers: str,
        prefixes: dict[str, list[str]] | None = None,
        host: str = "127.0.0.1",
        addresses: dict[str, str] | None = None,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self._protocol = ["--protocol", "tls"] if certificate else []
        self.environment = tls_settings(*certificate) if certificate else {}
        """What dask is told in the environment."""
        self._addresses = addresses or {}
        self.file = folder / "scheduler.json"
        self._folder = folder
        self._prefixes = prefixes or {}
        self._names = workers
        self._host = host
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        """The scheduler's, and each worker's nanny's."""

    def __enter__(self) -> Self:
        self._start("scheduler", "scheduler", "--host", self._host, "--port", "0", "--no-dashboard", "--no-show")
        assert becomes_true(self.file.exists, PATIENCE), self.log("scheduler")
        for name in self._names:
            address = self._addresses.get(name, self._host)
            options = ["--host", address, "--name", name, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard"]
            self._start(name, "worker", *options, "--local-directory", str(self._folder / name))
        for name in self._names:
            assert becomes_true(partial(self._has_registered, name), PATIENCE), self.log(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])

    def nanny(self, name: str) -> int:
        return self.processes[name].pid

    def worker(self, name: str) -> int:
        """The process that a worker's nanny looks after: the one of its children that is no tracker of resources."""
        threads = Path(f"/proc/{self.nanny(name)}/task").glob("*/children")
        children = [pid for thread in threads for pid in thread.read_text(encoding="ascii").split()]
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        (pid,) = (pid for pid, command in commands.items() if b"spawn_main" in command)
        return pid

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _has_registered(self, name: str) -> bool:
        return "Registered to:" in self.log(name)

    def _start(self, name: str, *command: str) -> None:
        file = ["--scheduler-file", str(self.file)]
        with (self._folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [*self._prefixes.get(name, []), sys.executable, "-m", "dask", *command, *self._protocol, *file],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._folder,
                env={**os.environ, **self.environment},
            )
