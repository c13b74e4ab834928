"""
How states and causes are drawn: a colour, a pattern and a word, so that nobody needs the colour

Colours are names of the style sheet's properties (`page.css`), which knows light, dark and print. Those of the causes
are of Okabe and Ito's palette; causes of one family share a colour and differ in the pattern.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.states import State


@dataclass(frozen=True, slots=True)
class Look:
    """
    Attributes:
        word: what it is called.
        color: the name of a property in the style sheet.
        pattern: plotly's name of the hatching; "" for none.
    """

    word: str
    color: str
    pattern: str = ""

    @property
    def pattern_id(self) -> str:
        """Of the same hatching in the page's own pictures; "" for none."""
        return _PATTERN_IDS[self.pattern]


STATES: Mapping[State, Look] = {
    State.STREAMING: Look("streaming", "--streaming"),
    State.BUFFERING: Look("buffering", "--buffering", "/"),
    State.STARTING: Look("starting", "--starting", "."),
    State.BACKOFF: Look("backoff (no reader)", "--backoff", "x"),
    State.ENDED: Look("ended", "--ended", "-"),
    State.LOST: Look("lost (with its host)", "--grey", "+"),
}
"""In the order in which they are stacked; an idle client is not there."""

CAUSES: Mapping[Cause, Look] = {
    Cause.PLAYLIST_STALE: Look("playlist_stale", "--orange"),
    Cause.PLAYLIST_ERROR: Look("playlist_error", "--orange", "/"),
    Cause.SEGMENT_SLOW: Look("segment_slow", "--vermilion"),
    Cause.SEGMENT_ERROR: Look("segment_error", "--vermilion", "\\"),
    Cause.REFUSED: Look("refused", "--blue"),
    Cause.TIMEOUT: Look("timeout", "--blue", "-"),
    Cause.DNS: Look("dns", "--blue", "|"),
    Cause.TLS: Look("tls", "--blue", "+"),
    Cause.STREAM_ENDED: Look("stream_ended", "--grey", "."),
    Cause.READER_CRASHED: Look("reader_crashed", "--purple"),
    Cause.READER_KILLED: Look("reader_killed", "--purple", "/"),
    Cause.READER_MUTE: Look("reader_mute", "--purple", "-"),
    Cause.GENERATOR: Look("generator", "--yellow", "x"),
    Cause.UNKNOWN: Look("unknown", "--grey"),
}

_PATTERN_IDS = {
    "": "",
    "/": "slash",
    "\\": "backslash",
    "-": "bars",
    "|": "posts",
    "x": "cross",
    "+": "grid",
    ".": "dots",
}
