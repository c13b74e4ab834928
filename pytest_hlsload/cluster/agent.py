"""
What runs on each host of a load: it starts the same supervisor as on one machine, and hands back its journal

It knows nothing of the engine that carries its calls. All files are in a temporary folder, which goes with it; so does
the supervisor, whose lifeline it holds.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.reader.binary import FfmpegError, features, find_ffmpeg
from pytest_hlsload.supervisor.health import descriptor_limit, machine_cpu, memory_available
from pytest_hlsload.supervisor.launch import SupervisorProcess
from pytest_hlsload.supervisor.order import Command
from pytest_hlsload.supervisor.ordering import order_for, probe_command

LONGEST_NEWS = 1 << 20
"""Bytes of a journal at a time: what a second of a thousand clients comes to, several times over."""

# How long the machine's processors are looked at.
_LOOK = 0.3

# The probe bounds itself by less.
_PATIENCE_PROBE = 10.0

_PREFIX, _JOURNAL = "pytest-hlsload-", "journal.jsonl"

# A journal in which nothing was written for so long, in seconds, is nobody's any more.
_AT_REST = 3600.0

# The supervisor gives its readers three seconds to end.
_PATIENCE_STOP = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """
    What an agent tells when it is asked.

    Attributes:
        journal: whole lines from where it was asked on; empty where there are no new ones.
        now: its monotonic clock.
        lives: whether the supervisor ran when the journal was about to be read.
        complaint: how the supervisor ended, if it did.
    """

    journal: bytes
    now: float
    lives: bool
    complaint: str = ""


class HostAgent:
    """One load's share on one host."""

    def __init__(self) -> None:
        self._home: Path | None = None
        self._supervisor: SupervisorProcess | None = None

    def clock(self) -> float:
        """The monotonic clock here."""
        return time.monotonic()

    def preflight(self, urls: Sequence[str], headers: Mapping[str, str], ffmpeg: str | None) -> dict[str, Any]:
        """
        What there is to serve a load with; in plain data, since the asker may be of another version.

        Args:
            urls: of the playlists.
            headers: to ask for them with.
            ffmpeg: the setting.

        Returns:
            ``version`` (ours), ``name`` (the host's), ``machine`` (the same for all agents on one machine), ``cores``,
            ``free_cpu`` (in cores), ``memory`` (bytes available; None where the system does not say), ``descriptors``
            (the most that a process may open; None likewise), ``ffmpeg`` and ``playlist`` (why they cannot be had, as a
            sentence; "" where they can).
        """
        before = machine_cpu()
        began = time.monotonic()
        trouble = ""
        try:
            features(find_ffmpeg(ffmpeg))
        except FfmpegError as error:
            trouble = str(error)
        playlist = next(filter(None, (_reach(url, headers) for url in urls)), "")
        time.sleep(max(0.0, _LOOK - (time.monotonic() - began)))
        cores = len(os.sched_getaffinity(0))
        return {
            "version": version("pytest-hlsload"),
            "name": socket.gethostname(),
            "machine": _machine(),
            "cores": cores,
            "free_cpu": cores * (1.0 - _busy(before, machine_cpu())),
            "memory": memory_available(),
            "descriptors": descriptor_limit(),
            "ffmpeg": trouble,
            "playlist": playlist,
        }

    def start(
        self,
        settings: LoadSettings,
        name: str,
        load: str,
        clients: tuple[int, int],
        options: Mapping[int, ClientOptions],
    ) -> None:
        """
        Start the supervisor.

        Args:
            settings: of this host's share; after its ``lease`` without a call of `read` the load here ends.
            name: whose load it is.
            load: its id.
            clients: the number of the first, and how many the load has at a time on all hosts.
            options: of single clients.

        Raises:
            FfmpegError: where there is no ffmpeg that works.
            OSError: where the supervisor cannot be started.
        """
        _sweep()
        self._home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{load}-"))
        order = order_for(
            settings,
            name=name,
            journal=self._journal,
            options=options,
            id=load,
            first=clients[0],
            of_all=clients[1],
            lease=settings.lease,
        )
        self._supervisor = SupervisorProcess(order, self._home / "supervisor.err")
        # The engine drops an agent whose owner is gone.
        weakref.finalize(self, _end_aside, self._supervisor, self._home)

    def read(self, offset: int, commands: Sequence[Command] = ()) -> News:
        """
        The journal from ``offset`` on, as far as its lines are whole, after telling the supervisor of commands. Every
        call renews the lease. Asking again for the same is allowed.
        """
        supervisor = self._supervisor
        assert supervisor is not None
        lives = supervisor.lives()
        for command in (*commands, Command(id=0, command="renew")):
            supervisor.send(command)
        return News(
            journal=_whole_lines(self._journal, offset),
            now=time.monotonic(),
            lives=lives,
            complaint="" if lives else supervisor.complaint(),
        )

    def stop(self) -> None:
        """End what runs, and remove all files."""
        if self._supervisor is not None and self._home is not None:
            _end(self._supervisor, self._home)

    @property
    def _journal(self) -> Path:
        assert self._home is not None
        return self._home / _JOURNAL


def _sweep() -> None:
    """Remove what agents have left that were killed. A supervisor that runs writes every five seconds."""
    for journal in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_JOURNAL}"):
        with contextlib.suppress(OSError):
            if time.time() - journal.stat().st_mtime > _AT_REST:
                shutil.rmtree(journal.parent, ignore_errors=True)


def _end_aside(supervisor: SupervisorProcess, home: Path) -> None:
    """Without keeping anybody waiting, unless the process ends."""
    if threading.main_thread().is_alive():
        threading.Thread(target=_end, args=(supervisor, home), name="hls-load agent's end", daemon=True).start()
    else:
        _end(supervisor, home)


def _end(supervisor: SupervisorProcess, home: Path) -> None:
    supervisor.end(_PATIENCE_STOP)
    shutil.rmtree(home, ignore_errors=True)


def _whole_lines(journal: Path, offset: int) -> bytes:
    try:
        with journal.open("rb") as file:
            file.seek(offset)
            piece = file.read(LONGEST_NEWS)
    except FileNotFoundError:
        return b""
    return piece[: piece.rfind(b"\n") + 1]


def _reach(url: str, headers: Mapping[str, str]) -> str:
    """Why the playlist cannot be had from here; "" where it can."""
    asked = json.dumps({"url": url, "headers": dict(headers), "watch": False})
    try:
        answer = subprocess.run(
            probe_command(), input=asked, capture_output=True, text=True, timeout=_PATIENCE_PROBE, check=False
        )
        return str(json.loads(answer.stdout)[0]["error"])
    except subprocess.TimeoutExpired:
        return f"the probe did not answer within {_PATIENCE_PROBE:g} s"
    except (OSError, ValueError, LookupError) as error:
        return f"the probe failed: {type(error).__name__}"


def _machine() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()


def _busy(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float:
    """Share of the machine's CPU time in use between two looks; 0.0 where the system does not say."""
    if before is None or after is None or after[1] <= before[1]:
        return 0.0
    return min(1.0, max(0.0, (after[0] - before[0]) / (after[1] - before[1])))
