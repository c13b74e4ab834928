import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.origin.media import MediaSpec


def ffmpegs() -> Iterator[str]:
    """Every ffmpeg that this environment has: a stream must be whole for all of them."""
    if found := shutil.which("ffmpeg"):
        yield found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        yield get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        pass


def read(ffmpeg: str, channel: Channel, *output: str) -> tuple[str, list[str]]:
    """What ffmpeg prints, and its complaints."""
    command = [ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+verbose", "-i", channel.url]
    ran = subprocess.run([*command, *output], capture_output=True, text=True, timeout=120, check=True)
    complaints = [
        line
        for line in ran.stderr.splitlines()
        # the second is printed whenever a server closes an idle connection
        if ("[warning]" in line or "[error]" in line or "corrupt" in line)
        and "Error reading HTTP response: End of file" not in line
    ]
    return ran.stdout, complaints


def packets(framecrc: str) -> dict[str, list[tuple[int, int]]]:
    """(dts, duration) of each packet, by stream."""
    streams: dict[str, list[tuple[int, int]]] = {}
    for line in framecrc.splitlines():
        if not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            streams.setdefault(fields[0], []).append((int(fields[1]), int(fields[3])))
    return streams


@pytest.mark.parametrize("ffmpeg", list(ffmpegs()), ids=lambda path: Path(path).name)
@pytest.mark.parametrize(
    "media",
    [
        {"container": "ts"},
        {"container": "fmp4"},
        {"container": "ts", "fps": 10, "audio": False},
        {"container": "fmp4", "video": False},
        # the 33-bit clock wraps in the second lap
        {"container": "ts", "first_timestamp": 95_400},
    ],
    ids=str,
)
def test_laps_join_without_a_seam(origin: Origin, ffmpeg: str, media: dict[str, object]) -> None:
    channel = origin.channel(kind="vod", vod_seconds=60, **media)  # type: ignore[arg-type]
    printed, complaints = read(ffmpeg, channel, "-map", "0", "-c", "copy", "-f", "framecrc", "-")
    assert complaints == []
    for found in packets(printed).values():
        assert all(dts + duration == following for (dts, duration), (following, _) in pairwise(found))
    _, complaints = read(ffmpeg, channel, "-xerror", "-f", "null", "-")
    assert complaints == []


def test_audio_and_video_of_a_vod_last_as_long_as_its_playlist_says(origin: Origin) -> None:
    channel = origin.channel(kind="vod", vod_seconds=60)
    printed, _ = read(next(ffmpegs()), channel, "-map", "0", "-c", "copy", "-f", "framecrc", "-")
    # 32 segments of 1.92 s, in 90 kHz
    assert {sum(duration for _, duration in found) for found in packets(printed).values()} == {32 * 172_800}


@pytest.mark.parametrize(
    ("fps", "audio", "wanted", "seconds"),
    [
        (25, True, 1.92, Fraction(48, 25)),
        (50, True, 1.92, Fraction(48, 25)),
        (10, True, 1.92, Fraction(8, 5)),
        (24, True, 1.92, Fraction(8, 3)),
        (25, True, 4, Fraction(96, 25)),
        (25, False, 2, Fraction(2)),
        (0, True, 1.92, Fraction(48, 25)),
    ],
)
def test_segments_are_whole_in_video_and_audio_frames(fps: int, audio: bool, wanted: float, seconds: Fraction) -> None:
    spec = MediaSpec(fps=fps, audio=audio, wanted_seconds=wanted)
    assert spec.segment_seconds == seconds
    assert (seconds * fps).denominator == 1
    if audio:
        assert (seconds * 48_000 / 1024).denominator == 1


def test_a_channel_needs_a_stream() -> None:
    with pytest.raises(ValueError, match="needs video"):
        MediaSpec(fps=0, audio=False)


def test_the_bitrate_is_what_was_asked_for(origin: Origin) -> None:
    channel = origin.channel(bitrate=1_000_000, audio=False)
    lap = sum(len(channel.segment(ordinal)) for ordinal in range(channel.lap_segments))
    bitrate = 8 * lap / (channel.lap_segments * channel.segment_seconds)
    # the container adds a few percent
    assert 950_000 < bitrate < 1_150_000
