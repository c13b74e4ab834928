"""
What ffmpeg holds back

Of an MPEG-TS stream ffmpeg's demuxer hands over a video packet when the next one begins, and its parser one later
still, so whole frames have been delivered that no line tells of. A viewer's player has them.
"""

from collections.abc import Mapping

from pytest_hlsload.model.media import Stream

# Whole frames at any time.
_HELD: Mapping[str, Mapping[Stream, int]] = {
    "mpegts": {Stream.VIDEO: 2, Stream.AUDIO: 0},
    "fmp4": {Stream.VIDEO: 0, Stream.AUDIO: 0},
}


def held_frames(container: str) -> Mapping[Stream, int]:
    """Frames of each stream that a reader keeps back; none for a container that was not measured."""
    return _HELD.get(container, {})
