import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.reader.binary import find_ffmpeg
from truth.frames import Frame, Stream, frames_of


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


MEDIA = [
    {"container": "ts"},
    {"container": "fmp4"},
    {"container": "ts", "fps": 10},
    {"container": "fmp4", "fps": 50},
    {"container": "ts", "audio": False, "bitrate": 2_000_000},
    {"container": "ts", "video": False},
    {"container": "fmp4", "video": False},
]


@pytest.fixture(params=MEDIA, ids=str, scope="module")
def channel(request: pytest.FixtureRequest, origin: Origin) -> Channel:
    return origin.channel(**request.param)


def table(channel: Channel, ordinal: int) -> tuple[Frame, ...]:
    return frames_of(channel.segment(ordinal), channel.init())


def sizes_by_ffmpeg(data: bytes, folder: Path) -> dict[Stream, list[int]]:
    """The packet sizes that ffmpeg finds in a file."""
    file = folder / "segment"
    file.write_bytes(data)
    command = [find_ffmpeg().path, "-hide_banner", "-nostdin", "-loglevel", "error", "-i", str(file)]
    command += ["-map", "0", "-c", "copy", "-f", "framecrc", "-"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    kinds: dict[str, Stream] = {}
    sizes: dict[Stream, list[int]] = {}
    for line in printed.splitlines():
        words = line.replace(",", " ").replace(":", " ").split()
        if words[0] == "#media_type":
            kinds[words[1]] = "video" if words[2] == "video" else "audio"
        elif not line.startswith("#"):
            sizes.setdefault(kinds[words[0]], []).append(int(words[4]))
    return sizes


def sizes(frames: tuple[Frame, ...]) -> dict[Stream, list[int]]:
    found: dict[Stream, list[int]] = {}
    for frame in frames:
        found.setdefault(frame.stream, []).append(frame.size)
    return found


def test_the_frames_are_those_that_ffmpeg_finds(channel: Channel, tmp_path: Path) -> None:
    for ordinal in (0, 17):
        data = (channel.init() or b"") + channel.segment(ordinal)
        assert sizes(table(channel, ordinal)) == sizes_by_ffmpeg(data, tmp_path)


def test_each_stream_lasts_as_long_as_the_segment(channel: Channel) -> None:
    for ordinal in range(channel.lap_segments):
        totals: dict[Stream, Fraction] = {}
        for frame in table(channel, ordinal):
            totals[frame.stream] = totals.get(frame.stream, Fraction(0)) + frame.duration
        assert {float(total) for total in totals.values()} == {channel.segment_seconds}


def test_frames_are_whole_one_after_another_and_at_the_end_all_are(channel: Channel) -> None:
    for ordinal in (0, 17):
        frames = table(channel, ordinal)
        for stream in ("video", "audio"):
            ends = [frame.whole_at for frame in frames if frame.stream == stream]
            assert ends == sorted(ends)
        assert max(frame.whole_at for frame in frames) == len(channel.segment(ordinal))


def test_a_lap_later_the_table_is_the_same(channel: Channel) -> None:
    assert table(channel, 3) == table(channel, 3 + channel.lap_segments)


@pytest.mark.parametrize(
    ("media", "stream"),
    [
        ({"container": "ts"}, "video"),
        ({"container": "ts"}, "audio"),
        # beside audio, which comes behind all the video, ffmpeg gives up at once on a file that is cut in the video
        ({"container": "fmp4", "audio": False}, "video"),
        ({"container": "fmp4"}, "audio"),
    ],
    ids=str,
)
def test_a_segment_cut_where_a_frame_is_whole_holds_that_frame(
    origin: Origin, media: dict[str, object], stream: Stream, tmp_path: Path
) -> None:
    channel = origin.channel(**media)  # type: ignore[arg-type]
    frames = [frame for frame in table(channel, 2) if frame.stream == stream]
    for index in (20, 33, 47):
        cut = (channel.init() or b"") + channel.segment(2)[: frames[index].whole_at]
        found = sizes_by_ffmpeg(cut, tmp_path)[stream]
        assert found[: index + 1] == [frame.size for frame in frames[: index + 1]]


def test_a_byte_less_is_a_frame_less(origin: Origin, tmp_path: Path) -> None:
    channel = origin.channel(container="fmp4", audio=False)
    frames = table(channel, 2)
    for index in (20, 33, 47):
        cut = (channel.init() or b"") + channel.segment(2)[: frames[index].whole_at - 1]
        whole = [frame.size for frame in frames[:index]]
        assert sizes_by_ffmpeg(cut, tmp_path)["video"][: index + 1] != [*whole, frames[index].size]
