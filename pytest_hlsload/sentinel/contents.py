"""
The rules for what a live playlist says: by itself, and beside what it said before (RFC 8216 4.3.3, 6.2.1, 6.2.2)

A rule yields its name, how bad a breach is, and a sentence. Names are those of Eyevinn's hls-monitor where it has them.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

from .snapshot import Snapshot

Breach = tuple[str, str, str]

# Program dates may differ from the sum of durations by less than a second, and the packager's clock from ours.
_DRIFT = 1.0

# EXTINF is rounded, and segments end at whole frames.
_SHORT_BY = 0.05


def breaches_within(now: Snapshot, wall: float | None) -> Iterator[Breach]:
    """
    Args:
        now: the playlist.
        wall: when it came, in seconds since the epoch; None for "not known".
    """
    longest = max((segment.duration for segment in now.segments), default=0.0)
    if math.floor(longest + 0.5) > now.target_duration:
        text = f"a segment of {longest:g} s is longer than the target duration of {now.target_duration:g} s"
        yield "extinf_over_target", "error", text
    length = sum(segment.duration for segment in now.segments)
    if not now.ended and now.sequence > 0 and length < 3 * now.target_duration * (1 - _SHORT_BY):
        text = f"the playlist holds {length:.1f} s, less than three target durations of {now.target_duration:g} s"
        yield "window_short", "warning", text
    for one, two in pairwise(now.segments):
        if one.date is None or two.date is None or two.discontinuity:
            continue
        drift = two.date - one.date - one.duration
        if abs(drift) > _DRIFT:
            yield "pdt_drift", "warning", f"program dates and durations differ by {drift:+.1f} s"
            break
    if wall is not None and now.edge_date is not None and now.edge_date > wall + _DRIFT:
        ahead = now.edge_date - wall
        text = f"the newest segment ends {ahead:.1f} s in the future by its program date and this machine's clock"
        yield "pdt_future", "warning", text


def breaches_between(before: Snapshot, now: Snapshot) -> Iterator[Breach]:
    """What must not be different from one look to the next."""
    if now.target_duration != before.target_duration:
        text = f"the target duration changed: {before.target_duration:g} → {now.target_duration:g} s"
        yield "target_duration", "error", text
    if now.sequence < before.sequence:
        text = f"the media sequence went back: {before.sequence} → {now.sequence}"
        yield "media_sequence", "error", text
    elif now.last < before.last:
        yield "playlist_size", "error", f"{before.last - now.last} segments vanished from its end"
    else:
        yield from _same_segments(before, now)
    if now.discontinuity_sequence < before.discontinuity_sequence:
        text = f"the discontinuity sequence went back: {before.discontinuity_sequence} → {now.discontinuity_sequence}"
        yield "discontinuity_sequence", "error", text
    elif before.sequence < now.sequence <= before.last + 1:
        removed = before.segments[: now.sequence - before.sequence]
        expected = before.discontinuity_sequence + sum(segment.discontinuity for segment in removed)
        if now.discontinuity_sequence != expected:
            text = f"the discontinuity sequence is {now.discontinuity_sequence}; {expected} by what was removed"
            yield "discontinuity_sequence", "warning", text


def _same_segments(before: Snapshot, now: Snapshot) -> Iterator[Breach]:
    for number in range(max(before.sequence, now.sequence), min(before.last, now.last) + 1):
        if before.segments[number - before.sequence].uri != now.segments[number - now.sequence].uri:
            yield "playlist_content", "error", f"segment {number} has another address than before"
            return
