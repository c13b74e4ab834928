"""
Packet lines (ffmpeg's framecrc muxer) → runs of media

A line is ``stream, dts, pts, duration, size, 0xchecksum[, F=0xflags][, S=...]``, in units of the time base that the
header names. A stream has an output of its own, so all lines of a parser are of one stream.
"""

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.model.timeline import TOLERANCE


class PacketParser:
    """
    Takes what one output prints, in pieces as they come.

    Args:
        stream: what the output carries.
    """

    __slots__ = ("_rest", "_unit", "packets", "stream")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.packets = 0
        """Lines so far."""
        self._rest = b""
        self._unit = 0.0  # seconds

    def feed(self, piece: bytes) -> list[Run]:
        """The runs in this piece: packets that follow each other without a hole."""
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        while lines and lines[0].startswith(b"#"):
            self._header(lines.pop(0))
        runs: list[Run] = []
        tolerance = int(TOLERANCE / self._unit) if self._unit else 0
        keyframes: list[Keyframe] = []
        video = self.stream is Stream.VIDEO
        first = end = size = duration = 0
        packets = 0
        for line in lines:
            fields = line.split(b",")
            try:
                dts, duration, length = int(fields[1]), int(fields[3]), int(fields[4])
            except (IndexError, ValueError):
                continue  # a header line, or garbage: not media
            if packets and not -tolerance <= dts - end <= tolerance:
                runs.append(self._run(first, end, duration, size, keyframes))
                packets = size = 0
                keyframes = []
            if not packets:
                first = dts
            packets += 1
            self.packets += 1
            end = dts + duration
            size += length
            if video and b"F=" not in line:
                keyframes.append(Keyframe(dts * self._unit, (length, int(fields[5], 16))))
        if packets:
            runs.append(self._run(first, end, duration, size, keyframes))
        return runs

    def _run(self, first: int, end: int, duration: int, size: int, keyframes: list[Keyframe]) -> Run:
        unit = self._unit
        return Run(self.stream, first * unit, end * unit, duration * unit, size, tuple(keyframes))

    def _header(self, line: bytes) -> None:
        if line.startswith(b"#tb"):
            numerator, _, denominator = line.partition(b":")[2].strip().partition(b"/")
            try:
                self._unit = int(numerator) / int(denominator)
            except (ValueError, ZeroDivisionError):
                self._unit = 0.0
