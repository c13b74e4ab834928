"""Whole loads: how they begin, what disturbs them, and how they end."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from end_to_end.processes import alive, readers_of
from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.load import HlsLoad, LoadError, LoadTimeout
from pytest_hlsload.model.client_records import ExitRecord, ReaderRecord
from pytest_hlsload.model.records import LoadRecord, SampleRecord
from pytest_hlsload.model.setting_table import SettingError
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin


def load_on(url: str, ffmpeg: str, tmp_path: Path, **settings: Any) -> HlsLoad:
    return HlsLoad(url, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports"), **settings)


def load_id(load: HlsLoad) -> str:
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    return start.id


def reader_pids(load: HlsLoad) -> list[int]:
    return [record.pid for record in read_journal(load.journal).records if isinstance(record, ReaderRecord)]


def test_thirty_seconds_of_twenty_clients(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    with load_on(origin.channel().url, ffmpeg, tmp_path, clients=20, ramp=2) as load:
        soaked = load.soak(28)
        assert len(readers_of(load_id(load))) == 20
    report = load.stop()

    assert readers_of(load_id(load)) == []
    assert alive(reader_pids(load)) == []
    assert len(report.clients) == 20
    for client in report.clients:
        ats = [transition.at for transition in client.history]
        assert ats[0] == 0.0
        assert ats == sorted(ats)
        assert ats[-1] <= report.duration
        assert sum(client.time_in(state) for state in State) == pytest.approx(report.duration, abs=0.01)
    assert read_report(load.journal) == report
    assert soaked.duration < report.duration
    assert report.startup_time.n == 20
    assert report.restarts == 0


def test_a_reader_that_is_killed_is_replaced_and_the_viewer_sees_nothing(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    with load_on(origin.channel().url, ffmpeg, tmp_path, clients=2) as load:
        load.wait_until_streaming(20)
        load.soak(3)
        os.kill(reader_pids(load)[0], signal.SIGKILL)
        load.soak(9)
    report = load.stop()

    hit = report.clients[0]
    assert report.restarts == hit.restarts == 1
    assert [(end.code, end.explanation) for end in hit.exits] == [(-9, "killed by SIGKILL (signal 9)")]
    assert State.BACKOFF in [transition.state for transition in hit.history]
    assert hit.history[-2].state is State.STREAMING
    assert hit.stalls == ()
    assert report.media_lost.max == 0
    assert report.clients[1].exits == ()


def test_the_stream_is_watched_on_when_readers_die(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    channel = origin.channel()
    with load_on(channel.url, ffmpeg, tmp_path, clients=2) as load:
        load.wait_until_streaming(20)
        os.kill(reader_pids(load)[0], signal.SIGKILL)
        load.soak(2)
        channel.stale(14)
        load.soak(17)
    report = load.stop()

    assert {stall.cause for client in report.clients for stall in client.stalls if stall.duration > 2} == {
        "playlist_stale"
    }
    assert "stale_manifest" in [finding.check for finding in report.stream.findings]


def test_a_hung_reader_is_ended_and_replaced(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    channel = origin.channel()
    with load_on(channel.url, ffmpeg, tmp_path, mute_after="8s") as load:
        load.wait_until_streaming(20)
        channel.hang(14)
        load.soak(22)
    report = load.stop()

    (client,) = report.clients
    assert client.exits[0].explanation.startswith("delivered nothing for 8 s and was ended")
    assert client.restarts >= 1
    assert client.history[-2].state is State.STREAMING


def test_a_load_on_a_url_where_nobody_listens_says_so_and_does_not_hang(ffmpeg: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with load_on("http://127.0.0.1:9/live.m3u8", ffmpeg, tmp_path, clients=3, startup_timeout="3s") as load:
        with pytest.raises(LoadTimeout, match="3 of 3 clients did not stream within 2 s"):
            load.wait_until_streaming("2s")
        assert set(load.clients) <= {State.STARTING, State.BACKOFF}
        load.soak(3)
    report = load.stop()

    assert time.monotonic() - began < 30
    assert report.verdict == "fail"
    assert any("refused" in problem for problem in report.problems)
    assert report.startup_time.max == float("inf")
    assert {client.buffering_ratio for client in report.clients} == {1.0}


def test_a_load_on_what_is_not_a_playlist_says_so(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    url = origin.channel().url.replace("live.m3u8", "nothing-here.m3u8")
    with load_on(url, ffmpeg, tmp_path, startup_timeout="2s") as load:
        load.soak(3)

    assert any("404" in problem for problem in load.stop().problems)


def test_the_supervisors_death_is_noticed_and_its_readers_are_gone(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    load = load_on(origin.channel().url, ffmpeg, tmp_path, clients=3)
    load.start()
    load.wait_until_streaming(20)
    pids = reader_pids(load)
    assert load._supervisor is not None
    os.kill(load._supervisor.pid, signal.SIGKILL)
    began = time.monotonic()
    with pytest.raises(LoadError, match="supervisor died"):
        load.soak(20)
    assert time.monotonic() - began < 5

    report = load.stop()
    assert report.verdict == "fail"
    deadline = time.monotonic() + 5
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(pids) == []


def test_readers_end_when_their_owner_is_gone(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    load = load_on(origin.channel().url, ffmpeg, tmp_path, clients=3)
    load.start()
    load.wait_until_streaming(20)
    assert load._supervisor is not None
    assert load._supervisor._process.stdin is not None
    load._supervisor._process.stdin.close()
    deadline = time.monotonic() + 5
    while readers_of(load_id(load)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert readers_of(load_id(load)) == []
    load.stop()
    assert read_report(load.journal).clients[0].history[-1].state is State.IDLE


def test_phases_and_marks_are_on_record(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    with load_on(origin.channel().url, ffmpeg, tmp_path) as load:
        load.wait_until_streaming(20)
        load.mark("here")
        with load.phase("quiet"):
            load.soak("1s")
    report = load.stop()

    assert report.phase("quiet").duration == pytest.approx(1.0, abs=0.7)
    assert report.phase("quiet").stall_count == 0


def test_a_snapshot_can_be_had_at_any_time_and_stop_twice_is_the_same(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    with load_on(origin.channel().url, ffmpeg, tmp_path) as load:
        first = load.report()
        load.soak(2)
        second = load.report()
        final = load.stop()

    assert first.duration < second.duration <= final.duration
    assert load.stop() is final
    assert load.report() is final


def test_soak_without_a_duration_lasts_the_set_time_from_the_last_start(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    with load_on(origin.channel().url, ffmpeg, tmp_path, clients=3, ramp="3s", duration="4s") as load:
        report = load.soak()

    # Two thirds of the ramp, then the duration.
    assert 6.0 <= report.duration < 9.0


def test_decoding_tells_of_pictures_that_are_spoilt(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    channel = origin.channel()
    with load_on(channel.url, ffmpeg, tmp_path, mode="decode") as load:
        load.wait_until_streaming(20)
        channel.truncate(0.5, count=2)
        load.soak(7)
    (client,) = load.stop().clients

    assert client.time_in(State.STREAMING) > 3
    assert client.decode_errors > 0
    assert client.media_lost > 1


def test_a_vod_is_read_at_its_viewers_pace_and_loops(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    channel = origin.channel(kind="vod")
    with load_on(channel.url, ffmpeg, tmp_path, forward_buffer="4s") as load:
        load.soak(8)
        samples = [r for r in read_journal(load.journal).records if isinstance(r, SampleRecord)]
    report = load.stop()

    assert report.stall_count == 0
    # Beside the forward buffer, what fits into two small pipes and ffmpeg's own buffers.
    assert samples[-1].received[0] < 8 + 4 + 10
    assert not [r for r in read_journal(load.journal).records if isinstance(r, ExitRecord) and not r.asked]


def test_a_missing_ffmpeg_is_told_before_anything_starts(tmp_path: Path) -> None:
    load = load_on("http://127.0.0.1:9/live.m3u8", str(tmp_path / "none"), tmp_path)

    with pytest.raises(LoadError, match="no executable ffmpeg at"):
        load.start()
    assert not load.journal.exists()


def test_an_ffmpeg_that_crashes_at_once_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nkill -SEGV $$\n")
    broken.chmod(0o755)

    with pytest.raises(LoadError, match=r"crashed \(signal 11\)"):
        load_on("http://127.0.0.1:9/live.m3u8", str(broken), tmp_path).start()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"clients": 0}, r"clients 0 from HlsLoad\(clients=…\) is too few"),
        ({"clients": "many"}, r"clients 'many' from .* is not a whole number"),
        ({"duration": "5 minutes"}, r"duration '5 minutes' from .* write 90, 90s, 10m or 1h"),
        ({"speed": 2}, r"unknown setting 'speed' from .*; known are: url, variant, clients"),
    ],
)
def test_settings_that_cannot_be_used_are_told(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        HlsLoad("http://127.0.0.1:9/live.m3u8", **settings)


def test_a_load_without_a_url_is_told() -> None:
    with pytest.raises(SettingError, match="url is missing"):
        HlsLoad(clients=2)


def test_a_load_that_was_not_started_says_so(tmp_path: Path) -> None:
    load = HlsLoad("http://127.0.0.1:9/live.m3u8", report_dir=str(tmp_path))

    with pytest.raises(LoadError, match="with block"):
        load.soak(1)
