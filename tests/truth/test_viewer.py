from fractions import Fraction

import pytest

from pytest_hlsload.origin import Delivery, Request
from truth.frames import Frame
from truth.viewer import Arrival, TrueStall, arrivals, received, watch

# two seconds of video in four frames, the audio behind them in two
SEGMENT = (
    *(Frame("video", Fraction(1, 2), 1000 * (index + 1), 1000) for index in range(4)),
    *(Frame("audio", Fraction(1), 4000 + 500 * (index + 1), 500) for index in range(2)),
)


def request(segment: int, *sent: tuple[float, int], client: str = "me", status: int = 200) -> Request:
    return Request(
        at=sent[0][0] if sent else 0.0,
        client=client,
        connection=1,
        method="GET",
        path=f"/live-{segment:06d}.ts",
        status=status,
        kind="segment",
        segment=segment,
        length=5000,
        sent=sent,
        ended=None,
        outcome="open",
    )


def history(*requests: Request) -> list[tuple[float, float]]:
    found = arrivals(Delivery(taken=1000.0, forgotten=0, requests=requests), "me", lambda _: SEGMENT)
    return [(arrival.at, float(arrival.media)) for arrival in found]


def grown(*points: tuple[float, float]) -> tuple[Arrival, ...]:
    return tuple(Arrival(at, Fraction(media)) for at, media in points)


class TestArrivals:
    def test_media_is_the_least_over_the_streams(self) -> None:
        assert history(request(0, (1.0, 4000), (2.0, 4500), (3.0, 5000))) == [(2.0, 1.0), (3.0, 2.0)]

    def test_a_stream_that_has_not_come_at_all_counts_as_nothing(self) -> None:
        assert history(request(0, (1.0, 4499))) == []

    def test_a_frame_less_a_byte_is_no_frame(self) -> None:
        assert history(request(0, (1.0, 4999), (2.0, 5000))) == [(1.0, 1.0), (2.0, 2.0)]

    def test_a_segment_fetched_again_is_not_new(self) -> None:
        again = request(0, (5.0, 5000))
        assert history(request(0, (1.0, 5000)), again) == [(1.0, 1.0), (1.0, 2.0)]

    def test_what_a_second_fetch_completes_is_new_then(self) -> None:
        assert history(request(0, (1.0, 4500)), request(0, (5.0, 5000))) == [(1.0, 1.0), (5.0, 2.0)]

    def test_other_clients_and_error_answers_deliver_nothing(self) -> None:
        foreign = request(0, (1.0, 5000), client="you")
        assert history(foreign, request(1, (1.0, 5000), status=404)) == []

    def test_an_incomplete_log_is_refused(self) -> None:
        with pytest.raises(ValueError, match="forgotten 3 requests"):
            arrivals(Delivery(taken=1.0, forgotten=3, requests=()), "me", lambda _: SEGMENT)

    def test_received_media_can_be_asked_for_at_any_moment(self) -> None:
        line = grown((1, 2), (3, 4))
        assert [received(line, at) for at in (0.5, 1, 2.9, 3, 99)] == [0, 2, 2, 4, 4]


class TestWatch:
    def test_a_viewer_whose_media_always_comes_never_stalls(self) -> None:
        viewing = watch(grown((11, 6), (13, 8), (15, 10), (17, 12)), 10, 20)
        assert viewing.startup == 1
        assert viewing.stalls == ()
        assert viewing.played == 9
        assert viewing.buffering_ratio == 0

    def test_playing_starts_with_a_second_of_media(self) -> None:
        assert watch(grown((1, 0.5), (2, 0.96), (3, 1.0)), 0, 3.5).startup == 3

    def test_a_stall_begins_when_the_buffer_is_empty_and_ends_with_two_seconds(self) -> None:
        viewing = watch(grown((0.5, 4), (8, 5.9), (9, 6.5)), 0, 10)
        # 4 s from 0.5 on; at 8 there are 1.9 s in the buffer, at 9 there are 2.5
        assert viewing.stalls == (TrueStall(4.5, 4.5),)
        assert viewing.played == 5
        assert viewing.buffering_ratio == pytest.approx(4.5 / 9.5)

    def test_a_shorter_resume_buffer_resumes_sooner(self) -> None:
        viewing = watch(grown((0.5, 4), (8, 5.9), (9, 6.5)), 0, 10, resume_buffer=1.5)
        assert viewing.stalls[0] == TrueStall(4.5, 3.5)

    def test_media_that_comes_as_the_buffer_runs_dry_is_in_time(self) -> None:
        assert watch(grown((1, 2), (3, 4)), 0, 5).stalls == ()

    def test_a_stall_that_is_open_at_the_end_counts_to_the_end(self) -> None:
        viewing = watch(grown((1, 2)), 0, 10)
        assert viewing.stalls == (TrueStall(3.0, 7.0),)
        assert viewing.stalled == 7

    def test_who_never_played_has_no_ratio_and_no_stall(self) -> None:
        viewing = watch(grown((1, 0.5)), 0, 10)
        assert (viewing.startup, viewing.stalls, viewing.played, viewing.buffering_ratio) == (None, (), 0, None)

    def test_the_end_of_the_stream_is_no_stall(self) -> None:
        viewing = watch(grown((1, 4)), 0, 20, stream_ended=3)
        assert viewing.stalls == ()
        assert viewing.played == 4

    def test_the_last_media_of_an_ended_stream_is_played_however_little(self) -> None:
        viewing = watch(grown((1, 4), (7, 4.5)), 0, 20, stream_ended=6)
        assert viewing.stalls == (TrueStall(5.0, 2.0),)
        assert viewing.played == 4.5

    def test_played_and_stalled_and_startup_fill_the_window(self) -> None:
        for line in (grown((1, 6), (20, 9)), grown((2, 1.5), (2.5, 3), (9, 4), (9.5, 8)), grown((3, 2), (4, 4))):
            viewing = watch(line, 0, 30)
            assert viewing.startup is not None
            assert viewing.startup + viewing.played + viewing.stalled == pytest.approx(30)
