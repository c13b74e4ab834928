"""
The same stall as a real player sees it: hls.js in headless Chromium (some 4 minutes)

    PYTHONPATH=tests python -m benchmarks.real_player [--player hls.js|chromium] [--repeats 2] [--small] [FFMPEG]

Chromium (Debian's package) plays a channel of the built-in origin, with hls.js (fetched with npm into a temporary
folder) or by itself, while a load of three clients reads the same channel. Then the channel fails. The player's
playhead is looked at twenty times a second: where it stands still for half a second or more after it has moved, that is
a stall. A player decides by itself how far behind the live edge it plays, so what either had in its buffer is printed
as well: a little after the fault began, when both have looked at the playlist once more and nothing else can come.
"""

import argparse
import contextlib
import json
import shutil
import statistics
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table
from truth.loads import zero_of

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.origin import Channel, Origin

# A little more than from one look at the playlist to the next.
_SETTLED = 2.2

Faults = dict[str, tuple[Callable[[Channel], object], float]]

_FAULTS: Faults = {
    "hang 12 s": (lambda channel: channel.hang(12), 20),
    "playlist stale 16 s": (lambda channel: channel.stale(16), 24),
    "connections refused for 9 s": (lambda channel: channel.refuse(9), 22),
}

_PAGE = """<!doctype html><video muted autoplay></video>%s<script>
let looks = [];
video.addEventListener("canplay", () => video.play());
setInterval(() => {
    const ahead = video.buffered.length ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0;
    looks.push([Date.now() / 1000, video.currentTime, ahead]);
}, 50);
setInterval(() => { fetch("looks", {method: "POST", body: JSON.stringify(looks)}); looks = []; }, 500);
</script>"""

_PLAYERS = {
    "hls.js": """<script src="hls.js"></script><script>
const video = document.querySelector("video"), hls = new Hls();
hls.loadSource("%s");
hls.attachMedia(video);
hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) setTimeout(() => hls.startLoad(), 1000); });
</script>""",
    "chromium": """<script>
const video = document.querySelector("video");
video.src = "%s";
</script>""",
}


@dataclass(slots=True)
class Player:
    """What the page has told: moments on the monotonic clock, places of the playhead, seconds in the buffer."""

    looks: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def plays(self) -> bool:
        """Whether its playhead has moved for a second."""
        recent = self.looks[-20:]
        return len(recent) == 20 and recent[-1][1] - recent[0][1] > 0.5

    def buffer_at(self, at: float) -> float:
        """In seconds."""
        return min(self.looks, key=lambda look: abs(look[0] - at))[2]

    def stalls(self, since: float) -> list[tuple[float, float]]:
        """Start and length of each, on the monotonic clock; one that is not over counts to the last look."""
        found, moved = [], since
        for (_, before, _), (at, now, _) in zip(self.looks, self.looks[1:], strict=False):
            if at < since or now == before:
                continue
            if at - moved >= SHORTEST_COUNTED:
                found.append((moved, at - moved))
            moved = at
        if self.looks and self.looks[-1][0] - moved >= SHORTEST_COUNTED:
            found.append((moved, self.looks[-1][0] - moved))
        return found


@contextlib.contextmanager
def playing(url: str, script: Path | None) -> Iterator[Player]:
    """Chromium, with hls.js or by itself, for as long as the block lasts."""
    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("chromium is not installed")
    player, wall = Player(), time.time() - time.monotonic()
    page = _PAGE % _PLAYERS["hls.js" if script else "chromium"] % url

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if script and self.path == "/hls.js":
                self._answer(script.read_bytes(), "text/javascript")
            else:
                self._answer(page.encode(), "text/html")

        def do_POST(self) -> None:
            told: list[Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            player.looks += [(at - wall, place, ahead) for at, place, ahead in told]
            self._answer(b"", "text/plain")

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as profile:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio", f"--user-data-dir={profile}"]
        flags += ["--autoplay-policy=no-user-gesture-required", "--no-first-run", "--disable-dev-shm-usage"]
        process = subprocess.Popen(
            [browser, *flags, f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield player
        finally:
            process.terminate()
            process.wait(20)
            server.shutdown()
            thread.join()


def measure(script: Path | None, ffmpeg: str, fault: Callable[[Channel], object], after: float) -> list[str]:
    """Buffers and stalls of both, as cells of a row."""
    with Origin() as origin, tempfile.TemporaryDirectory(prefix="hlsload-player-") as folder:
        channel = origin.channel(bitrate=1_000_000)
        load = HlsLoad(channel.url, clients=3, ffmpeg=ffmpeg, report_dir=folder, summary_interval=0)
        with playing(channel.url, script) as player, load:
            until = time.monotonic() + 40
            while not player.plays and time.monotonic() < until:
                time.sleep(0.1)
            load.wait_until_streaming(30)
            load.soak(5)
            began = time.monotonic()
            fault(channel)
            load.soak(min(_SETTLED, after / 2))
            settled = time.monotonic()
            load.mark("settled")  # at which the buffers are sampled
            load.soak(began + after - settled)
            report = load.stop()
            time.sleep(1)
        zero = zero_of(load)
        ours = [first for client in report.clients if (first := _first(client, zero))]
        theirs = player.stalls(began)
        if not player.looks:
            raise SystemExit("Chromium did not play the stream")
        sample = min(report.facts.samples, key=lambda it: abs(zero + it.at - settled))
        buffers = statistics.median(sample.level), player.buffer_at(zero + sample.at)
        cells = [f"{buffers[0]:.1f} s", f"{buffers[1]:.1f} s"]
        if not ours or not theirs:
            return [*cells, *(f"{len(it)} stalls" for it in (ours, theirs)), "-", "-", "-"]
        at, length = (statistics.median(values) for values in zip(*ours, strict=True))
        apart = at - theirs[0][0]
        cells += [f"{at - began:.2f} s", f"{theirs[0][0] - began:.2f} s", f"{apart:+.2f} s"]
        return [*cells, f"{apart - (buffers[0] - buffers[1]):+.2f} s", f"{length:.1f} s / {theirs[0][1]:.1f} s"]


def _first(client: ClientReport, zero: float) -> tuple[float, float] | None:
    """The first stall worth the name: its start on the monotonic clock, and its length."""
    return next(((zero + s.start, s.duration) for s in client.stalls if s.duration >= SHORTEST_COUNTED), None)


def _hls_js(folder: Path) -> tuple[Path, str]:
    """The script, and which version it is."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed")
    subprocess.run([npm, "pack", "hls.js"], cwd=folder, check=True, capture_output=True)
    [package] = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        archive.extract("package/dist/hls.min.js", folder, filter="data")
    return folder / "package/dist/hls.min.js", f" {package.stem.rpartition('-')[2]}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--player", choices=_PLAYERS, default="hls.js", help="hls.js, or Chromium's own")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="a short fault: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    ffmpeg = ffmpeg_of(given)
    faults: Faults = {"hang 1 s": (lambda channel: channel.hang(1), 1.0)} if given.small else _FAULTS
    print(machine())
    with tempfile.TemporaryDirectory(prefix="hlsload-hlsjs-") as name:
        script, release = _hls_js(Path(name)) if given.player == "hls.js" else (None, "")
        print(f"ffmpeg {version(ffmpeg)}, {given.player}{release}, segments of 1.92 s.\n")
        rows = [
            [fault, *measure(script, ffmpeg, *faults[fault])]
            for fault in faults
            for _ in range(1 if given.small else given.repeats)
        ]
    head = [
        "fault",
        "our buffer",
        "the player's",
        "our stall after",
        "the player's after",
        "apart",
        "apart, buffers evened out",
    ]
    print(table([*head, "lengths"], rows))


if __name__ == "__main__":
    main()
