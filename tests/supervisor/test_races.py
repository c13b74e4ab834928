"""Many things at one instant, and a machine that has no room for more."""

import contextlib
import os
import re
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from end_to_end.processes import alive

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ExitRecord, ReaderRecord
from pytest_hlsload.model.records import ProblemRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin

R = TypeVar("R", bound=Record)

NOBODY = "http://127.0.0.1:9/live.m3u8"

# A reader that waits for somebody to write into a pipe, and then ends, or is ended.
WAITING = """#!/bin/sh
case "$*" in *demuxer=hls*) exec {ffmpeg} "$@" ;; esac
read -r x < {pipe}
"""


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture
def loads(ffmpeg: str, tmp_path: Path) -> Iterator[Callable[..., HlsLoad]]:
    """Starts loads, and stops what a test has left."""
    made: list[HlsLoad] = []

    def start(url: str, **settings: Any) -> HlsLoad:
        given = {"ffmpeg": ffmpeg, "report_dir": str(tmp_path / "reports"), **settings}
        made.append(HlsLoad(url, **given))
        made[-1].start()
        return made[-1]

    yield start
    for load in made:
        load.stop()


@pytest.fixture
def waiting(ffmpeg: str, tmp_path: Path) -> tuple[str, Path]:
    """An executable in place of ffmpeg, and the pipe that it waits for."""
    pipe, script = tmp_path / "pipe", tmp_path / "waiting"
    os.mkfifo(pipe)
    script.write_text(WAITING.format(ffmpeg=ffmpeg, pipe=pipe), encoding="utf-8")
    script.chmod(0o755)
    return str(script), pipe


def supervisor_of(load: HlsLoad) -> int:
    assert load._supervisor is not None
    return load._supervisor.pid


def told(load: HlsLoad, kind: type[R]) -> list[R]:
    return [record for record in read_journal(load.journal).records if isinstance(record, kind)]


def becomes_true(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def descriptors_of(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def zombies_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children if int(child) not in alive([int(child)])]


def test_two_hundred_readers_that_end_in_one_instant_are_all_noticed(
    loads: Callable[..., HlsLoad], waiting: tuple[str, Path]
) -> None:
    script, pipe = waiting
    load = loads(NOBODY, clients=200, ffmpeg=script, min_backoff="20s", max_backoff="40s")
    assert becomes_true(lambda: len(told(load, ReaderRecord)) == 200, 60)
    before = descriptors_of(supervisor_of(load))
    struck = load.report().duration
    descriptor = os.open(pipe, os.O_WRONLY)
    os.close(descriptor)
    assert becomes_true(lambda: len(told(load, ExitRecord)) == 200, 20)

    exits = told(load, ExitRecord)
    assert sorted(record.client for record in exits) == list(range(1, 201))
    assert max(record.at for record in exits) - struck < 5
    assert becomes_true(lambda: zombies_of(supervisor_of(load)) == [], 5)
    # A log and two media pipes, and the reader's end: all of every reader are given back.
    assert descriptors_of(supervisor_of(load)) <= before - 200 * 4
    began = time.monotonic()
    report = load.stop()
    assert time.monotonic() - began < 2
    assert report.restarts == 0


def test_a_crowd_comes_no_faster_than_the_machine_can_start_readers(
    loads: Callable[..., HlsLoad], waiting: tuple[str, Path]
) -> None:
    load = loads(NOBODY, clients=8, ffmpeg=waiting[0])
    assert becomes_true(lambda: len(told(load, ReaderRecord)) == 8, 30)

    # The first goes ahead; of the others each takes a tenth of a second of one processor.
    came = [record.at for record in told(load, ReaderRecord)][1:]
    assert came[-1] - came[0] >= 0.9 * 6 * 0.1 / (os.cpu_count() or 1)


def test_stop_in_the_middle_of_a_ramp_leaves_nothing(loads: Callable[..., HlsLoad], waiting: tuple[str, Path]) -> None:
    load = loads(NOBODY, clients=100, ramp="10s", ffmpeg=waiting[0])
    assert becomes_true(lambda: len(told(load, ReaderRecord)) > 10, 30)
    began = time.monotonic()
    report = load.stop()

    assert time.monotonic() - began < 2
    readers = told(load, ReaderRecord)
    assert len(readers) < 100
    assert alive(record.pid for record in readers) == []
    assert set(load.clients) == {State.IDLE}
    assert "never started, because the load ended first" in " ".join(report.problems)


def test_stop_from_many_threads_and_again_is_one_stop(loads: Callable[..., HlsLoad], origin: Origin) -> None:
    load = loads(origin.channel().url, clients=2)
    load.wait_until_streaming(30)
    reports: list[LoadReport] = []
    threads = [threading.Thread(target=lambda: reports.append(load.stop())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(reports) == 8
    assert all(report is load.stop() for report in reports)
    assert load.stop().verdict == "pass"


def test_stop_while_another_thread_soaks_ends_the_soak(loads: Callable[..., HlsLoad], origin: Origin) -> None:
    load = loads(origin.channel().url, clients=2)
    load.wait_until_streaming(30)
    soaked: list[LoadReport] = []
    thread = threading.Thread(target=lambda: soaked.append(load.soak("60s")))
    thread.start()
    time.sleep(0.5)
    final = load.stop()
    thread.join(10)

    assert not thread.is_alive()
    assert soaked == [final]


def test_commands_from_many_threads_are_all_carried_out(loads: Callable[..., HlsLoad], origin: Origin) -> None:
    load = loads(origin.channel().url)
    threads = [threading.Thread(target=load.mark, args=(f"mark {number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    journal = load.journal.read_text(encoding="utf-8")
    assert sorted(re.findall(r'"id":(\d+),"command":"mark"', journal), key=int) == [str(n) for n in range(1, 21)]


def test_a_machine_without_descriptors_for_one_more_says_so_and_the_others_run_on(
    loads: Callable[..., HlsLoad], origin: Origin
) -> None:
    load = loads(origin.channel().url, clients=3)
    load.wait_until_streaming(30)
    pid = supervisor_of(load)
    used = descriptors_of(pid)
    # What the dead reader gives back is four; that is not enough for the pipes of another, and for starting it.
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used - 2, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    first, *others = [record.pid for record in told(load, ReaderRecord)]
    os.kill(first, signal.SIGKILL)

    assert becomes_true(lambda: bool(told(load, ProblemRecord)), 10)
    assert {record.text for record in told(load, ProblemRecord)} == {"no reader could be started: Too many open files"}
    assert alive(others) == others
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 100, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    assert becomes_true(lambda: len(told(load, ReaderRecord)) == 4, 20)
    load.wait_until_streaming(20)
    report = load.stop()
    # Whether it harmed anybody depends on how much its viewer had.
    assert any("Too many open files" in sentence for sentence in (*report.problems, *report.notes))
    assert all(client.restarts == 0 for client in report.clients[1:])


def test_a_machine_without_room_for_one_more_process_says_so_and_the_others_run_on(
    loads: Callable[..., HlsLoad], origin: Origin
) -> None:
    load = loads(origin.channel().url, clients=3)
    load.wait_until_streaming(30)
    with limit_on_processes(supervisor_of(load)):
        first, *others = [record.pid for record in told(load, ReaderRecord)]
        os.kill(first, signal.SIGKILL)
        assert becomes_true(lambda: bool(told(load, ProblemRecord)), 10)
        assert {record.text for record in told(load, ProblemRecord)} == {
            "no reader could be started: Resource temporarily unavailable"
        }
        assert alive(others) == others
    assert becomes_true(lambda: len(told(load, ReaderRecord)) == 4, 20)
    load.wait_until_streaming(20)


@contextlib.contextmanager
def limit_on_processes(pid: int) -> Iterator[None]:
    """Let this process start no other; a control group, since root is not bound by RLIMIT_NPROC."""
    group = Path(f"/sys/fs/cgroup/pids/hlsload-{pid}")
    try:
        group.mkdir()
        (group / "pids.max").write_text("1", encoding="ascii")
        (group / "cgroup.procs").write_text(str(pid), encoding="ascii")
    except OSError as error:
        with contextlib.suppress(OSError):
            group.rmdir()
        pytest.skip(f"no limit on processes can be set here: {error}")
    try:
        yield
    finally:
        (group.parent / "cgroup.procs").write_text(str(pid), encoding="ascii")
        group.rmdir()


def test_a_machine_without_memory_for_one_more_says_so_and_the_others_run_on(
    loads: Callable[..., HlsLoad], origin: Origin
) -> None:
    load = loads(origin.channel().url, clients=3)
    load.wait_until_streaming(30)
    pid = supervisor_of(load)
    mapped = int(re.findall(r"VmSize:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))[0]) << 10
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    # Inherited by what it starts, and not enough for an ffmpeg.
    resource.prlimit(pid, resource.RLIMIT_AS, (mapped + (4 << 20), before[1]))
    first, *others = [record.pid for record in told(load, ReaderRecord)]
    os.kill(first, signal.SIGKILL)

    assert becomes_true(lambda: len(told(load, ExitRecord)) + len(told(load, ProblemRecord)) >= 2, 10)
    assert alive(others) == others
    resource.prlimit(pid, resource.RLIMIT_AS, before)
    load.wait_until_streaming(30)
    ends = [record.explanation for record in told(load, ExitRecord)[1:]] + [r.text for r in told(load, ProblemRecord)]
    assert any(re.search("memory|shared librar|SIGSEGV|SIGKILL", text) for text in ends), ends
