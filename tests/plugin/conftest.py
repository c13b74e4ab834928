import os
from collections.abc import Callable
from pathlib import Path

import pytest

import pytest_hlsload.load
from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.model.client_records import ClientRecord, LogRecord, PlayheadRecord, ReaderRecord, StateRecord
from pytest_hlsload.model.records import (
    VERSION,
    CommandRecord,
    EndRecord,
    HealthRecord,
    LoadRecord,
    PlaylistRecord,
    SampleRecord,
)
from pytest_hlsload.model.states import Playhead, State

URL = "http://origin.example/live.m3u8"

# In place of HlsLoad: a load that ran before. So the hooks are tested without waiting, and with any verdict.
STAND_IN = """
import pathlib

import pytest_hlsload.load
from pytest_hlsload import LoadError, read_report
from pytest_hlsload.journal.baselines import Baseline
from pytest_hlsload.journal.saved import save_report

EVENTS = pathlib.Path({events!r})


class StandIn:
    clients = ("streaming",)
    stopped = False

    @classmethod
    def of(cls, settings, *, name="", journal=None, board=None, metrics=None, ask=None, deadline=None):
        load = cls()
        load.baseline = Baseline(settings)
        load.settings, load.name, load.journal = settings, name, journal
        load.metrics_url = metrics and metrics.url
        return load

    def _tell(self, what):
        with EVENTS.open("a") as file:
            file.write(f"{{what}} {{self.name}}\\n")

    def start(self):
        self._tell("start")

    def stop(self):
        self._tell("stop")
        self.stopped = True
        if {breaks!r}:
            raise LoadError("the supervisor died during the load")
        report = read_report({journal!r})
        save_report(report, self.journal)
        return report

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


pytest_hlsload.load.HlsLoad = StandIn
"""


@pytest.fixture(autouse=True)
def _nobody_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("HLS_LOAD_", "LOAD_TEST_")) or name == "FFMPEG_LOGLEVEL":
            monkeypatch.delenv(name)
    # Wide enough for the short test summary not to be cut.
    monkeypatch.setenv("COLUMNS", "160")


Install = Callable[..., Path]


@pytest.fixture
def stand_in(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Install:
    """
    Makes the tests' loads stand-ins whose report is that of a load that passed, of one that did not, or of one whose
    generator was the limit; returns the file that tells what was done to them.
    """

    def install(
        verdict: str = "pass",
        *,
        more: str = "",
        breaks: bool = False,
        log: str = "",
        mark: str = "",
        **settings: object,
    ) -> Path:
        journal = pytester.path / "before.jsonl"
        events = pytester.path / "events.txt"
        # For runs in this process: whatever the stand-in takes the place of is back after the test.
        monkeypatch.setattr(pytest_hlsload.load, "HlsLoad", pytest_hlsload.load.HlsLoad)
        _write(
            journal, plays=verdict != "fail", lag=3.0 if verdict == "invalid" else 0.01, log=log, mark=mark, **settings
        )
        pytester.makeconftest(STAND_IN.format(journal=str(journal), events=str(events), breaks=breaks) + more)
        monkeypatch.setenv("HLS_LOAD_URL", URL)
        return events

    return install


def _write(path: Path, *, plays: bool, lag: float, log: str, mark: str, **more: object) -> None:
    settings = {"url": URL, "clients": 1, "duration": 10.0, "startup_timeout": 30.0, **more}
    records = [
        LoadRecord(at=0.0, version=VERSION, id="1", wall=1.8e9, monotonic=9.0, machine={}, settings=settings),
        PlaylistRecord(at=0.1, url=URL, live=True, target_duration=2.0),
        ClientRecord(at=0.1, client=1, url=URL),
        ReaderRecord(at=0.1, client=1, attempt=1, pid=1, why="start"),
        StateRecord(at=0.1, client=1, state=State.STARTING),
        *([LogRecord(at=0.5, client=1, log="http_error", status=404, count=1, text=log)] if log else []),
        *(
            [
                PlayheadRecord(at=0.6, client=1, playhead=Playhead.PLAYING),
                StateRecord(at=0.6, client=1, state=State.STREAMING),
            ]
            if plays
            else []
        ),
        # What goes wrong beside a generator that is late makes a load invalid.
        *(
            PlayheadRecord(at=at, client=1, playhead=playhead)
            for at, playhead in ((4.0, Playhead.STALLED), (6.0, Playhead.PLAYING))
            if plays and lag > 1
        ),
        HealthRecord(at=5.0, lag=lag, cpu=0.1, supervisor_cpu=0.0, memory=1 << 33, descriptors=999, behind=0.0),
        SampleRecord(at=10.0, received=(12.0,), bytes=(9,), level=(2.0,), lowest=(1.0,)),
        *([CommandRecord(at=9.0, id=1, command="mark", text=mark)] if mark else []),
        CommandRecord(at=10.0, id=2, command="stop"),
        StateRecord(at=10.0, client=1, state=State.IDLE),
        EndRecord(at=10.0, reason="stop"),
    ]
    writer = JournalWriter(path)
    for record in records:
        writer.write(record)
    writer.close()
