"""Made-up loads for the page"""

import random
from collections.abc import Iterator

from model.histories import HEALTHY, History, Step, health, journal, live_playlist, phase, sample

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import CommandRecord, FindingRecord, Record
from pytest_hlsload.model.report import LoadReport

# Whatever an origin, a log line or a test may say, it stays text.
EVIL = (
    "</script><script>document.title='owned'</script><!--<img src=x onerror=alert(1)> \u2028\u2029 &amp; {{7*7}} %{x}"
)


def eventful(*, evil: str = "") -> LoadReport:
    """
    A minute in which everything happens that the page has a place for.

    Args:
        evil: is said wherever somebody else's text may stand.
    """
    stalls: History = (
        (0.5, "come"),
        (1.0, "open"),
        (1.5, "play"),
        (10.0, "log", "refused", f"Connection refused {evil}", 404),
        (11.0, "exit", 1, "", f"gave up {evil}"),
        (12.0, "stall"),
        (13.0, "reader"),
        (18.0, "play"),
        (30.0, "hole", 2.0),
        (40.0, "stall"),
        (40.4, "play"),
        (60.0, "leave"),
    )
    extra: list[Record] = [
        live_playlist(url=f"http://origin.test/{evil}", error=""),
        CommandRecord(at=5.0, id=3, command="mark", text=f"a mark {evil}"),
        *phase(f"a phase {evil}", 8.0, 25.0),
        FindingRecord(
            at=20.0, check="stale_manifest", level="error", text=f"playlist unchanged {evil}", since=9.0, lasted=9.0
        ),
        FindingRecord(at=21.0, check="window_short", level="warning", text="a short window", since=21.0, lasted=0.0),
        *(health(float(at), lag=0.01 * (at % 7), cpu=0.4) for at in range(5, 61, 5)),
        *(sample(float(at), *(at + 4.0,) * 4) for at in range(5, 61, 5)),
    ]
    return fold(
        journal(
            stalls,
            ((0.7, "come"), (1.1, "open"), (1.4, "play"), (12.2, "stall"), (19.0, "play"), (60.0, "leave")),
            HEALTHY,
            ((0.0, "come"), (60.0, "leave")),
            extra=extra,
            name=f"test_it.py::test_soak[{evil}]",
            thresholds=["restarts == 0", "startup_time.p95 < 90s", "stall_count <= 9"],
        )
    )


def long_load(clients: int, seconds: float, *, seed: int = 7) -> LoadReport:
    """Very many clients for very long, each with troubles of its own, and three outages that all have."""
    dice = random.Random(seed)
    outages = [seconds * share for share in (0.2, 0.5, 0.8)]
    histories = [tuple(_viewer(dice, seconds, outages)) for _ in range(clients)]
    every = 5.0
    moments = [every * n for n in range(1, int(seconds / every))]
    extra: list[Record] = [
        live_playlist(),
        *(health(at, lag=dice.uniform(0.001, 0.05), cpu=dice.uniform(0.3, 0.7)) for at in moments),
        *(sample(at, *(at + dice.uniform(2, 6) for _ in range(clients))) for at in moments),
        *(
            FindingRecord(
                at=at + 16, check="stale_manifest", level="error", text="playlist unchanged", since=at, lasted=16.0
            )
            for at in outages
        ),
    ]
    return fold(journal(*histories, extra=extra, duration=seconds))


def _viewer(dice: random.Random, seconds: float, outages: list[float]) -> Iterator[Step]:
    come = round(dice.uniform(0, 30), 2)
    yield come, "come"
    yield round(come + 0.3, 2), "open"
    yield round(come + dice.uniform(0.5, 1.5), 2), "play"
    troubles = sorted([*outages, *(dice.uniform(60, seconds - 60) for _ in range(dice.randrange(12)))])
    at = come + 30.0
    for trouble in troubles:
        if trouble < at + 20:
            continue
        at = trouble
        yield round(at, 2), "log", "http_error", "HTTP error 404 Not Found", 404
        if dice.random() < 0.3:
            yield round(at + 0.5, 2), "exit", 1
            yield round(at + 2.0, 2), "reader"
        at += dice.uniform(3, 6)
        yield round(at, 2), "stall"
        at += dice.uniform(0.3, 9)
        yield round(at, 2), "play"
    yield seconds, "leave"
