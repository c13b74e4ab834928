"""Media as a reader hands it over: runs of packets without a hole"""

from dataclasses import dataclass
from enum import StrEnum


class Stream(StrEnum):
    """The elementary streams that are counted, one of each."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """
    A packet by which the media can be known again, whatever its time stamps say.

    Attributes:
        start: the reader's own time, in seconds.
        mark: size and checksum of the packet's payload.
    """

    start: float
    mark: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """
    Packets of one stream, each beginning where the one before ended.

    Attributes:
        stream: which stream.
        start: decoding time of the first packet on the reader's own clock, in seconds.
        end: where the last packet ends, in seconds.
        frame: the duration of the last packet, in seconds.
        size: payload, in bytes.
        keyframes: those in the run, for relating readers; empty for audio.
    """

    stream: Stream
    start: float
    end: float
    frame: float
    size: int
    keyframes: tuple[Keyframe, ...] = ()
