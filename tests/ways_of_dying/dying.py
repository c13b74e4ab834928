"""A run with a load that dies in one of the ways, watched from outside."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from end_to_end.processes import alive, readers_of

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.model.client_records import StateRecord
from pytest_hlsload.model.records import EndRecord, LoadRecord, Record
from pytest_hlsload.origin import Channel
from ways_of_dying.ways import Way

DYING = """
import json, os, pathlib, signal, threading, time
import pytest

{marks}
def test_dying(hls_load):
    hls_load.wait_until_streaming("60s")
    pids = dict(pytest=os.getpid(), parent=os.getppid(), supervisor=hls_load._supervisor.pid)
    pathlib.Path("told.part").write_text(json.dumps(pids))
    os.rename("told.part", "told.json")
    if not {inside!r}:
        hls_load.soak("120s")
    while not os.path.exists("go"):
        time.sleep(0.01)
    exec({inside!r})
"""

# A reader that signals do not impress: nor what it starts, of which one half ends with it and the other does not.
STUBBORN = """#!/bin/sh
case "$*" in *demuxer=hls*) exec {ffmpeg} "$@" ;; esac
trap '' TERM INT HUP
{ffmpeg} "$@" &
while :; do sleep 60; done
"""

# Only these, because others cost more time than the dying itself.
_PLUGINS = ("-p", "no:cacheprovider", "-p", "pytest_hlsload.plugin", "-p", "pytest_timeout")

# Busy machines included; what is measured is judged by itself.
_PATIENCE = 40.0


@dataclass(frozen=True, slots=True)
class Death:
    """
    What became of a run.

    Attributes:
        outlived: by how long the last reader outlived the run, in seconds; negative where it ended before.
        after: how long after the blow the last reader died, in seconds.
        left: what still ran at the end, by number.
        records: of the journal.
        notes: of the journal.
        status: pytest's; None where it had to be killed.
        output: pytest's.
    """

    outlived: float
    after: float
    left: list[int]
    records: tuple[Record, ...]
    notes: tuple[str, ...]
    status: int | None
    output: str

    @property
    def ended(self) -> bool:
        """Whether the journal is whole."""
        return isinstance(self.records[-1], EndRecord)

    @property
    def clients(self) -> set[int]:
        """Which clients have left a trace."""
        return {record.client for record in self.records if isinstance(record, StateRecord)}


def stubborn(ffmpeg: str, folder: Path) -> str:
    """An executable in place of ``ffmpeg`` that ignores SIGTERM."""
    script = folder / "stubborn"
    script.write_text(STUBBORN.format(ffmpeg=ffmpeg), encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def die(way: Way, channel: Channel, folder: Path, *, ffmpeg: str, hung: bool, portable: bool) -> Death:
    """Start a run, let it die, and wait until it is over."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_dying.py").write_text(DYING.format(marks=way.marks, inside=way.inside), encoding="utf-8")
    output = folder / "output.txt"
    command = [sys.executable, "-m", "pytest", *_PLUGINS, *way.options]
    with contextlib.ExitStack() as stack:
        if way.memory:
            command = [*stack.enter_context(_memory_limit(way.memory)), *command]
        run = subprocess.Popen(
            [*command, f"--hls-url={channel.url}", "--hls-clients=2", f"--hls-ffmpeg={ffmpeg}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stack.enter_context(output.open("wb")),
            stderr=subprocess.STDOUT,
            env=_environment(portable=portable),
            start_new_session=True,
        )
        pids: Mapping[str, int] = {}
        family: list[int] = []
        try:
            pids = _wait_for_told(run, folder, output)
            if hung:
                channel.hang()
                # Until they have what was under way, and wait for more.
                time.sleep(0.5)
            family = _descendants(pids["supervisor"])
            ends = [pids[way.ends], *family, pids["supervisor"]]
            watched = {pid: os.pidfd_open(pid) for pid in ends if _exists(pid)}
            for descriptor in watched.values():
                stack.callback(os.close, descriptor)
            struck = time.monotonic()
            if way.outside is not None:
                way.outside(pids)
            else:
                (folder / "go").touch()
            deaths = _deaths(watched, struck + _PATIENCE)
            left = [pid for pid in watched if pid not in deaths]
            for name in way.killed_after:
                os.kill(pids[name], signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(_PATIENCE)
        finally:
            for pid in alive([run.pid, *(pids[name] for name in pids if name != "parent"), *family]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            run.wait()
    journal = read_journal(next(folder.glob(".hls-load/*/*.jsonl")))
    (load,) = (record for record in journal.records if isinstance(record, LoadRecord))
    last = max((at for pid, at in deaths.items() if pid in family), default=struck)
    return Death(
        outlived=last - deaths.get(pids[way.ends], struck),
        after=last - struck,
        left=left + readers_of(load.id),
        records=journal.records,
        notes=journal.notes,
        status=run.returncode,
        output=output.read_text("utf-8", "replace"),
    )


def _environment(*, portable: bool) -> dict[str, str]:
    # What an outer pytest leaves there is not for this one.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HLS_LOAD_"))}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return {**kept, "HLSLOAD_PORTABLE": "1"} if portable else kept


def _wait_for_told(run: subprocess.Popen[bytes], folder: Path, output: Path) -> dict[str, int]:
    told = folder / "told.json"
    until = time.monotonic() + _PATIENCE
    while not told.exists():
        assert run.poll() is None, output.read_text("utf-8", "replace")
        assert time.monotonic() < until, output.read_text("utf-8", "replace")
        time.sleep(0.02)
    pids: dict[str, int] = json.loads(told.read_text(encoding="utf-8"))
    return pids


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found = []
    unseen = [pid]
    while unseen:
        children = parents.get(unseen.pop(), [])
        found += children
        unseen += children
    return found


def _deaths(watched: Mapping[int, int], until: float) -> dict[int, float]:
    """When each died, zombies included; those that did not are missing."""
    deaths: dict[int, float] = {}
    poll = select.poll()
    numbers = {descriptor: pid for pid, descriptor in watched.items()}
    for descriptor in numbers:
        poll.register(descriptor, select.POLLIN)
    while len(deaths) < len(numbers) and (wait := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(wait * 1000):
            deaths[numbers[descriptor]] = time.monotonic()
            poll.unregister(descriptor)
    return deaths


class NoMemoryLimitError(Exception):
    """Nobody lets us limit memory here."""


@contextlib.contextmanager
def _memory_limit(size: int) -> Iterator[list[str]]:
    """A control group with a limit; the beginning of a command that runs in it."""
    group = Path(f"/sys/fs/cgroup/memory/hlsload-{os.getpid()}-{time.monotonic_ns()}")
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(size), encoding="ascii")
        with contextlib.suppress(OSError):
            (group / "memory.memsw.limit_in_bytes").write_text(str(size), encoding="ascii")
    except OSError as error:
        with contextlib.suppress(OSError):
            group.rmdir()
        raise NoMemoryLimitError(str(error)) from None
    try:
        yield ["/bin/sh", "-c", 'echo $$ > "$0/tasks" && exec "$@"', str(group)]
    finally:
        for _ in range(50):
            with contextlib.suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.1)
