"""Packet lines as ffmpeg prints them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.reader.packets import PacketParser, _even, _uneven

HEADER = b"#software: Lavf59.27.100\n#tb 0: 1/90000\n#media_type 0: video\n#codec_id 0: h264\n"
UNIT = 1 / 90_000
KEY = b"0,          0,          0,     3600,     5664, 0x59c24f75\n"
SECOND = b"0,       3600,       3600,     3600,      120, 0x6dcd2a4a, F=0x0\n"
THIRD = b"0,       7200,       7200,     3600,      130, 0x6dcd2a4b, F=0x0, S=1,        8\n"
AFTER_A_HOLE = b"0,     367200,     367200,     3600,      140, 0x6dcd2a4c, F=0x0\n"


def parse(*pieces: bytes) -> list[Run]:
    parser = PacketParser(Stream.VIDEO)
    return [run for piece in pieces for run in parser.feed(piece)]


def test_packets_that_follow_each_other_are_one_run() -> None:
    (run,) = parse(HEADER + KEY + SECOND + THIRD)

    assert (run.start, run.end, run.frame, run.size) == pytest.approx((0, 0.12, 0.04, 5914))
    assert run.keyframes == (Keyframe(0.0, (5664, 0x59C24F75)),)


def test_a_hole_begins_another_run() -> None:
    first, second = parse(HEADER + KEY + SECOND + AFTER_A_HOLE)

    assert (first.end, second.start) == pytest.approx((0.08, 4.08))
    assert (first.size, second.size) == (5784, 140)


def test_a_line_may_come_in_pieces() -> None:
    assert [run.size for run in parse(HEADER + KEY[:20], KEY[20:] + SECOND)] == [5784]


def test_the_header_alone_is_no_media() -> None:
    assert parse(HEADER) == []


@pytest.mark.parametrize("garbage", [b"\xff\xfe\x00\n", b"0, NOPTS, NOPTS, 1, 1, 0x0\n", b",,,,,\n", b"\n", b"0,1\n"])
def test_garbage_is_no_media_and_does_no_harm(garbage: bytes) -> None:
    assert [run.size for run in parse(HEADER + KEY + garbage + SECOND)] == [5784]


def test_audio_has_no_keyframes_worth_keeping() -> None:
    parser = PacketParser(Stream.AUDIO)

    (run,) = parser.feed(b"#tb 0: 1/48000\n0, 0, 0, 1024, 200, 0x1\n0, 1024, 1024, 1024, 210, 0x2\n")

    assert (run.stream, run.keyframes) == (Stream.AUDIO, ())
    assert run.end == pytest.approx(2048 / 48000)


def test_readers_that_print_the_same_have_read_the_same_by_their_own_unit_and_stream() -> None:
    lines = b"0,          0,          0,     1920,     5664, 0x59c24f75\n"
    units = {b"1/48000": 0.04, b"1/96000": 0.02}
    runs = {}
    for stream in Stream:
        for unit in units:
            parser, other = PacketParser(stream), PacketParser(stream)
            for it in (parser, other):
                assert not it.feed(b"#tb 0: " + unit + b"\n")
            (runs[stream, unit],) = parser.feed(lines)
            assert other.feed(lines)[0] is runs[stream, unit]

    for (stream, unit), run in runs.items():
        assert run.stream is stream
        assert run.end == pytest.approx(units[unit])
        assert len(run.keyframes) == (stream is Stream.VIDEO)


@given(st.lists(st.integers(0, 400), max_size=20))
def test_media_is_the_same_however_the_output_is_cut(cuts: list[int]) -> None:
    output = HEADER + KEY + SECOND + THIRD + AFTER_A_HOLE
    edges = [0, *sorted(min(cut, len(output)) for cut in cuts), len(output)]
    runs = parse(*(output[a:b] for a, b in pairwise(edges)))

    assert sum(run.end - run.start for run in runs) == pytest.approx(0.16)
    assert sum(run.size for run in runs) == 6054


@st.composite
def printed(draw: st.DrawFn) -> list[str]:
    """Lines as ffmpeg prints them, most of them evenly, some not."""
    dts, duration = draw(st.integers(-5_000, 2**33)), draw(st.sampled_from([1920, 3600, 3003]))
    lines = []
    for _ in range(draw(st.integers(1, 12))):
        size, flags = draw(st.integers(1, 200_000) | st.just(duration)), draw(st.sampled_from(["", ", F=0x0"]))
        lines.append(f"0, {dts:10}, {dts + 7200:10}, {duration:8}, {size:8}, 0x6dcd2a4b{flags}")
        duration = draw(st.just(duration) | st.sampled_from([0, 1801, 3600]))
        dts += duration + draw(st.sampled_from([0, 0, 0, 1, -2, 8_000, 20_000, -20_000]))
    return lines


@given(printed())
def test_even_lines_are_read_faster_and_not_otherwise(lines: list[str]) -> None:
    even, runs = _even(UNIT, "\n".join(lines), lines), _uneven(UNIT, lines)
    if even and len(runs) > 1:  # a jump that is undone within these lines
        (it,) = even
        assert (it.first, it.end, it.size) == (runs[0].first, runs[-1].end, sum(run.size for run in runs))
    else:
        assert even in ([], runs)


@pytest.mark.parametrize(
    "last", ["", ", F=0x0", ", F=0x0, S=1,        1", ", S=1, MPEGTS Stream ID,        1, 0x00e000e0"]
)
def test_what_ffmpeg_prints_of_an_ordinary_stream_is_even(last: str) -> None:
    lines = [f"0, {n * 3600:10}, {n * 3600:10}, {3600:8}, {5000 + n:8}, 0x6dcd2a4b{last}" for n in range(48)]
    (even,) = _even(UNIT, "\n".join(lines), lines)
    assert (even.end, even.size) == (48 * 3600, 48 * 5000 + 47 * 24)
