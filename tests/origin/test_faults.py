import http.client
import socket
import time

import pytest
from origin.browsing import Browser

from pytest_hlsload.origin import Channel, Origin


def test_a_hang_keeps_everything_waiting_and_then_goes_on(channel: Channel) -> None:
    with Browser(channel) as browser:
        name = browser.newest()
        fault = channel.hang(0.5)
        answer = browser.get(name)
        assert answer.status == 200
        assert fault.start is not None
        assert answer.came[0][0] >= fault.start + 0.5
        assert browser.playlist().status == 200


def test_a_hang_can_wait_for_a_byte_of_the_next_segment(channel: Channel) -> None:
    armed = channel.hang(0.4, at_byte=5000)
    assert armed.start is None
    with Browser(channel, "halfway") as browser:
        answer = browser.get(browser.await_next())
    (fault,) = channel.faults()
    assert fault.start is not None
    assert fault.end is not None
    request = channel.delivery().of("halfway")[-1]
    before = [offset for at, offset in request.sent if at < fault.start]
    assert max(before) == 5000
    assert len(answer.body) == request.length
    resumed = request.sent_at(5001)
    assert resumed is not None
    assert resumed >= fault.end


def test_a_hang_stops_bodies_that_are_under_way(channel: Channel) -> None:
    with Browser(channel, "midway") as browser:
        name = browser.newest()
        slow = channel.slow(0.5)
        browser.ask(name)
        time.sleep(0.3)
        hang = channel.hang(0.4)
        channel_end = time.monotonic() + 5
        while channel.faults()[1].end is None and time.monotonic() < channel_end:
            time.sleep(0.02)
        channel.clear()
        browser.answer()
    assert slow.start is not None
    assert hang.start is not None
    end = channel.faults()[1].end
    assert end is not None
    sent = channel.delivery().of("midway")[-1].sent
    assert any(at < hang.start for at, _ in sent)
    assert not any(hang.start < at < end for at, _ in sent)


def test_a_stale_playlist_stays_and_then_catches_up(channel: Channel) -> None:
    with Browser(channel) as browser:
        fault = channel.stale(1.0)
        before = browser.playlist()
        assert fault.start is not None
        time.sleep(max(0.0, fault.start + 0.8 - time.monotonic()))
        assert browser.playlist().text == before.text
        time.sleep(0.4)
        after = browser.playlist()
    # two segments of 0.4 s came out in a second
    assert int(after.tag("EXT-X-MEDIA-SEQUENCE")) >= int(before.tag("EXT-X-MEDIA-SEQUENCE")) + 2


def test_a_paused_stream_goes_on_where_it_stopped(channel: Channel) -> None:
    with Browser(channel) as browser:
        channel.stale(pause=True)
        before = browser.playlist()
        time.sleep(1.0)
        channel.clear()
        after = browser.playlist()
    # at most one was due at the very moment
    assert int(after.tag("EXT-X-MEDIA-SEQUENCE")) <= int(before.tag("EXT-X-MEDIA-SEQUENCE")) + 1


def test_a_playlist_status_leaves_segments_alone(channel: Channel) -> None:
    with Browser(channel) as browser:
        name = browser.newest()
        channel.playlist_status(503, seconds=0.4)
        assert browser.playlist().status == 503
        assert browser.get(name).status == 200
        time.sleep(0.5)
        assert browser.playlist().status == 200


def test_a_segment_status_leaves_playlists_alone_and_may_be_counted(channel: Channel) -> None:
    with Browser(channel) as browser:
        name = browser.newest()
        channel.segment_status(404, count=2)
        assert browser.playlist().status == 200
        assert [browser.get(name).status for _ in range(3)] == [404, 404, 200]
    (fault,) = channel.faults()
    assert fault.end is not None


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_slow_delivery_runs_at_a_factor_of_real_time(channel: Channel, factor: float) -> None:
    with Browser(channel) as browser:
        name = browser.newest()
        channel.slow(factor)
        began = time.monotonic()
        answer = browser.get(name)
        took = answer.came[-1][0] - began
    expected = channel.segment_seconds / factor
    assert expected * 0.95 < took < expected + 0.5
    # evenly, too
    half = next(at for at, offset in answer.came if offset >= len(answer.body) / 2)
    assert took * 0.3 < half - began < took * 0.7


def test_refused_means_refused_for_one_channel_alone(origin: Origin, channel: Channel) -> None:
    other = origin.channel(audio=False, segment_seconds=0.4)
    with Browser(channel) as browser, Browser(other) as neighbour:
        browser.playlist()
        neighbour.playlist()
        channel.refuse(0.5)
        with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError)):
            browser.playlist()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", channel.port), timeout=5)
        assert neighbour.playlist().status == 200
    deadline = time.monotonic() + 5
    while channel.faults()[0].end is None and time.monotonic() < deadline:
        time.sleep(0.02)
    with Browser(channel) as browser:
        assert browser.playlist().status == 200


def test_a_refused_client_was_cut_off_in_the_log(channel: Channel) -> None:
    with Browser(channel, "lost") as browser:
        name = browser.newest()
        channel.slow(0.5)
        browser.ask(name)
        time.sleep(0.2)
        channel.refuse(0.2)
        with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
            browser.answer()
    request = channel.delivery().of("lost")[-1]
    assert request.outcome == "broken"
    assert 0 < request.bytes_sent < request.length


def test_a_truncated_segment_ends_early_once(channel: Channel) -> None:
    with Browser(channel) as browser:
        name = browser.newest()
        channel.truncate(0.5)
        with pytest.raises(http.client.IncompleteRead):
            browser.get(name)
    with Browser(channel) as browser:
        assert len(browser.get(name).body) > 1000
    assert channel.delivery().requests[1].outcome == "cut"


def test_the_media_sequence_restarts_lower(channel: Channel) -> None:
    with Browser(channel) as browser:
        assert int(browser.playlist().tag("EXT-X-MEDIA-SEQUENCE")) >= 100
        channel.sequence_reset()
        assert int(browser.playlist().tag("EXT-X-MEDIA-SEQUENCE")) <= 1
        name = browser.await_next()
        assert int(name[5:11]) < 50
        assert browser.get(name).status == 200


def test_after_an_encoder_restart_the_timestamps_begin_again(channel: Channel) -> None:
    first = channel.segment(0)
    with Browser(channel) as browser:
        channel.encoder_restart()
        name = browser.await_next()
        assert "#EXT-X-DISCONTINUITY\n" in browser.playlist().text
        assert browser.get(name).body == first


def test_an_ended_stream_says_so(channel: Channel) -> None:
    with Browser(channel) as browser:
        channel.end()
        playlist = browser.playlist()
        assert playlist.text.endswith("#EXT-X-ENDLIST\n")
        assert browser.get(playlist.segments[-1]).status == 200


def test_clear_ends_all_faults(channel: Channel) -> None:
    channel.stale()
    channel.segment_status(500)
    channel.hang()
    channel.hang(at_byte=10)
    channel.refuse()
    channel.clear()
    assert all(fault.end is not None for fault in channel.faults())
    with Browser(channel) as browser:
        assert browser.get(browser.newest()).status == 200


def test_the_fault_log_holds_what_began_and_ended_when(channel: Channel) -> None:
    before = time.monotonic()
    given = channel.segment_status(404, seconds=0.3)
    time.sleep(0.6)
    (fault,) = channel.faults()
    assert (fault.number, fault.kind, fault.seconds, fault.details) == (1, "segment_status", 0.3, {"code": 404})
    assert given.start == fault.start
    assert fault.start is not None
    assert fault.end is not None
    assert before <= fault.start
    assert 0.3 <= fault.end - fault.start < 0.6


def test_senseless_faults_are_rejected(channel: Channel) -> None:
    with pytest.raises(ValueError, match="above 0"):
        channel.hang(-1)
    with pytest.raises(ValueError, match="slow factor"):
        channel.slow(0)
    with pytest.raises(ValueError, match="share"):
        channel.truncate(1)
    with pytest.raises(ValueError, match="count"):
        channel.segment_status(404, count=0)
