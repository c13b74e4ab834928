"""The test media: encoded once by ffmpeg's own sources, in segments whose audio and video end together."""

import asyncio
import contextlib
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol

from pytest_hlsload.origin.fmp4 import Fmp4Lap
from pytest_hlsload.origin.mpegts import TsLap

Container = Literal["ts", "fmp4"]
SUFFIX: dict[Container, str] = {"ts": "ts", "fmp4": "m4s"}
_SAMPLE_RATE = 48_000
_AUDIO_FRAME = Fraction(1024, _SAMPLE_RATE)
_LAP_SECONDS = 24
_ENCODE_TIMEOUT = 30


class EncodeError(RuntimeError):
    """ffmpeg could not make the test media; the message says what it printed."""


class Lap(Protocol):
    """Segments that repeat for ever as one continuous stream."""

    init: bytes | None

    def __len__(self) -> int:
        """Segments in one lap."""

    def segment(self, position: int) -> bytes:
        """The bytes of the segment at a position, counted from the encoder's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSpec:
    """
    What to encode.

    Attributes:
        container: `ts` or `fmp4`.
        fps: video frames a second; 0 for no video.
        height: of the picture (pixels); it is 16:9.
        audio: whether there is AAC audio (48 kHz, mono).
        wanted_seconds: how long a segment should be (s); see `segment_seconds`.
        bitrate: video bits a second, constant (filled up where the picture needs less).
        first_timestamp: where the timestamps of a fresh encoder begin (s).
    """

    container: Container = "ts"
    fps: int = 25
    height: int = 108
    audio: bool = True
    wanted_seconds: float = 1.92
    bitrate: int = 300_000
    first_timestamp: float = 0.0

    def __post_init__(self) -> None:
        if self.container not in SUFFIX:
            raise ValueError(f"container is 'ts' or 'fmp4', not {self.container!r}")
        if self.fps < 0 or self.wanted_seconds <= 0 or self.bitrate <= 0:
            raise ValueError("fps cannot be negative, segment seconds and bitrate must be above 0")
        if self.height < 16 or self.height % 2:
            raise ValueError("the picture's height is an even number, 16 or more")
        if not self.fps and not self.audio:
            raise ValueError("a channel needs video (fps above 0) or audio")

    @property
    def width(self) -> int:
        """Of the picture (pixels)."""
        return 2 * round(self.height * 8 / 9)

    @property
    def segment_seconds(self) -> Fraction:
        """
        The duration of every segment (s): the nearest to the wanted one that is whole in video and audio frames.

        So audio and video end together, and no buffer threshold lies on a knife's edge between them.
        """
        frame = Fraction(1, self.fps) if self.fps else _AUDIO_FRAME
        period = _common_multiple(frame, _AUDIO_FRAME) if self.audio else frame
        return period * max(1, round(Fraction(self.wanted_seconds) / period))

    @property
    def lap_segments(self) -> int:
        """Segments that are encoded; the stream repeats them, with timestamps that go on."""
        return max(2, round(_LAP_SECONDS / self.segment_seconds))


async def encode(ffmpeg: str, spec: MediaSpec) -> Lap:
    """
    Encode one lap of media.

    Raises:
        EncodeError: ffmpeg cannot be started, fails, takes too long or makes other segments than expected.
    """
    with tempfile.TemporaryDirectory(prefix="hlsload-origin-") as folder:
        await _run(ffmpeg, _arguments(spec), folder)
        return _lap(Path(folder), spec)


def _lap(folder: Path, spec: MediaSpec) -> Lap:
    # the first segment carries the audio encoder's priming frame and is one frame longer
    wanted = [folder / f"{index:03d}" for index in range(1, spec.lap_segments + 1)]
    if missing := [path.name for path in wanted if not path.exists()]:
        raise EncodeError(f"ffmpeg made no segments {', '.join(missing)} of the test media")
    segments = [path.read_bytes() for path in wanted]
    seconds = spec.segment_seconds
    start = Fraction(spec.first_timestamp)
    if spec.container == "ts":
        return TsLap(segments, seconds, start)
    init = (folder / "init.mp4").read_bytes()
    return Fmp4Lap(init, segments, seconds, skipped=seconds, first_timestamp=start)


def _common_multiple(first: Fraction, second: Fraction) -> Fraction:
    return Fraction(
        math.lcm(first.numerator, second.numerator),
        math.gcd(first.denominator, second.denominator),
    )


def _arguments(spec: MediaSpec) -> Iterator[str]:
    yield from ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
    seconds = spec.segment_seconds
    if spec.fps:
        yield from ("-f", "lavfi", "-i", f"testsrc2=size={spec.width}x{spec.height}:rate={spec.fps}")
    if spec.audio:
        yield from ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={_SAMPLE_RATE}")
    yield from ("-t", f"{float(seconds * (spec.lap_segments + 1)) + 0.5:.6f}")
    if spec.fps:
        frames = str(int(seconds * spec.fps))
        rate = str(spec.bitrate)
        yield from ("-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-threads", "2")
        yield from ("-g", frames, "-keyint_min", frames, "-sc_threshold", "0", "-pix_fmt", "yuv420p")
        yield from ("-b:v", rate, "-maxrate", rate, "-bufsize", str(spec.bitrate // 2), "-x264-params", "nal-hrd=cbr")
    if spec.audio:
        # the fast coder without its tools halves the cost; a test tone needs none of them
        yield from ("-map", "1:a" if spec.fps else "0:a", "-c:a", "aac", "-b:a", "64k")
        yield from ("-aac_coder", "fast", "-aac_tns", "0", "-aac_is", "0", "-aac_pns", "0")
    kind = "mpegts" if spec.container == "ts" else "fmp4"
    # rounded down: a cut must not miss its key frame by a rounding error
    yield from ("-f", "hls", "-hls_time", f"{math.floor(seconds * 1_000_000) / 1_000_000:.6f}")
    yield from ("-hls_list_size", "0", "-hls_segment_type", kind, "-hls_segment_filename", "%03d", "live.m3u8")


async def _run(ffmpeg: str, arguments: Iterator[str], folder: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            ffmpeg,
            *arguments,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise EncodeError(f"cannot run {ffmpeg}: {error}") from error
    try:
        async with asyncio.timeout(_ENCODE_TIMEOUT):
            _, printed = await process.communicate()
    except TimeoutError:
        raise EncodeError(f"{ffmpeg} did not encode the test media within {_ENCODE_TIMEOUT} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        tail = printed.decode(errors="replace").strip()[-500:] or "it printed nothing"
        raise EncodeError(f"{ffmpeg} could not encode the test media (exit status {process.returncode}): {tail}")
