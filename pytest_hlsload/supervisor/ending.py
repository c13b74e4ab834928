"""What the end of a client's reader means: why it ended, and what comes next"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.media import Stream
from pytest_hlsload.reader.exits import explain_exit
from pytest_hlsload.reader.log_lines import LogLine

from .attempt import Attempt


@dataclass(frozen=True, slots=True)
class Ending:
    """
    Attributes:
        asked: as in `ExitRecord`.
        explanation: likewise.
        next: why another reader follows, as in `ReaderRecord`; "" where none does.
        sought_in_vain: whether it found no media where it was told to begin.
    """

    asked: str
    explanation: str
    next: str = ""
    sought_in_vain: bool = False


def ending_of(  # noqa: PLR0911  a return a way to end
    at: float,
    code: int,
    recent: Sequence[LogLine],
    now: Attempt,
    streams: Collection[Stream],
    *,
    vod: bool,
    stopped: bool,
) -> Ending:
    """
    Args:
        at: when it ended, on the loop's clock.
        code: its exit status, negative for a signal.
        recent: what it printed within its last moments, oldest first.
        now: what is known of it.
        streams: those that it was asked for.
        vod: whether it read a VOD.
        stopped: whether its viewer has left.
    """
    end = explain_exit(code, recent, opened=now.opened)
    if stopped:
        return Ending("stop", end.explanation)
    if now.asked == "mute":
        why = f"delivered nothing for {at - now.last_sign:.0f} s and was ended: {end.explanation}"
        return Ending("mute", why, "restart")
    if now.asked == "half":
        return Ending("half", f"sound or picture ended without the other: {now.failure}", "restart")
    if now.asked == "skipped":
        return Ending("skipped", f"ended because it went on without a segment: {now.failure}", "restart")
    if now.missing and now.streams_seen and now.streams_seen != set(streams):
        return Ending("streams", end.explanation, "streams")
    if not end.finished:
        return Ending(now.asked, end.explanation, "restart")
    if now.skip > 0 and not now.delivers:
        return Ending(now.asked, "found nothing more where it had sought", "restart", sought_in_vain=True)
    return Ending("lap", end.explanation, "lap") if vod else Ending("ended", end.explanation)
