"""Loads on several hosts: real supervisors and readers, without an engine between."""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from end_to_end.processes import readers_of

from cluster.commanded import ends_within
from cluster.conftest import FIT, NearEngine, NearLoad
from pytest_hlsload.cluster.agent import HostAgent
from pytest_hlsload.cluster.engine import ClusterError
from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.model.records import LoadRecord
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin
from pytest_hlsload.supervisor.audience import stay_of

NOBODY = "http://127.0.0.1:9/live.m3u8"


def load_id(load: NearLoad) -> str:
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    return start.id


def homes(load: NearLoad) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"pytest-hlsload-{load_id(load)}-*"))


def readers_end(load: NearLoad, clients: range, seconds: float) -> bool:
    return ends_within(seconds, lambda: readers_of(load_id(load), clients))


def test_two_hosts_make_one_report(origin: Origin, near_load: Callable[..., NearLoad]) -> None:
    load = near_load(NearEngine("left", "right"), origin.channel().url, clients=5)
    assert load.wait(lambda states: all(state is State.STREAMING for state in states))
    assert len(homes(load)) == 2
    began = load.command("phase", "quiet")
    time.sleep(2)
    ended = load.command("end_phase", "quiet")
    report = load.stop()

    assert report.verdict == "pass", report.problems
    assert [len(host.clients) for host in report.hosts] == [3, 2]
    assert [client.host for client in report.clients] == ["left"] * 3 + ["right"] * 2
    assert [client.index for client in report.host("right").report.clients] == [4, 5]
    assert report.bytes_received == sum(host.report.bytes_received for host in report.hosts) > 0
    assert began is not None
    assert ended is not None
    assert report.phase("quiet").duration == pytest.approx(ended - began)
    assert report.generator.worst_lag is not None
    assert all(0 <= host.clock_error < 0.5 for host in report.hosts)
    assert read_report(load.journal) == report
    assert report.from_dict(report.to_dict()) == report
    assert homes(load) == []
    assert readers_of(load_id(load)) == []


def test_viewers_come_and_go_on_hosts_as_on_one_machine(origin: Origin, near_load: Callable[..., NearLoad]) -> None:
    load = near_load(NearEngine("left", "right"), origin.channel().url, clients=4, churn="2s", seed=3)
    time.sleep(6)
    report = load.stop()
    stays = {client.index: client.facts.stays for client in report.clients}

    assert len(report.clients) > 4
    assert stays == pytest.approx({client: stay_of(client, churn=2.0, seed=3) for client in stays}, abs=0.001)
    assert all(client.host == ("left" if (client.index - 1) % 4 < 2 else "right") for client in report.clients)
    assert sum(len(host.report.clients) for host in report.hosts) == len(report.clients)
    assert readers_of(load_id(load)) == []


def test_a_host_that_is_cut_off_is_lost_and_ends_its_readers_by_itself(
    origin: Origin, near_load: Callable[..., NearLoad]
) -> None:
    engine = NearEngine("left", "right")
    load = near_load(engine, origin.channel().url, clients=4, lease="2s")
    assert load.wait(lambda states: all(state is State.STREAMING for state in states))
    engine.near[1].cut_off = True

    assert readers_end(load, range(3, 5), 2 + 2)
    assert load.wait(lambda states: states[2:] == (State.LOST, State.LOST))
    assert len(readers_of(load_id(load), range(1, 3))) == 2
    report = load.stop()

    assert report.verdict == "invalid"
    assert "host right was lost at" in report.problems[0]
    assert "its 2 of 4 clients from then on: 3-4" in report.problems[0]
    lost_at = report.host("right").lost_at
    assert lost_at is not None
    for client in report.clients[2:]:
        assert client.history[-1].state is State.LOST
        assert client.elapsed == pytest.approx(lost_at - (client.facts.came or 0.0), abs=0.01)
        assert client.stall_count == 0
        assert client.time_in(State.LOST) > 1
    assert report.host("left").verdict == "pass"
    assert report.clients[0].history[-1].state is State.IDLE


def test_a_host_that_is_away_for_less_than_the_lease_is_not_lost(
    origin: Origin, near_load: Callable[..., NearLoad]
) -> None:
    engine = NearEngine("left", "right")
    load = near_load(engine, origin.channel().url, clients=2, lease="6s")
    assert load.wait(lambda states: all(state is State.STREAMING for state in states))
    engine.near[0].cut_off = True
    time.sleep(2)
    engine.near[0].cut_off = False
    load.command("mark", "back again")
    report = load.stop()

    assert report.verdict == "pass", report.problems
    assert [mark.text for mark in report.marks] == ["back again"]


def test_a_supervisor_that_dies_is_a_lost_host_and_the_last_ends_the_load(
    origin: Origin, near_load: Callable[..., NearLoad]
) -> None:
    engine = NearEngine("left", "right")
    load = near_load(engine, origin.channel().url, clients=2)
    assert load.wait(lambda states: all(state is State.STREAMING for state in states))
    for number, host in enumerate(engine.near):
        assert host.agent is not None
        assert host.agent._supervisor is not None
        os.kill(host.agent._supervisor.pid, signal.SIGKILL)
        assert load.wait(lambda states, number=number: states[number] is State.LOST)  # type: ignore[misc]
    assert load.watch.wait(lambda: load.watch.ended, time.monotonic() + 5)
    report = load.stop()

    assert "killed by SIGKILL" in report.problems[0]
    assert any("all of its hosts were lost" in problem for problem in report.problems)
    assert readers_end(load, range(1, 3), 2)


def test_a_host_whose_supervisor_cannot_be_started_is_lost_from_the_beginning(
    near_load: Callable[..., NearLoad],
) -> None:
    engine = NearEngine("left", "right")

    def refuse(*arguments: object) -> None:
        raise OSError("no room for another process")

    engine.near[1].answers["start"] = refuse
    load = near_load(engine, NOBODY, clients=2)
    assert load.wait(lambda states: states[1] is State.LOST)
    report = load.stop()

    assert report.verdict == "invalid"
    assert "no room for another process" in report.problems[0]
    assert not report.clients[1].present


# Before it starts


def test_what_killed_agents_left_goes_with_the_next(
    near_load: Callable[..., NearLoad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, fresh = tmp_path / "pytest-hlsload-old-1", tmp_path / "pytest-hlsload-fresh-1"
    for home in (old, fresh):
        home.mkdir()
        (home / "journal.jsonl").touch()
    os.utime(old / "journal.jsonl", (time.time() - 7200,) * 2)
    near_load(NearEngine("left"), NOBODY).stop()

    assert [path.name for path in tmp_path.glob("pytest-hlsload-*")] == ["pytest-hlsload-fresh-1"]


def test_a_host_without_an_agent_is_named(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left", "right")
    engine.near[0].gone = True

    with pytest.raises(ClusterError, match=r"host left \(near://left\): its agent is gone"):
        near_load(engine, NOBODY, clients=2)


def says(engine: NearEngine, number: int, **fitness: object) -> None:
    """Let a host say this of itself."""
    engine.near[number].answers["preflight"] = lambda *asked: {**FIT, **fitness}


def test_a_host_tells_what_it_has(ffmpeg: str) -> None:
    fitness = HostAgent().preflight([NOBODY], {}, ffmpeg)

    assert fitness.keys() == FIT.keys()
    assert 0 <= fitness["free_cpu"] <= fitness["cores"]
    assert fitness["memory"] > 1 << 20
    assert fitness["ffmpeg"] == ""
    assert fitness["playlist"] == "connection refused"
    assert "no executable ffmpeg" in HostAgent().preflight([NOBODY], {}, "/nowhere/ffmpeg")["ffmpeg"]


def test_a_host_that_cannot_serve_is_named_before_any_reader_starts(
    near_load: Callable[..., NearLoad], tmp_path: Path
) -> None:
    engine = NearEngine("left", "right")
    says(engine, 0, ffmpeg="no ffmpeg was found")

    with pytest.raises(ClusterError, match=r"host left \(near://left\): no ffmpeg was found.*leave-out"):
        near_load(engine, NOBODY, clients=2)
    assert not (tmp_path / "journal.jsonl").exists()


def test_it_can_be_left_out(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left", "right")
    says(engine, 0, ffmpeg="no ffmpeg was found")
    load = near_load(engine, NOBODY, clients=2, unfit_hosts="leave-out")
    report = load.stop()

    assert [(host.name, len(host.clients)) for host in report.hosts] == [("right", 2), ("left", 0)]
    assert "host left was left out: no ffmpeg was found" in report.notes


def test_where_none_can_serve_none_can_be_left_out(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left")
    says(engine, 0, ffmpeg="no ffmpeg was found")

    with pytest.raises(ClusterError, match="1 of 1 hosts cannot serve"):
        near_load(engine, NOBODY, unfit_hosts="leave-out")


def test_a_host_that_alone_cannot_have_the_playlist_cannot_serve(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left", "right")
    says(engine, 0, playlist="connection refused")

    with pytest.raises(ClusterError, match=r"1 of 2 hosts cannot serve: host left .* cannot have the playlist: conn"):
        near_load(engine, NOBODY, clients=2)


def test_another_version_is_told(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left")
    says(engine, 0, version="0.0.7")

    with pytest.raises(ClusterError, match=r"it has pytest-hlsload 0\.0\.7, and this is"):
        near_load(engine, NOBODY)


def test_more_clients_than_there_is_room_for_are_refused(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left")
    says(engine, 0, memory=200 << 20)

    with pytest.raises(ClusterError, match="9 clients are more than the hosts have room for, which is 8"):
        near_load(engine, NOBODY, clients=9)


def test_clients_are_spread_by_free_processors(near_load: Callable[..., NearLoad]) -> None:
    engine = NearEngine("left", "right")
    says(engine, 0, machine="big", free_cpu=6.0)
    load = near_load(engine, NOBODY, clients=4, placement="free-cpu")

    assert [len(host.clients) for host in load.stop().hosts] == [3, 1]
