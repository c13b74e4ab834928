"""The command line of a reader"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.media import Stream

# Longer than any mute reader is let live, so that the supervisor ends it rather than ffmpeg, which would drop the
# rest of a segment without a word.
_TIMEOUT_BEYOND_MUTE = 10.0

_FOR_EVER = "1000000"

# ffmpeg squeezes out jumps beyond ten seconds, and with them any trace of lost segments.
_KEEP_JUMPS = "86400"

# A playlist from elsewhere names what it likes: files of this machine and what pieces them together are not for it.
_PROTOCOLS = "http,https,tcp,tls,crypto,httpproxy,data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """
    What all readers of a load have in common.

    Attributes:
        ffmpeg: path of the executable.
        hls_options: the demuxer options that it knows.
        decode: whether to decode as well, to count decode errors.
        headers: sent with every request.
        mute_after: seconds without media after which the supervisor ends a reader.
    """

    ffmpeg: str
    hls_options: frozenset[str]
    decode: bool
    headers: Mapping[str, str]
    mute_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """
    A media playlist that a reader reads.

    Attributes:
        url: of the playlist.
        join: how many segments from the end of a live playlist to start.
        skip: how much of the beginning of a VOD to leave out, in seconds.
    """

    url: str
    join: int
    skip: float = 0.0


def reader_command(
    options: ReaderOptions,
    inputs: Sequence[Input],
    *,
    user_agent: str,
    streams: Sequence[Stream],
    outputs: Sequence[int],
) -> list[str]:
    """
    An ffmpeg that reads media playlists and prints a line a packet for each stream.

    Each stream is an output of its own: muxed into one, audio would wait for video and come out late. Given the
    multivariant playlist itself, ffmpeg would begin by fetching segments of every variant in it.

    Args:
        options: of the load.
        inputs: the playlist, and that of the sound where it is elsewhere.
        user_agent: tells the origin which client this is.
        streams: which to read, one each.
        outputs: the descriptors to print to, one a stream.
    """
    command = [options.ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+verbose"]
    command += ["-dts_delta_threshold", _KEEP_JUMPS]
    for it in inputs:
        command += _input(options, it, user_agent)
    places = [f"{_input_of(stream, inputs)}:{stream.value[0]}:0" for stream in streams]
    for place, output in zip(places, outputs, strict=True):
        command += ["-map", place, "-c", "copy", "-f", "framecrc", f"pipe:{output}"]
    if options.decode:
        for place in places:
            command += ["-map", place]
        command += ["-f", "null", "-"]
    return command


def _input_of(stream: Stream, inputs: Sequence[Input]) -> int:
    return len(inputs) - 1 if stream is Stream.AUDIO else 0


def _input(options: ReaderOptions, it: Input, user_agent: str) -> list[str]:
    given = ["-f", "hls", "-protocol_whitelist", _PROTOCOLS]
    given += ["-rw_timeout", str(int((options.mute_after + _TIMEOUT_BEYOND_MUTE) * 1e6))]
    user_agents = [value for name, value in options.headers.items() if name.lower() == "user-agent"]
    given += ["-user_agent", user_agents[0] if user_agents else user_agent]
    headers = [f"{name}: {value}\r\n" for name, value in options.headers.items() if name.lower() != "user-agent"]
    if headers:
        given += ["-headers", "".join(headers)]
    for name, value in (
        ("live_start_index", str(-it.join)),
        ("max_reload", _FOR_EVER),
        ("m3u8_hold_counters", _FOR_EVER),
        ("http_multiple", "0"),
        ("extension_picky", "0"),
        ("allowed_segment_extensions", "ALL"),
    ):
        if name in options.hls_options:
            given += [f"-{name}", value]
    if it.skip:
        given += ["-ss", f"{it.skip:.3f}"]
    return [*given, "-i", it.url]
