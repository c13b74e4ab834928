"""The ways in which a run with a load may end, as data."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Pids = Mapping[str, int]
"""Of "pytest" (the process that runs the test), its "parent", and the "supervisor"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    One way of dying.

    Attributes:
        name: for the test's id.
        inside: Python that the dying test runs.
        outside: what is done to it from outside, given the processes' numbers.
        ends: whose death is the run's end.
        options: of the pytest that dies.
        marks: of the test that dies, as decorators.
        supervisor_lives: whether the supervisor comes to end its journal.
        memory: limit for the run, in bytes.
        status: what pytest exits with, where that is certain with a healthy origin.
    """

    name: str
    inside: str = ""
    outside: Callable[[Pids], None] | None = None
    ends: str = "pytest"
    options: tuple[str, ...] = ()
    marks: str = ""
    supervisor_lives: bool = True
    memory: int | None = None
    status: int | None = None
    killed_after: tuple[str, ...] = field(default=())
    """Who is left to end by itself, and is not waited for."""


def sends(number: signal.Signals, *whom: str) -> Callable[[Pids], None]:
    def send(pids: Pids) -> None:
        for name in whom:
            os.kill(pids[name], number)

    return send


def sends_group(number: signal.Signals, times: int = 1) -> Callable[[Pids], None]:
    # As a terminal does: to everybody in the foreground.
    def send(pids: Pids) -> None:
        for time in range(times):
            if time:
                signal.sigtimedwait([], 0.1)
            os.killpg(pids["pytest"], number)

    return send


_XDIST = ("-p", "xdist", "-n1")

# pytest-timeout's own alarm and timer, come early: nobody wants to wait for them.
_ALARM = "signal.setitimer(signal.ITIMER_REAL, 0.05); time.sleep(60)"
_TIMER = """
timer, = (thread for thread in threading.enumerate() if isinstance(thread, threading.Timer))
threading.Thread(target=timer.function, args=timer.args, kwargs=timer.kwargs).start(); time.sleep(60)
"""

WAYS = (
    Way(name="passes", inside="pass", status=0),
    Way(name="fails", inside="assert False", status=1),
    Way(name="Ctrl+C", outside=sends_group(signal.SIGINT), status=2),
    Way(name="Ctrl+C twice", outside=sends_group(signal.SIGINT, times=2)),
    Way(name="SIGTERM", outside=sends(signal.SIGTERM, "pytest")),
    Way(name="SIGHUP", outside=sends_group(signal.SIGHUP)),
    Way(name="SIGKILL", outside=sends(signal.SIGKILL, "pytest")),
    Way(name="SIGKILL of the process group", outside=sends_group(signal.SIGKILL)),
    Way(
        name="SIGKILL of the supervisor",
        outside=sends(signal.SIGKILL, "supervisor"),
        ends="supervisor",
        supervisor_lives=False,
        status=1,
    ),
    Way(
        name="SIGKILL of supervisor and pytest",
        outside=sends(signal.SIGKILL, "supervisor", "pytest"),
        supervisor_lives=False,
    ),
    Way(name="os._exit", inside="os._exit(3)", status=3),
    Way(name="SIGSEGV", inside="os.kill(os.getpid(), signal.SIGSEGV)"),
    Way(name="pytest-timeout by signal", inside=_ALARM, marks="@pytest.mark.timeout(120, method='signal')", status=1),
    Way(name="pytest-timeout by thread", inside=_TIMER, marks="@pytest.mark.timeout(120, method='thread')", status=1),
    Way(name="xdist worker os._exit", inside="os._exit(3)", options=_XDIST, status=1),
    Way(name="xdist worker SIGKILL", outside=sends(signal.SIGKILL, "pytest"), options=_XDIST, status=1),
    Way(
        name="xdist controller SIGKILL",
        outside=sends(signal.SIGKILL, "parent"),
        options=_XDIST,
        ends="parent",
        killed_after=("pytest",),
    ),
    Way(
        name="out of memory",
        inside="hog = []\nwhile True: hog.append(b'x' * (8 << 20))",
        memory=400 << 20,
    ),
)
