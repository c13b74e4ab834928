"""One lap of fragmented MP4 segments that can be played for ever: every lap carries on decode times and numbers."""

from collections.abc import Iterator
from fractions import Fraction

_CONTAINERS = {b"moov", b"trak", b"mdia", b"moof", b"traf"}


class Fmp4Lap:
    """
    The segments of one lap; `segment` renders any later one.

    Args:
        init: the initialisation section.
        segments: the encoded segments of the lap, in order, cut from a stream at `skipped` seconds.
        segment_seconds: exact duration of each (s).
        skipped: media in front of the first segment (s), which is taken off its decode times.
        first_timestamp: where the timestamps of a fresh encoder begin (s).
    """

    def __init__(
        self,
        init: bytes,
        segments: list[bytes],
        segment_seconds: Fraction,
        *,
        skipped: Fraction,
        first_timestamp: Fraction,
    ) -> None:
        self.init: bytes | None = init
        self._lap_seconds = segment_seconds * len(segments)
        self._start = first_timestamp - skipped
        self._timescales = _timescales(init)
        self._segments = [_without_index(data) for data in segments]

    def __len__(self) -> int:
        return len(self._segments)

    def segment(self, position: int) -> bytes:
        """The bytes of the segment at a position, counted from the encoder's start."""
        lap, index = divmod(position, len(self._segments))
        source = self._segments[index]
        data = bytearray(source)
        shift = self._start + lap * self._lap_seconds
        track = 0
        for kind, at, _ in _boxes(source, 0, len(source)):
            if kind == b"mfhd":
                data[at + 12 : at + 16] = (position + 1).to_bytes(4)
            elif kind == b"tfhd":
                track = int.from_bytes(source[at + 12 : at + 16])
            elif kind == b"tfdt":
                width = 8 if source[at + 8] == 1 else 4
                time = int.from_bytes(source[at + 12 : at + 12 + width]) + int(shift * self._timescales[track])
                data[at + 12 : at + 12 + width] = (time % (1 << 8 * width)).to_bytes(width)
        return bytes(data)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """All boxes as (kind, offset, end), those inside containers after them."""
    while at < end:
        size = int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        yield kind, at, at + size
        if kind in _CONTAINERS:
            yield from _boxes(data, at + 8, at + size)
        at += size


def _timescales(init: bytes) -> dict[int, int]:
    scales: dict[int, int] = {}
    track = 0
    for kind, at, _ in _boxes(init, 0, len(init)):
        long = init[at + 8] == 1
        if kind == b"tkhd":
            track = int.from_bytes(init[at + (28 if long else 20) :][:4])
        elif kind == b"mdhd":
            scales[track] = int.from_bytes(init[at + (28 if long else 20) :][:4])
    return scales


def _without_index(data: bytes) -> bytes:
    # a segment index repeats the decode times; HLS players do without it
    patched = bytearray(data)
    for kind, at, _ in _boxes(data, 0, len(data)):
        if kind == b"sidx":
            patched[at + 4 : at + 8] = b"free"
    return bytes(patched)
