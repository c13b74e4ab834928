"""How long after a phase's start every viewer plays again and goes on doing so"""

from typing import TYPE_CHECKING

from .client_report import ClientReport
from .playback import SHORTEST_COUNTED, Span
from .states import Playhead

if TYPE_CHECKING:
    from .report import LoadReport


def recoveries(part: "LoadReport", until: float) -> tuple[tuple[float, ClientReport], ...]:
    """
    Of every client that was there, the seconds from a phase's start to the end of the last outage that starts in the
    phase or lasts into it, also where that end lies after the phase's: 0.0 for a client that had none, infinite for one
    whose outage has no end by ``until``.

    An outage is a span in which the viewer's playhead does not move: before its first picture, in a stall of 0.5 s and
    more (as `LoadReport.stall_count` counts them), or after the stream's end.

    Args:
        part: the report of the phase.
        until: up to when ends are known, in seconds since the load's start.
    """
    return tuple((_recovery(client, until), client) for client in part.clients if client.present)


def _recovery(client: ClientReport, until: float) -> float:
    window = client.window
    outages = [span for span in client.viewing if _is_outage(span) and span.end > window.start]
    last = next((span for span in reversed(outages) if span.start < window.end), None)
    if last is None:
        return 0.0
    return float("inf") if last.open or last.end > until else last.end - window.start


def _is_outage(span: Span) -> bool:
    if span.playhead is Playhead.STALLED:
        return span.duration >= SHORTEST_COUNTED
    return span.playhead is not Playhead.PLAYING and span.duration > 0
