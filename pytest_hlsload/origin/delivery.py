"""The delivery log: written inside the origin process, carried over as JSON, read as records."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pytest_hlsload.origin.records import Delivery, Outcome, Request, RequestKind

# some 60 MB at worst; an hour of 20 clients fits
REQUESTS_KEPT = 200_000
_PART = 200


@dataclass(slots=True, eq=False)
class Entry:
    """A request while it is answered; the mutable counterpart of `records.Request`, with the same attributes."""

    client: str
    connection: int
    method: str
    path: str
    at: float = field(default_factory=time.monotonic)
    status: int = 0
    kind: RequestKind = "other"
    rendition: str = ""
    segment: int | None = None
    length: int = 0
    sent: list[tuple[float, int]] = field(default_factory=list)
    ended: float | None = None
    outcome: Outcome = "open"

    def end(self, outcome: Outcome) -> None:
        """Close the entry, unless it is closed."""
        if self.ended is None:
            self.ended = time.monotonic()
            self.outcome = outcome

    def to_wire(self) -> list[Any]:
        """The entry as JSON types, in the order of the fields."""
        return [
            self.at,
            self.client,
            self.connection,
            self.method,
            self.path,
            self.status,
            self.kind,
            self.rendition,
            self.segment,
            self.length,
            self.sent,
            self.ended,
            self.outcome,
        ]


class DeliveryLog:
    """The newest requests of one channel; what falls out at the old end is counted."""

    def __init__(self, kept: int = REQUESTS_KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._added = 0

    def add(self, entry: Entry) -> None:
        """Append a request."""
        self._entries.append(entry)
        self._added += 1

    def parts(self) -> Iterator[dict[str, Any]]:
        """The log in pieces that are quick to encode, so that serving goes on in between."""
        taken = time.monotonic()
        entries = list(self._entries)
        yield {"taken": taken, "forgotten": self._added - len(entries)}
        for start in range(0, len(entries), _PART):
            yield {"entries": [entry.to_wire() for entry in entries[start : start + _PART]]}


def delivery_from_parts(parts: Iterable[dict[str, Any]]) -> Delivery:
    """Make the record of what `DeliveryLog.parts` gave."""
    head, *rest = parts
    return Delivery(
        taken=head["taken"],
        forgotten=head["forgotten"],
        requests=tuple(_request(wire) for part in rest for wire in part["entries"]),
    )


def _request(wire: list[Any]) -> Request:
    at, client, connection, method, path, status, kind, rendition, segment, length, sent, ended, outcome = wire
    return Request(
        at=at,
        client=client,
        connection=connection,
        method=method,
        path=path,
        status=status,
        kind=kind,
        rendition=rendition,
        segment=segment,
        length=length,
        sent=tuple((time, offset) for time, offset in sent),
        ended=ended,
        outcome=outcome,
    )
