import socket
import time

import pytest
from origin.browsing import Browser

from pytest_hlsload.origin import Channel, Origin


def test_a_new_channel_has_a_full_window(origin: Origin) -> None:
    channel = origin.channel(window=8)
    with Browser(channel) as browser:
        assert len(browser.playlist().segments) == 8


def test_segments_come_out_on_time(channel: Channel) -> None:
    with Browser(channel) as browser:
        name = browser.await_next()
        seen = time.monotonic()
    ordinal = int(name[5:11]) - 100
    published = channel.published_from + ordinal * channel.segment_seconds
    assert published <= seen < published + 0.3


def test_a_connection_is_kept_for_many_requests(channel: Channel) -> None:
    with Browser(channel, "keeper") as browser:
        for name in browser.playlist().segments:
            answer = browser.get(name)
            assert answer.status == 200
            assert int(answer.headers["content-length"]) == len(answer.body)
    assert {request.connection for request in channel.delivery().of("keeper")} == {1}


def test_playlists_are_not_to_be_cached_and_segments_are(channel: Channel) -> None:
    with Browser(channel) as browser:
        playlist = browser.playlist()
        assert playlist.headers["cache-control"] == "no-cache"
        assert playlist.headers["content-type"] == "application/vnd.apple.mpegurl"
        segment = browser.get(playlist.segments[0])
        assert segment.headers["cache-control"] == "max-age=3600"
        assert segment.headers["content-type"] == "video/mp2t"


def test_the_playlist_of_fmp4_names_its_initialisation_section(origin: Origin) -> None:
    channel = origin.channel(container="fmp4", audio=False)
    with Browser(channel) as browser:
        playlist = browser.playlist()
        assert playlist.tag("EXT-X-MAP") == 'URI="init.mp4"'
        init = browser.get("init.mp4")
        assert init.body == channel.init()
        assert init.body[4:8] == b"ftyp"
        assert playlist.segments[0].endswith(".m4s")


def test_the_master_playlist_leads_to_the_media_playlist(channel: Channel) -> None:
    with Browser(channel) as browser:
        assert browser.get("master.m3u8").segments == ["live.m3u8"]


def test_variants_and_sound_of_their_own_are_listed_and_served(origin: Origin) -> None:
    channel = origin.channel(variants={108: 200_000, 144: 500_000}, separate_audio=True, segment_seconds=0.64)
    with Browser(channel, "variants") as browser:
        master = browser.get("master.m3u8")
        assert master.segments == ["108/live.m3u8", "144/live.m3u8"]
        assert master.tag("EXT-X-MEDIA").endswith('URI="audio/live.m3u8"')
        assert "RESOLUTION=256x144" in master.text
        playlists = [browser.get(f"{folder}live.m3u8") for folder in ("108/", "144/", "audio/", "")]
        name = playlists[0].segments[0]
        low, high, sound, first = (browser.get(folder + name).body for folder in ("108/", "144/", "audio/", ""))
        assert browser.get("720/live.m3u8").status == 404
    assert {tuple(playlist.segments) for playlist in playlists} == {tuple(playlists[0].segments)}
    assert len(high) > 1.5 * len(low) > len(sound) > 1000
    assert first == low
    requests = channel.delivery().of("variants")
    assert [request.rendition for request in requests[:4]] == ["", "108", "144", "audio"]


def test_sound_of_its_own_takes_variants(origin: Origin) -> None:
    with pytest.raises(ValueError, match="separate_audio takes variants"):
        origin.channel(separate_audio=True)


def test_a_head_request_gets_the_length_alone(channel: Channel) -> None:
    with Browser(channel) as browser:
        answer = browser.get(browser.newest(), "HEAD")
    assert answer.status == 200
    assert answer.body == b""
    assert int(answer.headers["content-length"]) > 1000


@pytest.mark.parametrize("path", ["", "live-999999.ts", "init.mp4", "../etc/passwd"])
def test_what_is_not_there_is_404(channel: Channel, path: str) -> None:
    with Browser(channel) as browser:
        assert browser.get(path).status == 404


def test_other_methods_are_405(channel: Channel) -> None:
    with Browser(channel) as browser:
        assert browser.get("live.m3u8", "DELETE").status == 405


def test_garbage_ends_the_connection_and_harms_nobody(channel: Channel) -> None:
    with socket.create_connection(("127.0.0.1", channel.port), timeout=5) as sock:
        sock.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert sock.recv(100) == b""
    with Browser(channel) as browser:
        assert browser.playlist().status == 200


def test_a_port_may_be_chosen(origin: Origin) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = origin.channel(audio=False, segment_seconds=0.4, port=port)
    assert channel.url == f"http://127.0.0.1:{port}/live.m3u8"
    with Browser(channel) as browser:
        assert browser.playlist().status == 200
