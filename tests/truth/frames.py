"""Where in a segment each frame is whole: the table that turns delivered bytes into delivered media."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

Stream = Literal["video", "audio"]
_PACKET = 188
_VIDEO_TYPES = {0x1B, 0x24}
_ADTS = 0x0F
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


@dataclass(frozen=True, slots=True)
class Frame:
    """
    One access unit of a segment.

    Attributes:
        stream: which elementary stream it belongs to.
        duration: how long it lasts (s, exact).
        whole_at: number of bytes of the segment after which it is whole.
        size: its own bytes.
    """

    stream: Stream
    duration: Fraction
    whole_at: int
    size: int


def frames_of(segment: bytes, init: bytes | None = None) -> tuple[Frame, ...]:
    """
    All frames of a segment, each stream in its order.

    Args:
        segment: an MPEG-TS segment, or an fMP4 segment if `init` is given.
        init: the initialisation section of fMP4.
    """
    return tuple(_fmp4_frames(segment, init) if init is not None else _ts_frames(segment))


def _ts_frames(data: bytes) -> Iterator[Frame]:
    packets: dict[int, list[tuple[bool, int, int]]] = {}
    for at in range(0, len(data), _PACKET):
        if data[at] != 0x47:
            raise ValueError(f"no packet at byte {at}")
        start = at + 4 + (1 + data[at + 4] if data[at + 3] & 0x20 else 0)
        if data[at + 3] & 0x10:
            unit_start = bool(data[at + 1] & 0x40)
            packets.setdefault(_pid(data, at + 1), []).append((unit_start, start, at + _PACKET))
    for pid, kind in _elementary_streams(data, packets):
        if kind in _VIDEO_TYPES:
            yield from _ts_video(data, packets.get(pid, []))
        elif kind == _ADTS:
            yield from _ts_audio(data, packets.get(pid, []))


def _pid(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2]) & 0x1FFF


def _elementary_streams(data: bytes, packets: dict[int, list[tuple[bool, int, int]]]) -> Iterator[tuple[int, int]]:
    _, start, _ = packets[0][0]
    # pointer field, 8 bytes of table header, program number
    programme = _pid(data, start + 1 + 8 + 2)
    _, start, _ = packets[programme][0]
    table = start + 1
    end = table + 3 + (int.from_bytes(data[table + 1 : table + 3]) & 0xFFF) - 4
    at = table + 12 + (int.from_bytes(data[table + 10 : table + 12]) & 0xFFF)
    while at < end:
        yield _pid(data, at + 1), data[at]
        at += 5 + (int.from_bytes(data[at + 3 : at + 5]) & 0xFFF)


def _pes_header(data: bytes, start: int) -> int:
    return 9 + data[start + 8]


def _ts_video(data: bytes, packets: list[tuple[bool, int, int]]) -> Iterator[Frame]:
    """One frame a PES packet; it is whole with its last TS packet."""
    times: list[int] = []
    ends: list[int] = []
    sizes: list[int] = []
    for unit_start, start, end in packets:
        if unit_start:
            stamp = data[start + 9 : start + 14]
            times.append(
                (stamp[0] & 0x0E) << 29 | (int.from_bytes(stamp[1:3]) & 0xFFFE) << 14 | int.from_bytes(stamp[3:5]) >> 1
            )
            ends.append(end)
            sizes.append(end - start - _pes_header(data, start))
        else:
            ends[-1] = end
            sizes[-1] += end - start
    # the clock has 33 bits; the rate is constant, so the last frame lasts as long as the others
    ticks = [(later - earlier) % (1 << 33) for earlier, later in pairwise(times)]
    if len(set(ticks)) != 1:
        raise ValueError(f"the frame rate is not constant: steps {sorted(set(ticks))}")
    for end, size in zip(ends, sizes, strict=True):
        yield Frame("video", Fraction(ticks[0], 90_000), end, size)


def _ts_audio(data: bytes, packets: list[tuple[bool, int, int]]) -> Iterator[Frame]:
    """ADTS frames, each whole with the TS packet that holds its last byte: no receiver can use a part of a packet."""
    stream = bytearray()
    pieces: list[tuple[int, int]] = []
    for unit_start, packet_start, end in packets:
        start = packet_start + _pes_header(data, packet_start) if unit_start else packet_start
        stream += data[start:end]
        # how much of the stream is there with this packet, and where the packet ends
        pieces.append((len(stream), end))
    at = piece = 0
    while at < len(stream):
        if stream[at] != 0xFF or stream[at + 1] & 0xF0 != 0xF0:
            raise ValueError(f"no ADTS frame at byte {at} of the audio")
        length = (int.from_bytes(stream[at + 3 : at + 6]) >> 5) & 0x1FFF
        rate = _ADTS_RATES[stream[at + 2] >> 2 & 0xF]
        at += length
        while pieces[piece][0] < at:
            piece += 1
        yield Frame("audio", Fraction(1024, rate), pieces[piece][1], length)


def _fmp4_frames(data: bytes, init: bytes) -> Iterator[Frame]:
    tracks = _tracks(init)
    for kind, moof, end in _boxes(data, 0, len(data)):
        if kind != b"moof":
            continue
        for traf_kind, traf, traf_end in _boxes(data, moof + 8, end):
            if traf_kind == b"traf":
                yield from _track_fragment(data, moof, traf, traf_end, tracks)


def _track_fragment(
    data: bytes, moof: int, traf: int, end: int, tracks: dict[int, tuple[Stream, int]]
) -> Iterator[Frame]:
    track = default_duration = default_size = 0
    for kind, box, _ in _boxes(data, traf + 8, end):
        if kind == b"tfhd":
            flags = int.from_bytes(data[box + 9 : box + 12])
            track = _u32(data, box + 12)
            if flags & 1:
                raise ValueError("only offsets relative to the fragment are known here")
            at = box + 16 + (4 if flags & 0x2 else 0)
            if flags & 0x8:
                default_duration = _u32(data, at)
                at += 4
            if flags & 0x10:
                default_size = _u32(data, at)
        elif kind == b"trun":
            stream, timescale = tracks[track]
            flags = int.from_bytes(data[box + 9 : box + 12])
            count = _u32(data, box + 12)
            whole_at = moof + _u32(data, box + 16)
            at = box + 20 + (4 if flags & 0x4 else 0)
            for _ in range(count):
                duration, size = default_duration, default_size
                if flags & 0x100:
                    duration = _u32(data, at)
                    at += 4
                if flags & 0x200:
                    size = _u32(data, at)
                    at += 4
                at += (4 if flags & 0x400 else 0) + (4 if flags & 0x800 else 0)
                whole_at += size
                yield Frame(stream, Fraction(duration, timescale), whole_at, size)


def _tracks(init: bytes) -> dict[int, tuple[Stream, int]]:
    found: dict[int, tuple[Stream, int]] = {}
    moov, moov_end = next((at, end) for kind, at, end in _boxes(init, 0, len(init)) if kind == b"moov")
    for kind, trak, trak_end in _boxes(init, moov + 8, moov_end):
        if kind != b"trak":
            continue
        inside = {name: (at, end) for name, at, end in _boxes(init, trak + 8, trak_end)}
        media = {name: at for name, at, _ in _boxes(init, inside[b"mdia"][0] + 8, inside[b"mdia"][1])}
        header, times, handler = inside[b"tkhd"][0], media[b"mdhd"], media[b"hdlr"]
        track = _u32(init, header + (28 if init[header + 8] else 20))
        timescale = _u32(init, times + (28 if init[times + 8] else 20))
        found[track] = ("video" if init[handler + 16 : handler + 20] == b"vide" else "audio", timescale)
    return found


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while at < end:
        size = _u32(data, at)
        yield data[at + 4 : at + 8], at, at + size
        at += size


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4])
