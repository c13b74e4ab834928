"""Every stall is the viewer's stall: faults of a live origin, held against its delivery log."""

from collections.abc import Callable, Sequence

import pytest

from end_to_end.conftest import Watched
from pytest_hlsload.origin import Channel

Soak = Callable[..., Watched]

# Start and length of a stall, in seconds; beside it stands the lag that the report itself states.
TOLERANCE = 0.15

# ffmpeg takes a segment in blocks of 32 KiB and hands over none before it is whole. In bits a second at which such a
# block is less than a tenth of a second, so that a delivery that stops within a segment is seen as exactly as others.
FAST = 4_000_000

# The shortest stall that has to be found, in seconds.
NOTABLE = 0.5


def assert_true(
    watched: Watched, *, within: float = TOLERANCE, ratio_within: float = 0.005, but: Sequence[int] = ()
) -> None:
    """Every stall was found, none invented, each where and as long as it was, and the ratio is right."""
    lag = watched.report.generator.worst_lag or 0.0
    for client, truth in watched.pairs:
        if client.index in but:
            continue
        assert client.startup_time is not None
        assert truth.startup is not None
        assert client.startup_time == pytest.approx(truth.startup, abs=1.0 + lag)
        # A reader that a busy machine lets begin late makes its viewer begin late, and every stall with it.
        late = abs(client.startup_time - truth.startup)
        tolerance = within + lag + late
        seen = [(stall.start, stall.duration) for stall in truth.stalls]
        reported = [(stall.start, stall.duration) for stall in client.stalls]
        context = f"client {client.index} saw {seen}, reported is {reported}"
        for stall in seen:
            assert stall[1] < NOTABLE or any(pytest.approx(stall, abs=tolerance) == it for it in reported), context
        for stall in reported:
            assert stall[1] < NOTABLE + tolerance or any(pytest.approx(stall, abs=tolerance) == it for it in seen), (
                context
            )
        off = ratio_within + (lag + late) / watched.report.duration
        assert client.buffering_ratio == pytest.approx(truth.buffering_ratio, abs=off), context


def assert_recovered(watched: Watched, *, within: float = 0.3) -> None:
    """The time of recovery is that from the fault's start, by the origin's log, to the end of the last true stall."""
    assert watched.fault_at is not None
    ends = [stall.start + stall.duration for _, it in watched.pairs for stall in it.stalls if stall.duration >= NOTABLE]
    true = max(ends) - watched.fault_at
    lag = watched.report.generator.worst_lag or 0.0
    late = max(abs((client.startup_time or 0.0) - (it.startup or 0.0)) for client, it in watched.pairs)
    assert watched.report.recovery_time("fault") == pytest.approx(true, abs=within + lag + late)


def stalled(watched: Watched) -> list[int]:
    return [sum(stall.duration >= NOTABLE for stall in truth.stalls) for _, truth in watched.pairs]


def causes(watched: Watched) -> set[str]:
    """Of all stalls worth naming."""
    return {stall.cause for client, _ in watched.pairs for stall in client.stalls if stall.duration >= NOTABLE}


def test_a_healthy_stream_never_stalls(soak: Soak) -> None:
    watched = soak(lambda channel: None, before=1, after=14)

    assert_true(watched)
    assert stalled(watched) == [0, 0, 0]
    assert watched.report.verdict == "pass"


def test_an_origin_that_hangs(soak: Soak) -> None:
    watched = soak(lambda channel: channel.hang(12), before=4, after=20)

    assert_true(watched)
    assert_recovered(watched)
    assert stalled(watched) == [1, 1, 1]
    assert causes(watched) == {"timeout"}


def test_a_hang_in_the_middle_of_a_segment(soak: Soak) -> None:
    watched = soak(lambda channel: channel.hang(12, at_byte=150_000), before=4, after=22, bitrate=FAST)

    # What ffmpeg has of an unfinished block, or of a packet of sound, is not seen.
    assert_true(watched, within=0.5, ratio_within=0.02)
    assert stalled(watched) == [1, 1, 1]
    assert causes(watched) == {"timeout"}


def test_a_playlist_that_goes_stale(soak: Soak) -> None:
    watched = soak(lambda channel: channel.stale(16), before=4, after=24)

    assert_true(watched)
    assert_recovered(watched)
    assert stalled(watched) == [1, 1, 1]
    assert causes(watched) == {"playlist_stale"}


def test_segments_that_are_not_found(soak: Soak) -> None:
    watched = soak(lambda channel: channel.segment_status(404, seconds=9), before=4, after=18)

    assert_true(watched)
    assert_recovered(watched)
    assert stalled(watched) == [1, 1, 1]
    assert all(client.media_lost > 3 for client in watched.report.clients)
    assert causes(watched) == {"segment_error"}


def test_a_playlist_that_answers_503(soak: Soak) -> None:
    watched = soak(lambda channel: channel.playlist_status(503, seconds=9), before=4, after=20)

    assert_true(watched)
    assert_recovered(watched)
    assert all(client.restarts >= 1 for client in watched.report.clients)
    assert all(client.exits[0].code == 0 for client in watched.report.clients)
    assert causes(watched) == {"playlist_error"}


def test_connections_that_are_refused(soak: Soak) -> None:
    watched = soak(lambda channel: channel.refuse(9), before=4, after=20)

    assert_true(watched)
    assert_recovered(watched)
    assert all(client.restarts >= 1 for client in watched.report.clients)
    assert causes(watched) == {"refused"}


def test_segments_that_come_more_slowly_than_they_play(soak: Soak) -> None:
    watched = soak(lambda channel: channel.slow(0.4, seconds=14), before=4, after=40, bitrate=FAST)

    # What comes slowly comes in steps of ffmpeg's blocks and of the packets of sound (a third of a second): an arrival
    # that is seen a little late may move a stall by such a step.
    assert_true(watched, within=0.5, ratio_within=0.01)
    assert all(count >= 1 for count in stalled(watched))
    assert causes(watched) == {"segment_slow"}
    assert all("s to come" in stall.evidence for client, _ in watched.pairs for stall in client.stalls)


def test_what_retries_hid_is_told(soak: Soak) -> None:
    def break_two_segments(channel: Channel) -> None:
        channel.segment_status(503, count=2)
        channel.slow(1.0, seconds=7)

    watched = soak(break_two_segments, before=2, after=10)

    assert stalled(watched) == [0, 0, 0]
    found = {(trouble.log, trouble.status): trouble.count for trouble in watched.report.hidden_troubles}
    assert found["http_error", 503] == 2
    assert found["slow_segment", None] >= 1, "what came just as fast as it plays"


def test_an_encoder_that_restarts_is_no_stall(soak: Soak) -> None:
    watched = soak(lambda channel: channel.encoder_restart(), before=2, after=14)

    assert_true(watched)
    assert stalled(watched) == [0, 0, 0]
    assert watched.report.media_lost.max == 0


@pytest.mark.parametrize("streams", [{"audio": False}, {"video": False}, {"container": "fmp4"}], ids=str)
def test_streams_of_other_kinds(soak: Soak, streams: dict[str, object]) -> None:
    watched = soak(lambda channel: channel.hang(10), before=4, after=16, **streams)

    # Where a stream is missing, the first client finds out, and begins anew while the origin counts what it got.
    assert_true(watched, but=[1])
    assert stalled(watched) == [1, 1, 1]
