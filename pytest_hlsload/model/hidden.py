"""Trouble that readers met and viewers did not notice: what a retry or the buffer hid"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .client_history import LogSpan
from .client_numbers import client_numbers
from .client_report import ClientReport
from .durations import format_clock
from .one_line import one_line

# These tell of a trouble; the others that come with them only tell what became of it.
_TELLING = frozenset(
    {"http_error", "refused", "dns", "tls", "timeout", "reset", "truncated", "slow_segment", "protocol", "memory"}
)
_FOLLOWING = frozenset({"playlist_failed", "segment_failed", "segment_lost", "demux_error", "sequence_reset"})

# Lines of one trouble come within so many seconds of each other.
_TOGETHER = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenTrouble:
    """
    Trouble of one kind that led to no stall. Received from a report, not made.

    Attributes:
        log: what kind, as in `LogRecord`, for example "http_error" or "slow_segment".
        status: the HTTP status where there is one.
        count: how many times.
        clients: who met it, by their numbers.
        start: when it was first met, in seconds since the load's start.
        end: when it was last met.
        text: the first line of it.
    """

    log: str
    status: int | None
    count: int
    clients: tuple[int, ...]
    start: float
    end: float
    text: str

    @property
    def line(self) -> str:
        """``HTTP 503, 12 times from 00:10.2 at clients 1-4: HTTP error 503 Service Unavailable``"""
        what = f"HTTP {self.status}" if self.status is not None else self.log
        times = f"{self.count} times from" if self.count > 1 else "at"
        who = f"{'client' if len(self.clients) == 1 else 'clients'} {client_numbers(self.clients)}"
        return f"{what}, {times} {format_clock(self.start)}, {who}: {one_line(self.text, 100)}"


def hidden_troubles(clients: Iterable[ClientReport]) -> tuple[HiddenTrouble, ...]:
    """What the clients met in their window without a stall, kind by kind; the most frequent first."""
    kinds: dict[tuple[str, int | None], list[tuple[int, LogSpan]]] = {}
    for client in clients:
        for span in _hidden(client):
            kinds.setdefault((span.log, span.status), []).append((client.index, span))
    found = [
        HiddenTrouble(
            log=log,
            status=status,
            count=sum(span.count for _, span in met),
            clients=tuple(sorted({index for index, _ in met})),
            start=min(span.start for _, span in met),
            end=max(span.end for _, span in met),
            text=min(met, key=lambda it: it[1].start)[1].text,
        )
        for (log, status), met in kinds.items()
    ]
    return tuple(sorted(found, key=lambda it: (-it.count, it.start)))


def _hidden(client: ClientReport) -> Iterator[LogSpan]:
    spans = [s for s in client.facts.logs if client.window.holds(s.start) and s.log in _TELLING | _FOLLOWING]
    if not spans or client.startup_time is None:
        return
    reach = client.load.reach
    stalls = [(stall.start, stall.end) for stall in client.stalls]
    for span in spans:
        if any(span.start <= end and start <= span.end + reach for start, end in stalls):
            continue
        if span.log in _FOLLOWING and any(s.log in _TELLING and _together(s, span) for s in spans):
            continue
        yield span


def _together(one: LogSpan, other: LogSpan) -> bool:
    return one.start <= other.end + _TOGETHER and other.start <= one.end + _TOGETHER
