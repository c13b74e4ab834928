"""Readers related to one another, as runs of media written as data."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.model.timeline import WRAP, Hole, Timeline

VIDEO, AUDIO = Stream.VIDEO, Stream.AUDIO
FRAME = 0.04
HELD = {VIDEO: 2}


def video(start: float, end: float, *, picture: int | None = None) -> Run:
    """Media on the reader's clock that begins with a key frame; ``picture`` is what it shows."""
    keyframes = () if picture is None else (Keyframe(start, (picture, picture)),)
    return Run(VIDEO, start, end, FRAME, 1000, keyframes)


def audio(start: float, end: float) -> Run:
    return Run(AUDIO, start, end, 0.02, 100)


def opened(
    timeline: Timeline, origin: float | None, streams: tuple[Stream, ...] = (VIDEO,), **more: object
) -> Timeline:
    arguments: dict[str, object] = {"held": {}, "idle": 0.0, **more}
    timeline.open(origin, streams, **arguments)  # type: ignore[arg-type]
    return timeline


def take(timeline: Timeline, *runs: Run, loss_confirmed: bool = False) -> list[Hole]:
    holes = [timeline.media(run, loss_confirmed=loss_confirmed) for run in runs]
    return [hole for hole in holes if hole is not None]


def test_media_of_one_reader_adds_up() -> None:
    timeline = opened(Timeline(), 100.0)

    assert take(timeline, video(0, 2), video(2, 4)) == []
    assert timeline.received == pytest.approx(4)


def test_what_a_restarted_reader_fetches_again_is_not_new() -> None:
    timeline = opened(Timeline(window=12), 100.0)
    take(timeline, video(0, 6))
    opened(timeline, 104.0)

    assert take(timeline, video(0, 2)) == []
    assert timeline.received == pytest.approx(6)
    take(timeline, video(2, 5))
    assert timeline.received == pytest.approx(9)


def test_what_no_reader_got_is_lost() -> None:
    timeline = opened(Timeline(window=12), 100.0)
    take(timeline, video(0, 6))
    opened(timeline, 110.0, idle=9.0)

    holes = take(timeline, video(0, 2))

    assert [hole.lost for hole in holes] == pytest.approx([4])
    assert not holes[0].reset
    assert timeline.received == pytest.approx(8)
    assert timeline.lost == pytest.approx(4)


def test_a_clock_that_has_run_further_than_time_has_is_a_new_one() -> None:
    timeline = opened(Timeline(window=12), 100.0)
    take(timeline, video(0, 6))
    opened(timeline, 9000.0, idle=1.0)

    assert take(timeline, video(0, 2)) == [Hole(lost=0.0, reset=True)]
    assert timeline.received == pytest.approx(8)
    assert (timeline.lost, timeline.resets) == (0, 1)


def test_a_clock_that_has_wrapped_is_the_same_clock() -> None:
    timeline = opened(Timeline(window=12), WRAP - 4)
    take(timeline, video(0, 6))
    opened(timeline, 1.0)

    assert take(timeline, video(0, 3)) == []
    assert timeline.received == pytest.approx(8)


def test_the_same_pictures_after_an_encoder_restart_are_not_new() -> None:
    timeline = opened(Timeline(window=12), 100.0)
    take(timeline, video(0, 2, picture=1), video(2, 4, picture=2), video(4, 6, picture=3))
    opened(timeline, 1.4)

    assert take(timeline, video(0, 2, picture=2)) == []
    assert timeline.received == pytest.approx(6)
    take(timeline, video(2, 5, picture=3))
    assert timeline.received == pytest.approx(7)


def test_other_pictures_under_the_same_time_stamps_are_new() -> None:
    timeline = opened(Timeline(window=12), 0.0)
    take(timeline, video(0, 2, picture=1), video(2, 4, picture=2), video(4, 6, picture=3))
    opened(timeline, 2.0)

    assert take(timeline, video(0, 2, picture=7)) == [Hole(lost=0.0, reset=True)]
    assert timeline.received == pytest.approx(8)


def test_pictures_that_repeat_are_told_apart_by_their_time_stamps() -> None:
    timeline = opened(Timeline(window=12), 100.0)
    take(timeline, video(0, 2, picture=1), video(2, 4, picture=1), video(4, 6, picture=1))
    opened(timeline, 104.0)

    take(timeline, video(0, 3, picture=1))

    assert timeline.received == pytest.approx(7)


def test_audio_waits_for_the_picture_that_tells_where_its_reader_is() -> None:
    timeline = opened(Timeline(window=12), 100.0, (VIDEO, AUDIO))
    take(timeline, video(0, 3, picture=1), audio(0, 6), video(3, 6, picture=2))
    opened(timeline, 1.4, (VIDEO, AUDIO))

    take(timeline, audio(0, 4))
    assert timeline.received == pytest.approx(6)
    take(timeline, video(0, 4, picture=2))
    assert timeline.received == pytest.approx(7)


def test_a_stream_that_lags_decides_what_has_been_received() -> None:
    timeline = opened(Timeline(), 0.0, (VIDEO, AUDIO))
    take(timeline, video(0, 6))
    assert timeline.received == 0
    take(timeline, audio(0, 4))
    assert timeline.received == pytest.approx(4)


def test_a_jump_is_lost_media_where_the_log_tells_of_lost_segments() -> None:
    timeline = opened(Timeline(), 0.0)

    holes = take(timeline, video(0, 2), video(6, 8), loss_confirmed=True)

    assert [Hole(lost=4.0, reset=False)] == holes
    assert timeline.received == pytest.approx(4)


def test_a_jump_that_nothing_explains_is_a_new_timeline() -> None:
    timeline = opened(Timeline(), 0.0)

    assert take(timeline, video(0, 2), video(6, 8)) == [Hole(lost=0.0, reset=True)]
    assert timeline.received == pytest.approx(4)


def test_streams_that_lose_the_same_segments_lose_them_once() -> None:
    timeline = opened(Timeline(), 0.0, (VIDEO, AUDIO))

    holes = take(timeline, video(0, 2), audio(0, 2), video(6, 8), audio(6, 8), loss_confirmed=True)

    assert [Hole(lost=4.0, reset=False)] == holes
    assert timeline.lost == pytest.approx(4)


def test_a_slide_that_stands_for_a_while_is_media() -> None:
    timeline = opened(Timeline(), 0.0)

    assert take(timeline, video(0, 2), video(2.8, 4)) == []
    assert timeline.received == pytest.approx(4)


def test_frames_that_ffmpeg_holds_back_have_been_received() -> None:
    timeline = opened(Timeline(), 0.0, held=HELD)
    take(timeline, video(0, 1.92))

    assert timeline.received == pytest.approx(2.0)


def test_frames_held_back_are_counted_once_when_the_reader_hands_them_over_at_its_end() -> None:
    timeline = opened(Timeline(), 0.0, held=HELD)
    take(timeline, video(0, 1.92))
    timeline.drain()
    take(timeline, video(1.92, 2.0))

    assert timeline.received == pytest.approx(2.0)


def test_frames_held_back_by_a_reader_that_was_killed_are_not_new_when_fetched_again() -> None:
    timeline = opened(Timeline(window=12), 100.0, held=HELD)
    take(timeline, video(0, 1.92))
    opened(timeline, 100.0, held=HELD)
    take(timeline, video(0, 1.92))

    assert timeline.received == pytest.approx(2.0)


def test_frames_held_back_before_lost_segments_are_counted_once() -> None:
    timeline = opened(Timeline(), 0.0, held=HELD)
    take(timeline, video(0, 1.92))
    take(timeline, video(1.92, 2.0), video(6.0, 7.92), loss_confirmed=True)

    assert timeline.received == pytest.approx(4.0)
    assert timeline.lost == pytest.approx(4.0)


def test_a_lap_of_a_vod_is_new_to_the_viewer() -> None:
    timeline = opened(Timeline(), None)
    take(timeline, video(0, 6, picture=1))
    opened(timeline, None, lap=True)

    assert take(timeline, video(0, 6, picture=1)) == [Hole(lost=0.0, reset=True)]
    assert timeline.received == pytest.approx(12)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.data())
def test_any_cut_into_runs_and_readers_gives_the_same_media(frames: list[int], data: st.DataObject) -> None:
    """One stream of frames; cut into runs at will, with readers that are restarted and fetch some of it again."""
    total = sum(frames) * FRAME
    timeline = opened(Timeline(window=1000), 50.0)
    position = origin = 0.0
    for count in frames:
        if data.draw(st.booleans()):
            origin = max(0.0, position - data.draw(st.integers(0, 100)) * FRAME)
            opened(timeline, 50.0 + origin)
            if origin < position:
                take(timeline, video(0, position - origin))
        take(timeline, video(position - origin, position - origin + count * FRAME))
        position += count * FRAME

    assert math.isclose(timeline.received, total, abs_tol=1e-6)
    assert timeline.resets == 0
    assert timeline.lost < 1e-6
