"""One lap of MPEG-TS segments that can be played for ever: every lap carries on timestamps and continuity counters."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

PACKET = 188
_CLOCK = 90_000
_WRAP = 1 << 33
_SDT_PID = 0x11
# ffmpeg's own muxer starts here too; it leaves room for the PCR, which runs ahead of the first frame
_FIRST_STAMP = Fraction(7, 5)


@dataclass(frozen=True, slots=True)
class _TsSegment:
    """A segment and where its timestamps lie (byte offsets)."""

    data: bytes
    stamps: tuple[int, ...]
    clocks: tuple[int, ...]


class TsLap:
    """
    The segments of one lap; `segment` renders any later one.

    Args:
        segments: the encoded segments of the lap, in order.
        segment_seconds: exact duration of each (s).
        first_timestamp: where the timestamps of a fresh encoder begin (s).
    """

    init: bytes | None = None

    def __init__(self, segments: list[bytes], segment_seconds: Fraction, first_timestamp: Fraction) -> None:
        self._segments = [_scan(_without_sdt(data)) for data in segments]
        self._ticks = int(segment_seconds * len(segments) * _CLOCK)
        self._packets = Counter(
            _pid(segment.data, at) for segment in self._segments for at in _payload_packets(segment.data)
        )
        first = min(_stamp(self._segments[0].data, at) for at in self._segments[0].stamps)
        self._shift = int((_FIRST_STAMP + first_timestamp) * _CLOCK) - first

    def __len__(self) -> int:
        return len(self._segments)

    def segment(self, position: int) -> bytes:
        """The bytes of the segment at a position, counted from the encoder's start."""
        lap, index = divmod(position, len(self._segments))
        source = self._segments[index]
        data = bytearray(source.data)
        shift = self._shift + lap * self._ticks
        for at in source.stamps:
            _write_stamp(data, at, (_stamp(source.data, at) + shift) % _WRAP)
        for at in source.clocks:
            _write_clock(data, at, (_clock(source.data, at) + shift) % _WRAP)
        turns = {pid: lap * packets % 16 for pid, packets in self._packets.items()}
        for at in range(0, len(data), PACKET):
            counter = data[at + 3]
            data[at + 3] = (counter & 0xF0) | ((counter + turns.get(_pid(source.data, at), 0)) & 0x0F)
        return bytes(data)


def _pid(data: bytes, at: int) -> int:
    return (data[at + 1] & 0x1F) << 8 | data[at + 2]


def _payload_packets(data: bytes) -> list[int]:
    return [at for at in range(0, len(data), PACKET) if data[at + 3] & 0x10]


def _without_sdt(data: bytes) -> bytes:
    # an SDT crashes the ffmpeg 7.0.2 that older imageio-ffmpeg releases carry, and a player needs none
    packets = (data[at : at + PACKET] for at in range(0, len(data), PACKET))
    return b"".join(packet for packet in packets if _pid(packet, 0) != _SDT_PID)


def _scan(data: bytes) -> _TsSegment:
    stamps: list[int] = []
    clocks: list[int] = []
    for at in range(0, len(data), PACKET):
        start = at + 4
        if data[at + 3] & 0x20:
            length = data[at + 4]
            if length and data[at + 5] & 0x10:
                clocks.append(at + 6)
            start += 1 + length
        if data[at + 1] & 0x40 and data[at + 3] & 0x10 and data[start : start + 3] == b"\0\0\1":
            flags = data[start + 7]
            if flags & 0x80:
                stamps.append(start + 9)
            if flags & 0x40:
                stamps.append(start + 14)
    return _TsSegment(data, tuple(stamps), tuple(clocks))


def _stamp(data: bytes, at: int) -> int:
    return (
        (data[at] >> 1 & 7) << 30 | data[at + 1] << 22 | data[at + 2] >> 1 << 15 | data[at + 3] << 7 | data[at + 4] >> 1
    )


def _write_stamp(data: bytearray, at: int, value: int) -> None:
    data[at] = (data[at] & 0xF1) | (value >> 30 & 7) << 1
    data[at + 1] = value >> 22 & 0xFF
    data[at + 2] = (value >> 15 & 0x7F) << 1 | 1
    data[at + 3] = value >> 7 & 0xFF
    data[at + 4] = (value & 0x7F) << 1 | 1


def _clock(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4]) << 1 | data[at + 4] >> 7


def _write_clock(data: bytearray, at: int, value: int) -> None:
    data[at : at + 4] = (value >> 1).to_bytes(4)
    data[at + 4] = (data[at + 4] & 0x7F) | (value & 1) << 7
