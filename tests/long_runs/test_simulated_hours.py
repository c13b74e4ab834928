"""Two hundred clients for hours: what a load costs does not grow with its length, and what it says stays true."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from truth.viewer import Arrival, watch

import pytest_hlsload
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.model.client_report import ClientReport

CLIENTS = 200

MB = 1 << 20

# What is promised for a day.
SUPERVISOR, JOURNAL, FOLD_SECONDS, FOLD_MEMORY = 100 * MB, 100 * MB, 60.0, 1024 * MB

# What a supervisor may have more at the end than early on; a list that gets an entry with every event is far beyond.
GROWTH = 8 * MB

_PATHS = [str(Path(pytest_hlsload.__file__).parents[1]), str(Path(__file__).parents[1])]

_SIMULATE = "import sys; sys.path[:0] = {paths!r}; from long_runs.simulated import main; main()"

# Not getrusage: what that says begins with the size of the process that started this one.
_FOLD = """
import json, sys, time
sys.path[:0] = {paths!r}
from long_runs.simulated import resident
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.render.summary import summary
began = time.process_time()
report = read_report(sys.argv[1])
json.dumps(report.to_dict()), summary(report)
print(json.dumps([time.process_time() - began, resident("VmHWM")]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """
    A simulated load, and what its report cost.

    Attributes:
        journal: its path.
        told: what the simulation prints, see `long_runs.simulated`.
        fold_seconds: CPU time of reading the journal and making all of the report.
        fold_memory: the most that took, in bytes.
    """

    journal: Path
    told: dict[str, Any]
    fold_seconds: float
    fold_memory: int


@pytest.fixture
def simulated(tmp_path: Path, record_property: Callable[[str, object], None]) -> Callable[[float], Run]:
    def simulate(hours: float) -> Run:
        journal = tmp_path / "journal.jsonl"
        # As a supervisor is started: nothing of the environment, and no package besides the standard library.
        told = _printed("-I", "-S", "-c", _SIMULATE.format(paths=_PATHS), str(journal), str(CLIENTS), str(hours))
        seconds, memory = _printed("-c", _FOLD.format(paths=_PATHS), str(journal))
        for name, value in {
            "supervisor CPU, s": told["cpu"],
            "supervisor memory, MB": told["memory_peak"] / MB,
            "journal, MB": journal.stat().st_size / MB,
            "fold CPU, s": seconds,
            "fold memory, MB": memory / MB,
        }.items():
            record_property(name, round(value, 2))
        return Run(journal, told, seconds, memory)

    return simulate


def _printed(*arguments: str) -> Any:
    return json.loads(subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE).stdout)


def hold_to_the_promise(run: Run, *, share: float) -> None:
    """``share``: of a day."""
    assert run.told["memory_peak"] < SUPERVISOR
    assert run.told["memory_late"] - run.told["memory_early"] < GROWTH
    assert run.journal.stat().st_size < JOURNAL * share
    assert run.fold_seconds < FOLD_SECONDS * share
    assert run.fold_memory < FOLD_MEMORY * share


def hold_to_the_truth(run: Run) -> None:
    report = read_report(run.journal)
    truth = run.told["clients"]
    assert len(report.clients) == CLIENTS
    assert [client.restarts for client in report.clients] == [it["restarts"] for it in truth]
    assert [client.media_lost for client in report.clients] == pytest.approx([it["lost"] for it in truth])
    killed = [sum(end.cause == "reader_killed" for end in client.exits) for client in report.clients]
    assert killed == [it["killed"] for it in truth]
    remembered = [it["arrivals"] for it in truth if it["arrivals"]]
    assert len(remembered) >= 5
    stalls = 0
    for client, arrivals in zip(report.clients, remembered, strict=False):
        stalls += hold_to_what_came(client, arrivals, zero=run.told["zero"], end=report.duration)
    assert stalls >= run.told["pauses"]
    assert report.facts.ended == "stop"
    assert report.notes == ()


def hold_to_what_came(client: ClientReport, arrivals: list[float], *, zero: float, end: float) -> int:
    """Against a plain player with the media that came; how many stalls that has seen."""
    assert client.facts.came is not None
    pairs = zip(arrivals[::2], arrivals[1::2], strict=True)
    history = tuple(Arrival(at - zero, Fraction(media)) for at, media in pairs)
    seen = watch(history, client.facts.came, end)
    assert client.startup_time == pytest.approx(seen.startup, abs=0.001)
    # What comes at the very instant at which a buffer is empty is a stall of no length to one of the two.
    told = [(stall.start, stall.duration) for stall in client.stalls if stall.duration > 0.001]
    true = [(stall.start, stall.duration) for stall in seen.stalls if stall.duration > 0.001]
    assert [start for start, _ in told] == pytest.approx([start for start, _ in true], abs=0.001)
    assert [length for _, length in told] == pytest.approx([length for _, length in true], abs=0.001)
    assert client.buffering_ratio == pytest.approx(seen.buffering_ratio, abs=1e-5)
    return len(true)


def test_two_hours_of_two_hundred_clients(simulated: Callable[[float], Run]) -> None:
    run = simulated(2)
    # Of the first hours more is kept than of later ones.
    hold_to_the_promise(run, share=1 / 6)
    hold_to_the_truth(run)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_day_of_two_hundred_clients(simulated: Callable[[float], Run]) -> None:
    run = simulated(24)
    hold_to_the_promise(run, share=1)
    hold_to_the_truth(run)
