"""
What an origin tells about itself: faults and the delivery log, as frozen records.

All times are CLOCK_MONOTONIC seconds (`time.monotonic()`), which every process on one machine shares.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, Literal

FaultKind = Literal[
    "hang",
    "stale",
    "playlist_status",
    "segment_status",
    "slow",
    "refuse",
    "truncate",
    "sequence_reset",
    "encoder_restart",
    "end",
]
RequestKind = Literal["playlist", "segment", "init", "other"]
Outcome = Literal["open", "whole", "cut", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One fault of a channel, as it stood when this record was made.

    Attributes:
        number: counts the channel's faults from 1, in the order of the commands.
        kind: which fault.
        start: when it began (monotonic s); None while it waits for its byte offset.
        end: when it ended (monotonic s); None while it lasts.
        seconds: how long it was to last (s); None for "until cleared".
        count: how many requests it was to hit; None for no limit.
        details: its other parameters, for example `{"code": 404}`.
    """

    number: int
    kind: FaultKind
    start: float | None
    end: float | None
    seconds: float | None
    count: int | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One request and how its answer went out.

    Attributes:
        at: when the request's head had been read (monotonic s).
        client: the User-Agent header; empty if there was none.
        connection: number of the TCP connection, counted from 1 in each channel.
        method: for example `GET`.
        path: path with query, as requested.
        status: status code; 0 while nothing has been answered.
        kind: what was asked for.
        rendition: of which rendition: a variant's height, `audio`; empty where the channel has one alone.
        segment: ordinal of the segment, which counts published segments from 0 whatever they are called; else None.
        length: announced Content-Length (bytes).
        sent: pairs (time, offset): from `time` on (monotonic s) the kernel had the body's first `offset` bytes. The
            time is taken right before the successful `send`, so that nothing can be received before it.
        ended: when the last byte was sent or the connection was lost (monotonic s); None while it goes on.
        outcome: `whole`; `cut` (ended early by the `truncate` fault); `broken` (connection lost or aborted); `open`.
    """

    at: float
    client: str
    connection: int
    method: str
    path: str
    status: int
    kind: RequestKind
    rendition: str = ""
    segment: int | None
    length: int
    sent: tuple[tuple[float, int], ...]
    ended: float | None
    outcome: Outcome

    @property
    def bytes_sent(self) -> int:
        """Body bytes handed to the kernel so far."""
        return self.sent[-1][1] if self.sent else 0

    def sent_at(self, offset: int) -> float | None:
        """When the body's first `offset` bytes had been handed to the kernel (monotonic s); None if they never were."""
        index = bisect_left(self.sent, offset, key=lambda mark: mark[1])
        return self.sent[index][0] if index < len(self.sent) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """
    A channel's delivery log.

    Attributes:
        taken: when the log was read (monotonic s); requests that were open then are as they stood.
        forgotten: requests that the bounded log has dropped, oldest first; 0 means that it is complete.
        requests: the requests in the order in which they arrived.
    """

    taken: float
    forgotten: int
    requests: tuple[Request, ...]

    @property
    def clients(self) -> tuple[str, ...]:
        """The User-Agents seen, in the order of their first request."""
        return tuple(dict.fromkeys(request.client for request in self.requests))

    def of(self, client: str) -> tuple[Request, ...]:
        """The requests of all clients whose User-Agent contains `client`."""
        return tuple(request for request in self.requests if client in request.client)
