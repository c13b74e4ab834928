"""
Packet lines (ffmpeg's framecrc muxer) → runs of media

A line is ``stream, dts, pts, duration, size, 0xchecksum[, F=0xflags][, S=...]``, in units of the time base that the
header names. A stream has an output of its own, so all lines of a parser are of one stream.

There are some seventy lines a second and client, more than of anything else that the supervisor looks at. Nearly all
follow each other evenly, and of those only the sizes need to be read one by one.
"""

from operator import itemgetter

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.model.timeline import TOLERANCE

# Where ffmpeg pads its figures to, as long as they fit: up to 30 hours at 90 kHz.
_DTS, _DURATION, _SIZE = slice(3, 13), slice(25, 36), itemgetter(slice(37, 45))
_BEYOND = slice(45, 48)


class PacketParser:
    """
    Takes what one output prints, in pieces as they come.

    Args:
        stream: what the output carries.
    """

    __slots__ = ("_rest", "_tolerance", "_unit", "stream")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._rest = ""
        self._unit = 0.0  # seconds
        self._tolerance = 0  # units

    def feed(self, piece: bytes) -> list[Run]:
        """The runs in this piece: packets that follow each other without a hole."""
        whole = self._rest + piece.decode("latin-1")
        lines = whole.split("\n")
        self._rest = lines.pop()
        while lines and lines[0].startswith("#"):
            self._header(lines.pop(0))
        if not lines:
            return []
        even = self._even(whole, lines)
        return [even] if even is not None else self._uneven(lines)

    def _even(self, whole: str, lines: list[str]) -> Run | None:
        """
        The run of lines of equal durations that add up to what lies between the first and the last; else None.

        A jump that the same lines undo is passed over. ffmpeg lets no time stamp of an output go back, so that only
        shorter steps could undo it, and the media is the same.
        """
        first, last, number = lines[0], lines[-1], len(lines)
        if not first[_BEYOND] == last[_BEYOND] == ", 0" or whole.count(first[_DURATION]) != number:
            return None
        try:
            start, reached, duration = int(first[_DTS]), int(last[_DTS]), int(first[_DURATION][1:-1])
            sizes = [*map(int, map(_SIZE, lines))]
        except ValueError:
            return None
        if duration in sizes:  # it was counted among the durations
            return None
        if abs(reached - start - (number - 1) * duration) > self._tolerance:
            return None
        return self._run(lines, start, reached + duration, duration, sum(sizes))

    def _uneven(self, lines: list[str]) -> list[Run]:
        """The runs of any lines."""
        runs: list[Run] = []
        run: list[str] = []
        first = end = size = frame = 0
        for line in lines:
            fields = line.split(",")
            try:
                dts, duration, length, _ = int(fields[1]), int(fields[3]), int(fields[4]), int(fields[5], 16)
            except (IndexError, ValueError):
                continue  # a header line, or garbage: not media
            if run and abs(dts - end) > self._tolerance:
                runs.append(self._run(run, first, end, frame, size))
                run, size = [], 0
            if not run:
                first = dts
            run.append(line)
            end, frame = dts + duration, duration
            size += length
        if run:
            runs.append(self._run(run, first, end, frame, size))
        return runs

    def _run(self, lines: list[str], first: int, end: int, frame: int, size: int) -> Run:
        unit = self._unit
        keyframes = self._keyframes(lines) if self.stream is Stream.VIDEO else ()
        return Run(self.stream, first * unit, end * unit, frame * unit, size, keyframes)

    def _keyframes(self, lines: list[str]) -> tuple[Keyframe, ...]:
        found = [line.split(",") for line in lines if "F=" not in line]
        return tuple(Keyframe(int(fields[1]) * self._unit, (int(fields[4]), int(fields[5], 16))) for fields in found)

    def _header(self, line: str) -> None:
        if line.startswith("#tb"):
            numerator, _, denominator = line.partition(":")[2].strip().partition("/")
            try:
                self._unit = int(numerator) / int(denominator)
            except (ValueError, ZeroDivisionError):
                self._unit = 0.0
            self._tolerance = int(TOLERANCE / self._unit) if self._unit else 0
