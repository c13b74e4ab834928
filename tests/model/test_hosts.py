"""Reports of loads on several hosts."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from model.histories import HEALTHY, History, client_records, health, live_playlist, load_record, sample

from pytest_hlsload.model.breaches import ThresholdBreach
from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.client_records import StateRecord
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import (
    EndRecord,
    FindingRecord,
    HealthRecord,
    HostRecord,
    LookRecord,
    LostRecord,
    ProblemRecord,
    Record,
)
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stall_groups import stall_groups
from pytest_hlsload.model.states import State

# Clients 1 and 2 are on host a, 3 and 4 on host b.
HOSTS = (
    HostRecord(at=0.1, host="a", address="tcp://a:1", first=1, clients=2, error=0.002, machine={"cores": 2}),
    HostRecord(
        at=0.1, host="b", address="tcp://b:1", first=3, clients=2, offset=7.0, error=0.004, machine={"cores": 8}
    ),
)


def stalls(start: float, end: float) -> History:
    return (*HEALTHY[:-1], (start, "stall"), (end, "play"), (60.0, "leave"))


def on_hosts(*histories: History, extra: Iterable[Record] = (), ends: str = "stop", **settings: Any) -> LoadReport:
    records = [r for n, history in enumerate(histories, 1) for r in client_records(n, history)]
    rest = sorted((*HOSTS, *records, *extra), key=lambda record: record.at)
    end = EndRecord(at=max(record.at for record in rest), reason=ends)
    return fold([load_record(len(histories), **settings), *rest, end])


def lost(at: float, *clients: int) -> list[Record]:
    states = [StateRecord(at=at, client=client, state=State.LOST) for client in clients]
    return [LostRecord(at=at, host="b", why="its dask worker is gone"), *states]


def test_each_host_has_its_clients_and_a_report_of_its_own() -> None:
    report = on_hosts(HEALTHY, HEALTHY, stalls(20, 28), HEALTHY)
    left, right = report.hosts

    assert (left.name, [*left.clients], right.name, [*right.clients]) == ("a", [1, 2], "b", [3, 4])
    assert [client.host for client in report.clients] == ["a", "a", "b", "b"]
    assert (left.report.stall_count, right.report.stall_count, report.stall_count) == (0, 1, 1)
    assert report.host("b").report.buffering_ratio.worst == report.clients[2]
    assert (right.clock_offset, right.clock_error, right.machine) == (7.0, 0.004, {"cores": 8})


def test_a_host_that_is_not_there_is_told() -> None:
    with pytest.raises(LookupError, match="no host 'c' in this load; its hosts: 'a', 'b'"):
        on_hosts(HEALTHY, HEALTHY, HEALTHY, HEALTHY).host("c")


def test_samples_of_a_host_are_of_its_own_clients() -> None:
    shares = [sample(30.0, 30.0, 29.0), sample(31.0, 28.0, 27.0)]
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY, HEALTHY, extra=[shares[0], replace(shares[1], first=3)])

    assert [client.media_received for client in report.clients] == [30.0, 29.0, 28.0, 27.0]


# The verdict


def test_clients_of_a_lost_host_count_up_to_its_loss() -> None:
    history = (*HEALTHY[:-1], (20.0, "stall"))
    report = on_hosts(HEALTHY, HEALTHY, history, history, extra=lost(24.0, 3, 4))
    hit = report.clients[2]

    assert hit.played == pytest.approx(19.0)
    assert hit.stalled == pytest.approx(4.0)
    assert hit.elapsed == 24.0
    assert hit.time_in(State.LOST) == pytest.approx(report.duration - 24.0)
    assert hit.time_in(State.BUFFERING) == pytest.approx(4.0)
    assert not report.between(30, 60).clients[2].present
    assert report.between(30, 60).buffering_ratio.n == 2


def test_a_lost_host_makes_a_load_invalid_and_is_named() -> None:
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY[:-1], HEALTHY[:-1], extra=lost(24.0, 3, 4))

    assert report.verdict == "invalid"
    (problem,) = report.problems
    assert problem.startswith("host b was lost at 00:24.0 (its dask worker is gone); nothing is known of its 2 of 4")
    assert problem.endswith(" clients from then on: 3-4")
    assert report.host("a").verdict == "pass"
    assert report.host("b").verdict == "invalid"


def test_what_was_before_the_loss_is_not_touched_by_it() -> None:
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY[:-1], HEALTHY[:-1], extra=lost(24.0, 3, 4))

    assert report.between(0, 20).verdict == "pass"


def test_a_client_that_was_lost_before_it_played_has_not_failed_to_start() -> None:
    waiting: History = ((0.0, "come"),)
    report = on_hosts(HEALTHY, HEALTHY, waiting, waiting, extra=lost(0.5, 3, 4))

    assert report.clients[2].buffering_ratio is None
    assert len(report.problems) == 1


def test_a_client_that_was_lost_before_it_came_has_not_come_too_late() -> None:
    report = on_hosts(HEALTHY, HEALTHY, (), (), extra=lost(0.5, 3, 4))

    assert not report.clients[2].present
    assert len(report.problems) == 1


def test_a_host_that_was_the_limit_is_named() -> None:
    late = HealthRecord(
        at=25.0, lag=0.4, cpu=1.0, supervisor_cpu=0.1, memory=1 << 30, descriptors=9, behind=0.0, host="b"
    )
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY, stalls(20, 28), extra=[late, health(25.0)])

    assert report.verdict == "invalid"
    assert report.problems[0].startswith("host b: the load generator was the limit: its supervisor acted up to 0.4 s")
    assert report.host("a").verdict == "pass"
    assert report.generator.worst_lag == 0.4


def test_what_a_host_could_not_do_is_told_with_its_name() -> None:
    trouble = ProblemRecord(at=1.0, client=3, text="no reader could be started: no memory")
    report = on_hosts(HEALTHY, HEALTHY, ((0.0, "come"), (60.0, "leave")), HEALTHY, extra=[trouble])

    assert report.problems[0].startswith("host b: the load generator was the limit: no reader could be started")


def test_a_host_that_was_left_out_is_a_note() -> None:
    out = HostRecord(at=0.0, host="c", address="tcp://c:1", machine={}, trouble="no ffmpeg was found")
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY, HEALTHY, extra=[out])

    assert report.verdict == "pass"
    assert report.notes == ("host c was left out: no ffmpeg was found",)
    assert report.hosts[-1].trouble == "no ffmpeg was found"


def test_the_end_of_all_hosts_is_the_end_of_the_load() -> None:
    both = [*lost(24.0, 3, 4), LostRecord(at=30.0, host="a", why="gone, too")]
    both += [StateRecord(at=30.0, client=client, state=State.LOST) for client in (1, 2)]
    report = on_hosts(*(HEALTHY[:-1],) * 4, extra=both, ends="lost")

    assert report.problems[-1] == "the load ended at 00:30.0 because all of its hosts were lost"


# Causes


def test_a_client_is_judged_by_its_own_hosts_sentinel() -> None:
    stale = FindingRecord(
        at=30.0,
        check="stale_manifest",
        level="error",
        text="playlist unchanged for 10 s",
        since=18.0,
        lasted=10.0,
        host="b",
    )
    seen = [live_playlist(watched=True, host="a"), live_playlist(watched=True, host="b"), stale]
    report = on_hosts(stalls(20, 28), HEALTHY, stalls(20, 28), HEALTHY, extra=seen)

    assert report.clients[2].stalls[0].cause is Cause.PLAYLIST_STALE
    assert report.clients[0].stalls[0].cause is Cause.SEGMENT_SLOW


def test_what_sentinels_saw_is_told_of_each_host_by_itself() -> None:
    # The clock of host b is ahead by four seconds, so that every edge looks older there.
    looks = [
        LookRecord(at=at, asked=at, took=0.01, had=True, changed=True, unchanged=2.0, latency=latency, host=host)
        for at, host, latency in ((10.0, "a", 3.0), (10.1, "b", 7.0), (12.0, "a", 3.1), (12.1, "b", 7.2))
    ]
    stale = FindingRecord(at=30.0, check="stale_manifest", level="error", text="unchanged", since=18.0, host="b")
    seen = [live_playlist(watched=True, host="a"), live_playlist(watched=True, host="b"), *looks, stale]
    stream = on_hosts(HEALTHY, HEALTHY, HEALTHY, HEALTHY, extra=seen).stream

    assert stream.latency_growth == pytest.approx(0.2)
    assert [finding.text for finding in stream.findings] == ["host b: unchanged"]
    assert stream.retrieval.n == 4


def test_stalls_on_one_host_only_are_said_to_be() -> None:
    report = on_hosts(HEALTHY, HEALTHY, stalls(20, 28), stalls(21, 27))
    (group,) = stall_groups(report.clients)

    assert group.clients == (3, 4)
    assert group.hosts == ("b",)


def test_stalls_of_several_hosts_are_together_only_if_their_clocks_leave_no_doubt() -> None:
    close = on_hosts(stalls(20, 28), HEALTHY, stalls(27.996, 30), HEALTHY)
    sure = on_hosts(stalls(20, 28), HEALTHY, stalls(27.99, 30), HEALTHY)
    alike = on_hosts(stalls(20, 28), stalls(27.999, 30), HEALTHY, HEALTHY)

    assert [group.hosts for group in stall_groups(close.clients)] == [("a",), ("b",)]
    assert [group.hosts for group in stall_groups(sure.clients)] == [("a", "b")]
    assert [group.clients for group in stall_groups(alike.clients)] == [(1, 2)]


# Thresholds


def test_a_threshold_may_speak_of_every_host() -> None:
    report = on_hosts(HEALTHY, HEALTHY, stalls(20, 28), HEALTHY, thresholds=["every host: stall_count == 0"])

    assert report.verdict == "fail"
    assert report.problems == ("host b: stall_count 1 != 0 (client 3: 1; 1 of 2 have any)",)


def test_a_threshold_may_speak_of_one_host() -> None:
    report = on_hosts(HEALTHY, HEALTHY, stalls(20, 28), HEALTHY)

    report.check("host a: longest_stall.max < 1s")
    with pytest.raises(ThresholdBreach, match=r"host b: longest_stall\.max 8 s"):
        report.check("host b: longest_stall.max < 1s")


def test_a_threshold_of_a_host_that_is_not_there_does_not_hold() -> None:
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY, HEALTHY)

    with pytest.raises(ThresholdBreach, match=r"host c: restarts is unknown.*the load's hosts: 'a', 'b'"):
        report.check("host c: restarts == 0")


def test_on_one_machine_every_host_is_that() -> None:
    report = fold([load_record(1), *client_records(1, stalls(20, 28)), EndRecord(at=60.0, reason="stop")])

    report.check("every host: restarts == 0")
    with pytest.raises(ThresholdBreach, match=r"^longest_stall\.max 8 s"):
        report.check("every host: longest_stall.max < 1s")


def test_a_report_of_hosts_survives_as_data() -> None:
    report = on_hosts(HEALTHY, HEALTHY, HEALTHY[:-1], HEALTHY[:-1], extra=lost(24.0, 3, 4))
    data = report.to_dict()

    assert LoadReport.from_dict(data) == report
    assert [(host["name"], host["verdict"], host["lost_at"]) for host in data["hosts"]] == [
        ("a", "pass", None),
        ("b", "invalid", 24.0),
    ]
