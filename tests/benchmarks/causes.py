"""
Is the named cause the true one? A fault → cause → evidence table, written into docs/causes.md between its marks; the
one of the last ffmpeg, without the counts, into the README.

``PYTHONPATH=tests python -m benchmarks.causes FFMPEG …`` on a quiet machine: ten clients a fault, the faults of the
built-in origin a few at a time, then those of nginx and a packager all at once.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import written
from end_to_end import nginx_faults

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.origin import Channel, Origin

CLIENTS = 10
AT_ONCE = 3
BEFORE, AFTER = 4.0, 30.0

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cause: str
    fault: Callable[[Channel], object]
    bitrate: int = 300_000


ROWS = (
    Row("the origin hangs for 12 s", "timeout", lambda channel: channel.hang(12)),
    Row("… in the middle of a segment", "timeout", lambda channel: channel.hang(12, at_byte=150_000), 4_000_000),
    Row("the playlist stands still for 16 s", "playlist_stale", lambda channel: channel.stale(16)),
    Row("the playlist answers 503 for 9 s", "playlist_error", lambda channel: channel.playlist_status(503, seconds=9)),
    Row("segments answer 404 for 9 s", "segment_error", lambda channel: channel.segment_status(404, seconds=9)),
    Row("segments at 0.4 of their rate", "segment_slow", lambda channel: channel.slow(0.4, seconds=14), 4_000_000),
    Row("connections refused for 9 s", "refused", lambda channel: channel.refuse(9)),
    Row("segments cut in half for 12 s", "segment_error", lambda channel: channel.truncate(seconds=12, count=None)),
    Row("the media sequence starts again", "playlist_error", lambda channel: channel.sequence_reset()),
    Row("the encoder restarts", "", lambda channel: channel.encoder_restart()),
)


def origin_faults(ffmpeg: str, folder: Path) -> Iterator[tuple[str, str, LoadReport]]:
    with Origin() as origin:
        for rows in (ROWS[first : first + AT_ONCE] for first in range(0, len(ROWS), AT_ONCE)):
            with ExitStack() as stack:
                running = []
                for row in rows:
                    channel = origin.channel(bitrate=row.bitrate)
                    load = HlsLoad(channel.url, clients=CLIENTS, ffmpeg=ffmpeg, report_dir=str(folder))
                    running.append((row, channel, stack.enter_context(load)))
                for _, _, load in running:
                    load.wait_until_streaming("60s")
                running[0][2].soak(BEFORE)
                for row, channel, _ in running:
                    row.fault(channel)
                running[0][2].soak(AFTER)
                for row, _, load in running:
                    yield row.name, row.cause, load.stop()


def line(name: str, cause: str, report: LoadReport) -> str:
    """Of the table: how many stalls there were, and how many of them were put down to the fault."""
    stalls = [stall for client in report.clients for stall in client.stalls if stall.duration >= 0.5]
    found = Counter(stall.cause.value for stall in stalls)
    others = ", ".join(f"{other} {count}" for other, count in found.items() if other != cause) or "none"
    longest = max(stalls, key=lambda stall: stall.duration, default=None)
    evidence = longest.evidence.replace("|", "/") if longest else "no stall"
    verdict = "" if report.verdict != "invalid" else " (invalid)"
    sys.stderr.write(f"{name}: {dict(found)} {report.generator!r}\n")
    share = f"{found[cause]} of {len(stalls)}"
    return f"| {name}{verdict} | {cause or 'none'} | {share} | {others} | {evidence} |"


def table(ffmpeg: str, folder: Path) -> Iterator[str]:
    version = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
    load = os.getloadavg()[0]
    yield f"ffmpeg {version}, {CLIENTS} clients a fault, load average {load:.1f} at the start:"
    yield ""
    yield "| fault | cause | of the stalls | others | evidence of the longest |"
    yield "|---|---|---|---|---|"
    for name, cause, report in origin_faults(ffmpeg, folder):
        yield line(name, cause, report)
    for fault in nginx_faults.run(ffmpeg, folder / "nginx", clients=CLIENTS):
        yield line(f"nginx: {fault.name}", fault.causes[0], fault.report)
    yield ""


def in_short(lines: Sequence[str]) -> list[str]:
    """The last table: fault, cause and evidence."""
    first = max(number for number, text in enumerate(lines) if text.startswith("| fault "))
    columns = [text.strip("|").split("|") for text in lines[first:] if text.startswith("|")]
    return [f"|{fault}|{cause}|{evidence}|" for fault, cause, _, _, evidence in columns]


def main(ffmpegs: Sequence[str]) -> None:
    lines: list[str] = []
    for ffmpeg in ffmpegs:
        with tempfile.TemporaryDirectory() as folder:
            lines += table(ffmpeg, Path(folder))
    for document, told in ((ROOT / "docs" / "causes.md", lines), (ROOT / "README.md", in_short(lines))):
        page = document.read_text(encoding="utf-8")
        document.write_text(written(page, "causes", "\n".join(told)), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
