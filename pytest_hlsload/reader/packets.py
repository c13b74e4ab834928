"""
Packet lines (ffmpeg's framecrc muxer) → runs of media

A line is ``stream, dts, pts, duration, size, 0xchecksum[, F=0xflags][, S=...]``, in units of the time base that the
header names. A stream has an output of its own, so all lines of a parser are of one stream.

There are some seventy lines a second and client, more than of anything else that the supervisor looks at. Nearly all
follow each other evenly, and of those only the sizes need to be read one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.model.timeline import TOLERANCE

# Where ffmpeg pads its figures to, as long as they fit: up to 30 hours at 90 kHz.
_DTS, _DURATION, _SIZE = slice(3, 13), slice(25, 36), itemgetter(slice(37, 45))
_BEYOND = slice(45, 48)

# So many pieces are remembered. Readers that joined a live stream with the same segment print the same of every later
# one, to the letter; read in rounds, it is mostly cut in the same places; and all of them do within a segment's length.
_REMEMBERED = 256


class PacketParser:
    """
    Takes what one output prints, in pieces as they come.

    Args:
        stream: what the output carries.
    """

    __slots__ = ("_rest", "_unit", "stream")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._rest = ""
        self._unit = 0.0  # seconds

    def feed(self, piece: bytes) -> Sequence[Run]:
        """The runs in this piece: packets that follow each other without a hole."""
        whole = self._rest + piece.decode("latin-1")
        while whole.startswith("#") and "\n" in whole:
            line, _, whole = whole.partition("\n")
            self._header(line)
        end = whole.rfind("\n") + 1
        self._rest = whole[end:]
        return _runs_of(self.stream, self._unit, whole[:end]) if end else ()

    def _header(self, line: str) -> None:
        if line.startswith("#tb"):
            numerator, _, denominator = line.partition(":")[2].strip().partition("/")
            try:
                self._unit = int(numerator) / int(denominator)
            except (ValueError, ZeroDivisionError):
                self._unit = 0.0


@lru_cache(maxsize=_REMEMBERED)
def _runs_of(stream: Stream, unit: float, printed: str) -> tuple[Run, ...]:
    """
    The runs of whole lines, for all parsers that are given the same ones.

    Args:
        stream: what they are of.
        unit: of their times, in seconds.
        printed: the lines, as one piece.
    """
    lines = printed.split("\n")[:-1]
    spans = _even(unit, printed, lines) or _uneven(unit, lines)
    return tuple(
        Run(
            stream,
            span.first * unit,
            span.end * unit,
            span.frame * unit,
            span.size,
            _keyframes(span.lines, unit) if stream is Stream.VIDEO else (),
        )
        for span in spans
    )


@dataclass(slots=True)
class _Span:
    """What a run is made from, in the reader's units."""

    lines: list[str]
    first: int
    end: int
    frame: int
    size: int


def _even(unit: float, printed: str, lines: list[str]) -> list[_Span]:
    """
    The run of lines of equal durations that add up to what lies between the first and the last; else nothing.

    A jump that the same lines undo is passed over. ffmpeg lets no time stamp of an output go back, so that only shorter
    steps could undo it, and the media is the same.
    """
    first, last, number = lines[0], lines[-1], len(lines)
    if not first[_BEYOND] == last[_BEYOND] == ", 0" or printed.count(first[_DURATION]) != number:
        return []
    try:
        start, reached, duration = int(first[_DTS]), int(last[_DTS]), int(first[_DURATION][1:-1])
        sizes = [*map(int, map(_SIZE, lines))]
    except ValueError:
        return []
    if duration in sizes:  # it was counted among the durations
        return []
    if abs(reached - start - (number - 1) * duration) > _tolerance(unit):
        return []
    return [_Span(lines, start, reached + duration, duration, sum(sizes))]


def _uneven(unit: float, lines: list[str]) -> list[_Span]:
    """The runs of any lines."""
    tolerance = _tolerance(unit)
    spans: list[_Span] = []
    for line in lines:
        fields = line.split(",")
        try:
            dts, duration, size, _ = int(fields[1]), int(fields[3]), int(fields[4]), int(fields[5], 16)
        except (IndexError, ValueError):
            continue  # a header line, or garbage: not media
        end = dts + duration
        if spans and abs(dts - spans[-1].end) <= tolerance:
            span = spans[-1]
            span.lines.append(line)
            span.end, span.frame = end, duration
            span.size += size
        else:
            spans.append(_Span([line], dts, end, duration, size))
    return spans


def _tolerance(unit: float) -> int:
    """In units."""
    return int(TOLERANCE / unit) if unit else 0


def _keyframes(lines: list[str], unit: float) -> tuple[Keyframe, ...]:
    found = [line.split(",") for line in lines if "F=" not in line]
    return tuple(Keyframe(int(fields[1]) * unit, (int(fields[4]), int(fields[5], 16))) for fields in found)
