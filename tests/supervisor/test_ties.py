"""What ties processes to each other's lives, one thing at a time."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from end_to_end.processes import alive

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.model.records import EndRecord
from pytest_hlsload.origin import Origin
from pytest_hlsload.supervisor.identity import started_at, still_runs
from pytest_hlsload.supervisor.loop import Loop
from pytest_hlsload.supervisor.owners import watch_owners
from pytest_hlsload.supervisor.twin import Twin


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture
def sleeper() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts processes that lead groups of their own."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["sleep", "60"], start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def becomes_true(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


# The twin


def test_the_twin_kills_what_it_was_told_of_when_its_pipe_breaks(
    sleeper: Callable[[], subprocess.Popen[bytes]],
) -> None:
    told, forgotten, untold = sleeper(), sleeper(), sleeper()
    twin = Twin()
    for process in (told, forgotten, told):
        twin.add(process.pid)
    twin.remove(forgotten.pid)
    twin.remove(untold.pid)
    twin.end()

    assert told.wait(5) == -signal.SIGKILL
    assert alive([forgotten.pid, untold.pid]) == [forgotten.pid, untold.pid]
    assert alive([twin.pid]) == []


def test_the_twin_knows_of_hundreds(sleeper: Callable[[], subprocess.Popen[bytes]]) -> None:
    process = sleeper()
    twin = Twin()
    # Numbers beyond any process's.
    crowd = range(5_000_000, 5_000_600)
    for number in crowd:
        twin.add(number)
    twin.add(process.pid)
    for number in crowd:
        twin.remove(number)
    began = time.monotonic()
    twin.end()

    assert process.wait(5) == -signal.SIGKILL
    assert time.monotonic() - began < 2


def test_the_twin_ignores_what_ends_others(sleeper: Callable[[], subprocess.Popen[bytes]]) -> None:
    process = sleeper()
    twin = Twin()
    twin.add(process.pid)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        os.kill(twin.pid, number)
    time.sleep(0.2)

    assert alive([twin.pid]) == [twin.pid]
    twin.end()
    assert process.wait(5) == -signal.SIGKILL


def test_a_twin_that_was_killed_is_replaced_with_the_next_word(
    sleeper: Callable[[], subprocess.Popen[bytes]],
) -> None:
    first, second = sleeper(), sleeper()
    twin = Twin()
    twin.add(first.pid)
    os.kill(twin.pid, signal.SIGKILL)
    assert becomes_true(lambda: not alive([twin.pid]), 5)
    twin.add(second.pid)
    twin.end()

    assert (first.wait(5), second.wait(5)) == (-signal.SIGKILL, -signal.SIGKILL)


# Owners


def told_gone(owners: list[tuple[int, int]], *, portable: bool, act: Callable[[], object], within: float) -> bool:
    loop = Loop()
    gone: list[float] = []
    watch_owners(loop, owners, gone.append, portable=portable)

    def strike(_: float) -> None:
        act()

    loop.call_at(loop.now + 0.05, strike)
    until = time.monotonic() + within

    def tick(at: float) -> None:
        if gone or at > until:
            loop.stop()
        else:
            loop.call_at(at + 0.02, tick)

    tick(loop.now)
    loop.run()
    return bool(gone)


@pytest.mark.parametrize("portable", [False, True], ids=["full", "portable"])
def test_an_owner_behind_the_owner_is_watched(portable: bool, sleeper: Callable[[], subprocess.Popen[bytes]]) -> None:
    root = sleeper()
    owners = [(os.getppid(), 0), (root.pid, started_at(root.pid))]

    assert not told_gone(owners, portable=portable, act=os.getpid, within=0.6)
    # Dead and not yet reaped is dead.
    assert told_gone(owners, portable=portable, act=root.kill, within=5)


@pytest.mark.parametrize("portable", [False, True], ids=["full", "portable"])
def test_owners_that_are_gone_before_they_could_be_watched_are_noticed(portable: bool) -> None:
    parent = (os.getppid(), 0)

    assert told_gone([(os.getpid(), 0)], portable=portable, act=os.getpid, within=5), "it is not the parent"
    another = (os.getpid(), started_at(os.getpid()) - 1)
    assert told_gone([parent, another], portable=portable, act=os.getpid, within=5), "it has another start"
    assert told_gone([parent, (5_000_000, 7)], portable=portable, act=os.getpid, within=5)


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    pid, started = os.getpid(), started_at(os.getpid())

    assert still_runs(pid, started)
    assert still_runs(pid, 0)
    assert not still_runs(pid, started + 1)
    assert not still_runs(5_000_000, 0)


FORKS = """
import os, pathlib, signal, sys, time
from pytest_hlsload.load import HlsLoad
load = HlsLoad({url!r}, clients=2, ffmpeg={ffmpeg!r}, report_dir={folder!r})
load.start()
load.wait_until_streaming(30)
if not os.fork():
    time.sleep(20)  # with the lifeline in its hands
    os._exit(0)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("portable", [False, True], ids=["full", "portable"])
def test_a_fork_that_holds_the_lifeline_does_not_keep_the_load_alive(
    portable: bool, origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    script = FORKS.format(url=origin.channel().url, ffmpeg=ffmpeg, folder=str(tmp_path / "reports"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    if portable:
        environment["HLSLOAD_PORTABLE"] = "1"
    run = subprocess.Popen([sys.executable, "-c", script], env=environment, start_new_session=True)
    try:
        assert run.wait(60) == -signal.SIGKILL
        ended = time.monotonic()
        (path,) = (tmp_path / "reports").glob("*/*.jsonl")
        readers = [record.pid for record in read_journal(path).records if isinstance(record, ReaderRecord)]
        assert len(readers) == 2
        assert becomes_true(lambda: not alive(readers), 5)
        assert time.monotonic() - ended < 2
        assert becomes_true(lambda: isinstance(read_journal(path).records[-1], EndRecord), 5)
        end = read_journal(path).records[-1]
        assert isinstance(end, EndRecord)
        assert end.reason == "lifeline"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)


# What readers leave behind

# A reader that starts a daemon: in a session of its own, its parent gone.
BREEDER = """#!/bin/sh
case "$*" in *demuxer=hls*) exec {ffmpeg} "$@" ;; esac
setsid sh -c 'sleep 300 & echo $! >> {pids}' &
wait
exec {ffmpeg} "$@"
"""


def test_a_daemon_that_a_reader_leaves_behind_goes_with_it(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    pids, script = tmp_path / "pids", tmp_path / "breeder"
    script.write_text(BREEDER.format(ffmpeg=ffmpeg, pids=pids), encoding="utf-8")
    script.chmod(0o755)
    load = HlsLoad(origin.channel().url, ffmpeg=str(script), report_dir=str(tmp_path / "reports"))
    load.start()
    load.wait_until_streaming(30)
    (first,) = map(int, pids.read_text(encoding="ascii").split())
    assert alive([first]) == [first]
    (reader,) = (r.pid for r in read_journal(load.journal).records if isinstance(r, ReaderRecord))
    os.kill(reader, signal.SIGKILL)
    assert becomes_true(lambda: not alive([first]), 5)

    assert becomes_true(lambda: len(pids.read_text(encoding="ascii").split()) == 2, 20)
    load.stop()
    daemons = [int(pid) for pid in pids.read_text(encoding="ascii").split()]
    assert alive(daemons) == []


def test_a_reader_goes_first_when_memory_runs_out(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    with HlsLoad(origin.channel().url, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports")) as load:
        load.wait_until_streaming(30)
        (reader,) = (r.pid for r in read_journal(load.journal).records if isinstance(r, ReaderRecord))
        assert Path(f"/proc/{reader}/oom_score_adj").read_text(encoding="ascii").strip() == "500"
