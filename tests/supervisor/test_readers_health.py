"""Whether readers get the processor time that they need, by the kernel's own account."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from pytest_hlsload.supervisor.readers_health import ReadersMeter

BURNS = "while True: pass"
RESTS = "import time; time.sleep(60)"


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def start(processes: list[subprocess.Popen[bytes]], code: str, *, on: int) -> int:
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", code])
    processes.append(process)
    os.sched_setaffinity(process.pid, {on})
    return process.pid


def test_two_that_share_a_processor_wait_for_it_and_one_that_sleeps_does_not(
    processes: list[subprocess.Popen[bytes]],
) -> None:
    cpu = min(os.sched_getaffinity(0))
    meter = ReadersMeter()
    burning = [start(processes, BURNS, on=cpu) for _ in range(2)]
    resting = [start(processes, RESTS, on=cpu)]
    meters = {"burning": meter, "resting": ReadersMeter()}
    meters["resting"].measure(resting)
    assert meter.measure(burning).busy is None, "too soon to say anything"
    time.sleep(1.5)
    burns, rests = meters["burning"].measure(burning), meters["resting"].measure(resting)

    assert burns.busy is not None
    assert burns.waited is not None
    assert burns.cpu is not None
    # Others may run on that processor, which makes both wait the more.
    assert burns.busy > 0.7
    assert burns.waited > 0.25
    assert 0 < burns.cpu < 1.2
    assert rests.busy is not None
    assert rests.busy < 0.5


def test_what_has_ended_is_counted_and_what_is_gone_is_no_error(processes: list[subprocess.Popen[bytes]]) -> None:
    cpu = min(os.sched_getaffinity(0))
    meter = ReadersMeter()
    pid = start(processes, BURNS, on=cpu)
    time.sleep(1.1)
    processes[0].kill()
    processes[0].wait()

    found = meter.measure([])
    assert found.busy is None
    assert found.cpu is not None
    assert found.cpu > 0
    time.sleep(1.1)
    assert meter.measure([pid]).busy is None
