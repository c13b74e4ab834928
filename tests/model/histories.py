"""
Histories as data: what happens to a client, and the records that a supervisor would write of it

A history is a tuple of steps ``(at, what, *details)``:

========================================  ==================================================================
``(0.0, "come")``                         the viewer comes, and a reader is started (``"come", 2`` for playlist 2;
                                          ``"come", 1, 9.0`` for a viewer that means to stay for 9 s)
``(1.2, "open")``                         the reader has opened the stream (``"open", True`` for a VOD)
``(1.5, "play")`` ``"stall"`` ``"end"``   what the playhead does
``(20.0, "exit", code, asked)``           the reader ends; details may be left out
``(20.7, "reader", why)``                 the next one is started; "restart" if left out
``(12.0, "log", kind, text, status)``     evidence; text and status may be left out
``(12.0, "hole", lost)``                  media is lost; 0.0 for a new timeline
``(12.0, "trouble", text)``               the load generator could not do something for it
``(60.0, "leave")``                       the viewer leaves, and the reader is stopped
========================================  ==================================================================
"""

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from pytest_hlsload.model.client_records import (
    ClientRecord,
    ExitRecord,
    HoleRecord,
    LogRecord,
    OpenedRecord,
    PlayheadRecord,
    ReaderRecord,
    StateRecord,
)
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import (
    VERSION,
    CommandRecord,
    EndRecord,
    HealthRecord,
    LoadRecord,
    PlaylistRecord,
    ProblemRecord,
    Record,
    SampleRecord,
)
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import Playhead, State, state_of

Step = tuple[Any, ...]
History = Sequence[Step]

URL = "http://origin.test/live.m3u8"

HEALTHY: History = ((0.0, "come"), (0.8, "open"), (1.0, "play"), (60.0, "leave"))
STALLS_ONCE: History = (*HEALTHY[:-1], (20.0, "stall"), (28.0, "play"), (60.0, "leave"))
NEVER_PLAYS: History = ((0.0, "come"), (60.0, "leave"))

_PLAYHEADS = {"play": Playhead.PLAYING, "stall": Playhead.STALLED, "end": Playhead.ENDED}


class _Client:
    """Writes one client's records as the supervisor does."""

    def __init__(self, client: int) -> None:
        self.client = client
        self.records: list[Record] = []
        self.attempts = 0
        self.playhead = Playhead.WAITING
        self.state = State.IDLE
        self.served = False

    def step(self, at: float, what: str, *details: Any) -> None:
        if what in _PLAYHEADS:
            self.playhead = _PLAYHEADS[what]
            self.records.append(PlayheadRecord(at=at, client=self.client, playhead=self.playhead))
            self._change(at)
        else:
            getattr(self, f"_{what}")(at, *details)

    def _come(self, at: float, playlist: int = 1, stays: float | None = None) -> None:
        self.records.append(ClientRecord(at=at, client=self.client, url=URL, playlist=playlist, stays=stays))
        self._reader(at, "start")

    def _open(self, at: float, vod: bool = False) -> None:
        self.records.append(OpenedRecord(at=at, client=self.client, start=9.4, vod=vod))

    def _reader(self, at: float, why: str = "restart") -> None:
        self.attempts += 1
        self.records.append(
            ReaderRecord(at=at, client=self.client, attempt=self.attempts, pid=1000 + self.attempts, why=why)
        )
        self.served = True
        self._change(at)

    def _exit(self, at: float, code: int = 1, asked: str = "", explanation: str = "") -> None:
        self.records.append(
            ExitRecord(
                at=at,
                client=self.client,
                attempt=self.attempts,
                code=code,
                explanation=explanation or f"gave up (status {code})",
                asked=asked,
                tail=("one line", "another"),
                retry_in=None if asked in {"stop", "ended"} else 0.7,
            )
        )
        self.served = False
        self._change(at)

    def _log(self, at: float, kind: str, text: str = "", status: int | None = None) -> None:
        self.records.append(
            LogRecord(at=at, client=self.client, log=kind, count=1, text=text or f"{kind} happened", status=status)
        )

    def _hole(self, at: float, lost: float) -> None:
        self.records.append(HoleRecord(at=at, client=self.client, lost=lost, reset=not lost))

    def _trouble(self, at: float, text: str) -> None:
        self.records.append(ProblemRecord(at=at, client=self.client, text=text))

    def _leave(self, at: float) -> None:
        self._set(at, State.IDLE)
        if self.served:
            self.served = False
            self._exit(round(at + 0.1, 2), 255, "stop")

    def _change(self, at: float) -> None:
        if self.state is not State.IDLE or not any(isinstance(r, StateRecord) for r in self.records):
            self._set(at, state_of(self.playhead, served=self.served))

    def _set(self, at: float, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.records.append(StateRecord(at=at, client=self.client, state=state))


def load_record(clients: int = 1, **settings: Any) -> LoadRecord:
    """The first record."""
    return LoadRecord(
        at=0.0,
        version=VERSION,
        id="cafe0001",
        wall=1_750_000_000.0,
        monotonic=1234.5,
        machine={"cores": 2},
        settings={"url": URL, "clients": clients, "startup_timeout": 30.0, **settings},
    )


def live_playlist(**facts: Any) -> PlaylistRecord:
    """What the probe says of an ordinary live stream."""
    return PlaylistRecord(
        **{
            "at": 0.0,
            "url": URL,
            "live": True,
            "target_duration": 2.0,
            "segment_duration": 2.0,
            "segments": 6,
            "hold_back": 6.0,
            "container": "mpegts",
            **facts,
        }
    )


def phase(name: str, start: float, end: float | None = None) -> list[Record]:
    """The commands of a phase; it stays open where there is no end."""
    commands: list[Record] = [CommandRecord(at=start, id=1, command="phase", text=name)]
    if end is not None:
        commands.append(CommandRecord(at=end, id=2, command="end_phase", text=name))
    return commands


def health(at: float, **measured: Any) -> HealthRecord:
    """The load generator's health; good, but for what is given."""
    good = {"lag": 0.01, "cpu": 0.3, "supervisor_cpu": 0.02, "memory": 2**30, "descriptors": 900, "behind": 0.0}
    return HealthRecord(at=at, **{**good, **measured})


def sample(
    at: float, *received: float, lowest: Sequence[float | None] | None = None, bitrate: int = 1_000_000
) -> SampleRecord:
    """A sample of clients that have received so much, at one bitrate, with a level of 4 s."""
    return SampleRecord(
        at=at,
        received=received,
        bytes=tuple(round(media * bitrate / 8) for media in received),
        level=(4.0,) * len(received),
        lowest=tuple(lowest) if lowest is not None else (3.0,) * len(received),
    )


def client_records(client: int, history: History) -> list[Record]:
    """The records of one client's history."""
    writing = _Client(client)
    for at, what, *details in history:
        writing.step(at, what, *details)
    return writing.records


def journal(
    *histories: History, extra: Iterable[Record] = (), ends: str = "stop", clients: int | None = None, **settings: Any
) -> list[Record]:
    """
    A whole load, a history a client.

    Args:
        histories: client 1 first.
        extra: further records.
        ends: the reason in the last record; "" for a journal that breaks off.
        clients: the setting, where it is not the number of histories.
        settings: others.
    """
    records: list[Record] = [r for n, history in enumerate(histories, 1) for r in client_records(n, history)]
    records = sorted((*records, *extra), key=lambda record: record.at)
    last = max((record.at for record in records), default=0.0)
    first = load_record(len(histories) if clients is None else clients, **settings)
    return [first, *records, *([EndRecord(at=last, reason=ends)] if ends else [])]


def report(*histories: History, running: bool = False, **given: Any) -> LoadReport:
    """The report of such a load."""
    return fold(journal(*histories, **given), running=running)


# Any history that a supervisor could write

_LOGS = ("http_error", "playlist_failed", "segment_failed", "refused", "corrupt", "segment_lost", "no such kind")
_TEXTS = st.text(max_size=20)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One client's."""
    at = draw(st.integers(0, 500)) / 100
    steps: list[Step] = [(at, "come")]
    playhead, served = Playhead.WAITING, True
    for _ in range(draw(st.integers(0, 25))):
        at = round(at + draw(st.integers(0, 900)) / 100, 2)
        able = ["log", "hole", "trouble"]
        if playhead in {Playhead.WAITING, Playhead.STALLED}:
            able.append("play")
        if playhead is Playhead.PLAYING:
            able += ["stall", "stall", "end"]
        able += ["open", "exit"] if served else ["reader"]
        what = draw(st.sampled_from(able))
        match what:
            case "log":
                status = draw(st.sampled_from((None, 404, 503)))
                steps.append((at, "log", draw(st.sampled_from(_LOGS)), draw(_TEXTS), status))
            case "hole":
                steps.append((at, "hole", draw(st.sampled_from((0.0, 2.0, 4.0)))))
            case "trouble":
                steps.append((at, "trouble", draw(_TEXTS)))
            case "exit":
                steps.append(
                    (at, "exit", draw(st.sampled_from((0, 1, 8, 255, -9, -11))), draw(st.sampled_from(("", "mute"))))
                )
                served = False
            case "reader":
                steps.append((at, "reader"))
                served = True
            case "open":
                steps.append((at, "open", draw(st.booleans())))
            case _:
                steps.append((at, what))
                playhead = _PLAYHEADS[what]
    if draw(st.booleans()):
        steps.append((round(at + draw(st.integers(0, 900)) / 100, 2), "leave"))
    return tuple(steps)


@st.composite
def journals(draw: st.DrawFn) -> list[Record]:
    """A whole load's."""
    viewers = draw(st.lists(histories(), max_size=3))
    moments = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
    extra: list[Record] = []
    for start in sorted(draw(st.lists(moments, max_size=2))):
        extra += phase(draw(st.sampled_from("ab")), start, draw(st.sampled_from((None, round(start + 5.25, 2)))))
    received = 0.0
    for at in sorted(draw(st.lists(moments, max_size=5, unique=True))):
        received += draw(st.integers(0, 800)) / 100
        extra.append(
            sample(at, *(received,) * len(viewers), lowest=[draw(st.sampled_from((None, 0.5)))] * len(viewers))
        )
        extra.append(health(at, lag=draw(st.sampled_from((0.01, 0.4)))))
    if draw(st.booleans()):
        extra.append(live_playlist(error=draw(_TEXTS)))
    if draw(st.booleans()):
        extra.append(ProblemRecord(at=draw(moments), text=draw(_TEXTS)))
    missing = draw(st.integers(0, 1))
    return journal(
        *viewers, extra=extra, ends=draw(st.sampled_from(("stop", "signal", ""))), clients=len(viewers) + missing
    )
