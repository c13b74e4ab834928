"""A live packager: ffmpeg itself, which writes a playlist and segments into a folder for any web server to serve."""

import subprocess
import time
from pathlib import Path

TARGET = 2.0
"""Of its segments, in seconds."""


def sample(ffmpeg: str, path: Path, *, size: str, rate: int, bitrate: str, seconds: int = 8) -> Path:
    """Media to package, with a key frame every `TARGET` seconds."""
    sources = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    frames = str(int(TARGET * rate))
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-g", frames, "-keyint_min", frames, "-sc_threshold", "0"]
    video += ["-pix_fmt", "yuv420p", "-b:v", bitrate, "-maxrate", bitrate, "-bufsize", bitrate]
    video += ["-x264-params", "nal-hrd=cbr"]
    encode = [*sources, "-t", str(seconds), *video, "-c:a", "aac", "-f", "mpegts", str(path)]
    subprocess.run([ffmpeg, "-nostdin", "-loglevel", "error", "-y", *encode], check=True, timeout=120)
    return path


class Packager:
    """
    Packages a sample over and over, at the rate at which it plays.

    Args:
        ffmpeg: that does it.
        media: see `sample`.
        folder: for ``live.m3u8`` and, in ``segments``, the segments.
    """

    def __init__(self, ffmpeg: str, media: Path, folder: Path) -> None:
        (folder / "segments").mkdir(parents=True)
        output = ["-f", "hls", "-hls_time", str(TARGET), "-hls_list_size", "6", "-hls_delete_threshold", "6"]
        output += ["-hls_flags", "delete_segments+temp_file+program_date_time", "-hls_base_url", "segments/"]
        output += ["-hls_segment_filename", str(folder / "segments" / "%d.ts"), str(folder / "live.m3u8")]
        self._process = subprocess.Popen(
            [
                ffmpeg,
                "-nostdin",
                "-loglevel",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                str(media),
                "-c",
                "copy",
                *output,
            ],
            start_new_session=True,
        )
        self._folder = folder

    def wait_for(self, segments: int) -> None:
        """Until it has written so many."""
        deadline = time.monotonic() + 60
        while len([*(self._folder / "segments").glob("*.ts")]) < segments:
            assert self._process.poll() is None, "the packager has ended"
            assert time.monotonic() < deadline, "the packager writes nothing"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a crash does: without a word in the playlist."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> "Packager":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
