"""The closed list of causes"""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """The closed list."""

    PLAYLIST_STALE = "playlist_stale"
    """The playlist was served but did not go on."""
    PLAYLIST_ERROR = "playlist_error"
    """The playlist could not be had or read."""
    SEGMENT_ERROR = "segment_error"
    """Segments could not be had, or not whole."""
    SEGMENT_SLOW = "segment_slow"
    """Segments came slower than they play."""
    REFUSED = "refused"
    """Connections were refused."""
    TIMEOUT = "timeout"
    """The network or the server did not answer in time."""
    DNS = "dns"
    """The host's name could not be resolved."""
    TLS = "tls"
    """No secure connection came about."""
    STREAM_ENDED = "stream_ended"
    """The playlist ended."""
    READER_CRASHED = "reader_crashed"
    """The reader died by its own fault."""
    READER_KILLED = "reader_killed"
    """Somebody else ended the reader."""
    READER_MUTE = "reader_mute"
    """The reader delivered nothing for so long that it was ended."""
    GENERATOR = "generator"
    """The machine that generates the load could not keep up."""
    UNKNOWN = "unknown"
    """Nothing on record tells."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Attributes:
        cause: from the closed list.
        evidence: what tells of it, in one line.
    """

    cause: Cause
    evidence: str
