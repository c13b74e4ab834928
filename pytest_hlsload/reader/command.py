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


def reader_command(
    options: ReaderOptions, url: str, *, user_agent: str, join: int, streams: Sequence[Stream], outputs: Sequence[int]
) -> list[str]:
    """
    An ffmpeg that reads ``url`` and prints a line a packet for each stream.

    Each stream is an output of its own: muxed into one, audio would wait for video and come out late.

    Args:
        options: of the load.
        url: the playlist.
        user_agent: tells the origin which client this is.
        join: how many segments from the end of a live playlist to start.
        streams: which to read, one each.
        outputs: the descriptors to print to, one a stream.
    """
    command = [options.ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+verbose"]
    command += ["-dts_delta_threshold", _KEEP_JUMPS, "-f", "hls", "-protocol_whitelist", _PROTOCOLS]
    command += ["-rw_timeout", str(int((options.mute_after + _TIMEOUT_BEYOND_MUTE) * 1e6))]
    user_agents = [value for name, value in options.headers.items() if name.lower() == "user-agent"]
    command += ["-user_agent", user_agents[0] if user_agents else user_agent]
    headers = [f"{name}: {value}\r\n" for name, value in options.headers.items() if name.lower() != "user-agent"]
    if headers:
        command += ["-headers", "".join(headers)]
    for name, value in (
        ("live_start_index", str(-join)),
        ("max_reload", _FOR_EVER),
        ("m3u8_hold_counters", _FOR_EVER),
        ("http_multiple", "0"),
        ("extension_picky", "0"),
        ("allowed_segment_extensions", "ALL"),
    ):
        if name in options.hls_options:
            command += [f"-{name}", value]
    command += ["-i", url]
    for stream, output in zip(streams, outputs, strict=True):
        command += ["-map", f"0:{stream.value[0]}:0", "-c", "copy", "-f", "framecrc", f"pipe:{output}"]
    if options.decode:
        for stream in streams:
            command += ["-map", f"0:{stream.value[0]}:0"]
        command += ["-f", "null", "-"]
    return command
