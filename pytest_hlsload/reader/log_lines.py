"""
Log lines of ffmpeg at level verbose → events

Texts rather than prefixes are matched: what stands before the level differs between versions.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pytest_hlsload.model.redaction import redact_text

# Longer lines carry nothing but somebody's garbage.
_LONGEST = 4096

_LINE = re.compile(r"(?:\[[^\]]*\] )*?\[(?P<level>panic|fatal|error|warning|info|verbose|debug|trace)\] (?P<text>.*)")

# What a reader prints for every segment as it goes along; so much of it that it is not read as other lines are.
_ROUTINE = re.compile(rb"\] (?:HLS request for url |Opening '|Skip \()")

# The first that matches names the line's kind. Kinds up to the blank line tell how far a reader has come; the others
# are evidence of trouble.
_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("opened", r"^\s+Duration: (?P<duration>[^,]+)(?:, start: (?P<start>-?[\d.]+))?"),
        # MPEG-TS shows by its stream types, which stand where other containers have a four-letter code.
        (
            "stream",
            r"^\s+Stream #(?P<of>\d+):\d+\S*: (?P<stream>Video|Audio): [^,]*?(?:(?P<mpegts>\[\d+\]\[0\]\[0\]\[0\])|,)",
        ),
        ("output", r"^Output #"),
        ("end_of_input", r"^EOF (?:while reading input|in input file)"),
        ("no_stream", r"^Stream map '[^']*' matches no streams|^Failed to set value '\d:[va]:0' for option 'map'"),
        ("noise", r"^Statistics: |^$|^Exiting with exit code"),
        # evidence
        ("segment_lost", r"^Segment \d+ of playlist \d+ failed too many times, skipping"),
        ("segment_lost", r"^skipping (?P<segments>\d+) segments ahead, expired from playlists"),
        ("http_error", r"^HTTP error (?P<status>\d{3})"),
        ("playlist_failed", r"^Failed to reload playlist|^parse_playlist error|^Empty playlist"),
        ("truncated", r"^Stream ends prematurely"),
        ("refused", r"Connection refused"),
        ("dns", r"^Failed to resolve hostname"),
        ("timeout", r"timed out"),
        ("tls", r"certificate|SSL routines|TLS|error in the pull function|^IO error:"),
        ("reset", r"Connection reset by peer|Broken pipe"),
        ("segment_failed", r"^Failed to open segment|^Error when loading first segment|^Failed to open an init"),
        ("segment_failed", r"^Unable to (?:open|read) key file"),
        ("sequence_reset", r"^Media sequence changed unexpectedly|m3u8 list sequence (?:have|may have) been wrap"),
        ("corrupt", r"Packet corrupt|corrupt input packet"),
        ("protocol", r"not on whitelist|is not in allowed|not a common multimedia extension|referred to an external"),
        ("memory", r"Cannot allocate memory|failed to map segment from shared object"),
        ("decode_error", r"rror while decoding|concealing \d+|corrupt decoded frame|rror submitting packet to decoder"),
        ("demux_error", r"^Error during demuxing|^Error demuxing input|: Input/output error$"),
        ("not_a_playlist", r"Invalid data found when processing input"),
    )
)

REQUESTS = frozenset({"segment_request", "playlist_request"})
"""That a reader asks for something: lines without a text."""

_PROGRESS = frozenset({"", "opened", "stream", "output", "end_of_input", "no_stream", "noise"}) | REQUESTS

# A reader that prints one of these within its last moments has failed, though it exits with status 0.
FAILED_AT_THE_END = frozenset({"playlist_failed", "demux_error"})

# These tell of segments that did not arrive, wholly or in part.
LOSSES = frozenset({"segment_lost", "segment_failed", "truncated", "timeout", "reset", "demux_error", "http_error"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """
    One line of a reader's log.

    Attributes:
        level: ffmpeg's, for example "warning"; "info" for what has none.
        text: without prefix and secrets.
        kind: what it tells; "" for nothing in particular.
        found: the parts of the text that matter for the kind.
    """

    level: str
    text: str
    kind: str
    found: dict[str, str]

    @property
    def is_evidence(self) -> bool:
        """Whether it tells of trouble."""
        return self.kind not in _PROGRESS


class LogParser:
    """Takes what a reader prints to its stderr, in pieces as they come."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[LogLine]:
        """The whole lines so far; of those that come with every segment, what is asked for."""
        lines = (self._rest + piece).replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop()[:_LONGEST]
        read = (_read_routine(line) if _ROUTINE.search(line) else read_line(line) for line in lines if line)
        return [line for line in read if line is not None]


def _read_routine(line: bytes) -> LogLine | None:
    if b"] HLS request" in line:
        return _segment_request(line.rpartition(b", playlist ")[2])
    return _PLAYLIST_REQUEST if b".m3u8" in line else None


@lru_cache(maxsize=16)
def _segment_request(playlist: bytes) -> LogLine:
    return LogLine("verbose", "", "segment_request", {"playlist": playlist.decode("ascii", "replace")[:4]})


_PLAYLIST_REQUEST = LogLine("info", "", "playlist_request", {})


def read_line(line: bytes) -> LogLine:
    """One line, as ffmpeg prints it with ``-loglevel level+verbose``."""
    text = line[:_LONGEST].decode("utf-8", "replace")
    level = "info"
    if found := _LINE.fullmatch(text):
        level, text = found["level"], found["text"]
    for kind, pattern in _KINDS:
        if match := pattern.search(text):
            parts = {name: value for name, value in match.groupdict().items() if value is not None}
            return LogLine(level, redact_text(text), kind, parts)
    return LogLine(level, redact_text(text), "", {})
