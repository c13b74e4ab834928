"""One channel by hand: `python -m pytest_hlsload.origin`, with faults typed on standard input."""

import argparse
import sys
import time
from collections.abc import Callable

from pytest_hlsload.origin.channel import Channel
from pytest_hlsload.origin.control import OriginError
from pytest_hlsload.origin.origin import Origin
from pytest_hlsload.origin.records import Fault
from pytest_hlsload.reader.binary import FfmpegError

COMMANDS = """\
hang [SECONDS]                     send nothing more to anybody
stale [SECONDS]                    serve the playlist as it is now
playlist_status CODE [SECONDS]     answer playlist requests with a status code
segment_status CODE [SECONDS]      answer segment requests with a status code
slow FACTOR [SECONDS]              send segments at FACTOR times real time
refuse [SECONDS]                   refuse connections, reset open ones
truncate [SHARE] [COUNT]           cut the next COUNT segments after a share of their bytes
sequence_reset [FIRST]             let the media sequence restart lower
encoder_restart                    discontinuity, timestamps restart
end                                end the stream (EXT-X-ENDLIST)
clear                              end all faults
faults                             list the faults so far
clients                            who has requested what
quit                               stop the origin
"""
_FAULTS: dict[str, Callable[[Channel, list[float]], Fault]] = {
    "hang": lambda channel, given: channel.hang(*given[:1]),
    "stale": lambda channel, given: channel.stale(*given[:1]),
    "playlist_status": lambda channel, given: channel.playlist_status(int(given[0]), seconds=_second(given)),
    "segment_status": lambda channel, given: channel.segment_status(int(given[0]), seconds=_second(given)),
    "slow": lambda channel, given: channel.slow(given[0], seconds=_second(given)),
    "refuse": lambda channel, given: channel.refuse(*given[:1]),
    "truncate": lambda channel, given: channel.truncate(*given[:1], count=int(_second(given) or 1)),
    "sequence_reset": lambda channel, given: channel.sequence_reset(*map(int, given[:1])),
    "encoder_restart": lambda channel, _: channel.encoder_restart(),
    "end": lambda channel, _: channel.end(),
}


def obey(channel: Channel, line: str) -> str:
    """Carry out one line and return what to print."""
    name, *words = line.split()
    try:
        if name in _FAULTS:
            return _described(_FAULTS[name](channel, [float(word) for word in words]))
        if name == "clear":
            channel.clear()
            return "all faults have ended"
        if name == "faults":
            return "\n".join(map(_described, channel.faults())) or "no faults so far"
        if name == "clients":
            return _clients(channel)
    except (ValueError, IndexError) as error:
        return f"that does not work: {error}\n{COMMANDS}"
    return f"unknown command {name!r}; there are:\n{COMMANDS}"


def _second(given: list[float]) -> float | None:
    return given[1] if len(given) > 1 else None


def _described(fault: Fault) -> str:
    details = " ".join(f"{name}={value}" for name, value in fault.details.items() if value is not None)
    now = time.monotonic()
    began = "waits" if fault.start is None else f"began {now - fault.start:.1f} s ago"
    ended = "" if fault.end is None else f", ended {now - fault.end:.1f} s ago"
    return " ".join(filter(None, (fault.kind, details, began))) + ended


def _clients(channel: Channel) -> str:
    delivery = channel.delivery()
    rows = []
    for client in delivery.clients:
        requests = [request for request in delivery.requests if request.client == client]
        kilobytes = sum(request.bytes_sent for request in requests) // 1000
        rows.append(f"{client or '(no User-Agent)'}: {len(requests)} requests, {kilobytes} kB")
    return "\n".join(rows) or "no requests so far"


def main(arguments: list[str] | None = None) -> int:
    """Serve one channel until `quit`, end of input or Ctrl+C; returns the exit status."""
    given = _options().parse_args(arguments)
    out = sys.stdout
    try:
        with Origin(given.ffmpeg) as origin:
            channel = origin.channel(
                container=given.container,
                fps=given.fps,
                audio=not given.no_audio,
                video=not given.no_video,
                segment_seconds=given.segment_seconds,
                bitrate=given.bitrate,
                window=given.window,
                kind="vod" if given.vod else "live",
                port=given.port,
            )
            out.write(f"{channel.url}\n\n{COMMANDS}")
            out.flush()
            for line in sys.stdin:
                if line.strip() == "quit":
                    break
                if line.strip():
                    out.write(obey(channel, line) + "\n")
                    out.flush()
    except KeyboardInterrupt:
        return 0
    except (OriginError, FfmpegError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m pytest_hlsload.origin",
        description="A live HLS origin on 127.0.0.1. It takes commands on standard input and ends with it.",
        epilog=COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    options.add_argument("--container", choices=["ts", "fmp4"], default="ts")
    options.add_argument("--fps", type=int, default=25)
    options.add_argument("--no-audio", action="store_true")
    options.add_argument("--no-video", action="store_true")
    options.add_argument("--segment-seconds", type=float, default=1.92, metavar="S")
    options.add_argument("--bitrate", type=int, default=300_000, metavar="BITS", help="video bits a second")
    options.add_argument("--window", type=int, default=6, help="segments in the playlist")
    options.add_argument("--vod", action="store_true", help="all segments and EXT-X-ENDLIST")
    options.add_argument("--ffmpeg", help="the ffmpeg that encodes (default: the one that readers would use)")
    return options


if __name__ == "__main__":
    sys.exit(main())
