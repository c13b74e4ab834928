import time
from itertools import pairwise

from origin.browsing import Browser

from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.origin.delivery import DeliveryLog, Entry, delivery_from_parts


def test_every_request_is_in_the_log_with_who_asked_what(channel: Channel) -> None:
    with Browser(channel, "alice/1") as alice, Browser(channel, "bob/1") as bob:
        name = alice.newest()
        alice.get(name)
        bob.get("nothing")
    delivery = channel.delivery()
    assert delivery.clients == ("alice/1", "bob/1")
    assert delivery.forgotten == 0
    playlist, segment = delivery.of("alice")
    assert (playlist.kind, playlist.segment, playlist.status) == ("playlist", None, 200)
    assert (segment.kind, segment.path, segment.status) == ("segment", f"/{name}", 200)
    assert segment.segment == int(name[5:11]) - 100
    (missing,) = delivery.of("bob")
    assert (missing.kind, missing.status, missing.outcome) == ("other", 404, "whole")


def test_the_log_says_when_each_byte_left(origin: Origin) -> None:
    # slow enough that the pieces of a segment can be told apart
    channel = origin.channel(audio=False, segment_seconds=0.4)
    with Browser(channel, "watch") as browser:
        name = browser.newest()
        channel.slow(1, seconds=5)
        answer = browser.get(name)
    request = channel.delivery().of("watch")[-1]
    assert request.length == len(answer.body) == request.bytes_sent
    assert request.outcome == "whole"
    assert all(a[0] <= b[0] and a[1] < b[1] for a, b in pairwise(request.sent))
    assert len(answer.came) > 5
    for came, offset in answer.came:
        sent = request.sent_at(offset)
        assert sent is not None
        # never received before it was logged, and soon after
        assert 0 <= came - sent < 0.5


def test_bytes_that_were_not_sent_have_no_time(channel: Channel) -> None:
    with Browser(channel, "cut") as browser:
        name = browser.newest()
        channel.truncate(0.25)
        browser.ask(name)
        time.sleep(0.2)
    request = channel.delivery().of("cut")[-1]
    assert request.bytes_sent == int(request.length * 0.25)
    assert request.sent_at(request.bytes_sent) is not None
    assert request.sent_at(request.bytes_sent + 1) is None


def test_what_is_under_way_is_in_the_log(channel: Channel) -> None:
    with Browser(channel, "waiting") as browser:
        name = browser.newest()
        channel.hang()
        browser.ask(name)
        deadline = time.monotonic() + 5
        while len(requests := channel.delivery().of("waiting")) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        request = requests[-1]
        assert (request.outcome, request.ended, request.status) == ("open", None, 0)
        channel.clear()
        browser.answer()
    request = channel.delivery().of("waiting")[-1]
    assert request.outcome == "whole"
    assert request.ended is not None


def test_the_bytes_sent_are_those_of_the_segment(channel: Channel) -> None:
    with Browser(channel, "exact") as browser:
        answer = browser.get(browser.newest())
    ordinal = channel.delivery().of("exact")[-1].segment
    assert ordinal is not None
    assert channel.segment(ordinal) == answer.body


def test_a_full_log_forgets_the_oldest_and_says_how_many() -> None:
    log = DeliveryLog(kept=3)
    for number in range(5):
        log.add(Entry(f"client {number}", 1, "GET", "/live.m3u8"))
    delivery = delivery_from_parts(log.parts())
    assert delivery.forgotten == 2
    assert delivery.clients == ("client 2", "client 3", "client 4")
