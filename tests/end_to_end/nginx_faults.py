"""Loads on nginx and a packager of ffmpeg's, each with a fault of its own, all side by side"""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.report import LoadReport

from .nginx import Nginx
from .packager import Packager, sample

# Seconds.
BEFORE, FAULT, AFTER = 3.0, 12.0, 13.0

# Bits a second of the sample; a little above half of that is what a slow segment gets.
BITRATE = 1_600_000


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Attributes:
        name: what is done.
        causes: what its stalls may be put down to; the first is what a reader of the report would call it.
        report: of the load that met it.
    """

    name: str
    causes: tuple[str, ...]
    report: LoadReport


def run(ffmpeg: str, folder: Path, *, clients: int) -> list[Fault]:
    """All faults at once, each with a load of so many clients."""
    folder.mkdir(parents=True)
    media = sample(ffmpeg, folder / "sample.ts", size="320x180", rate=25, bitrate=str(BITRATE))
    with ExitStack() as stack:
        served, doomed = folder / "served", folder / "doomed"
        # Links to the segments: taken away, nginx has none, whatever the packager writes.
        packager = stack.enter_context(Packager(ffmpeg, media, served))
        (served / "gone").mkdir()
        (served / "gone" / "live.m3u8").symlink_to(served / "live.m3u8")
        link = served / "gone" / "segments"
        link.symlink_to(served / "segments")
        victim = stack.enter_context(Packager(ffmpeg, media, doomed))
        shared = stack.enter_context(Nginx(folder / "nginx-1", served, limit=int(BITRATE / 8 * 0.55)))
        beside = stack.enter_context(Nginx(folder / "nginx-2", doomed))
        stopped = stack.enter_context(Nginx(folder / "nginx-3", served))
        packager.wait_for(5)
        victim.wait_for(5)

        def load(url: str) -> HlsLoad:
            return stack.enter_context(
                HlsLoad(url, clients=clients, ffmpeg=ffmpeg, report_dir=str(folder / "reports"), sentinel=True)
            )

        def remove_segments() -> None:
            link.unlink()
            time.sleep(FAULT)
            link.symlink_to(served / "segments")

        rows: list[tuple[str, tuple[str, ...], HlsLoad, Callable[[], None]]] = [
            ("packager stopped", ("playlist_stale",), load(beside.url("live.m3u8")), victim.kill),
            ("nginx stopped", ("timeout",), load(stopped.url("live.m3u8")), lambda: stopped.stop_for(FAULT)),
            ("segments removed", ("segment_error",), load(shared.url("gone/live.m3u8")), remove_segments),
            ("segments limited", ("segment_slow",), load(shared.url("limited/live.m3u8")), lambda: None),
        ]
        for _, _, each, _ in rows:
            each.wait_until_streaming("60s")
        rows[0][2].soak(BEFORE)
        doing = [threading.Thread(target=do) for *_, do in rows]
        for thread in doing:
            thread.start()
        rows[0][2].soak(FAULT + AFTER)
        for thread in doing:
            thread.join()
        return [Fault(name, causes, each.stop()) for name, causes, each, _ in rows]
