"""The journals of several hosts as one."""

import pytest

from pytest_hlsload.cluster.merging import Merging, Share
from pytest_hlsload.model.client_records import ClientRecord, StateRecord
from pytest_hlsload.model.records import (
    CommandRecord,
    EndRecord,
    FindingRecord,
    HealthRecord,
    HostRecord,
    LoadRecord,
    LostRecord,
    Record,
)
from pytest_hlsload.model.states import State

OWNER_ZERO = 1000.0


def load_record(monotonic: float) -> LoadRecord:
    return LoadRecord(at=0.0, version=1, id="a", wall=0.0, monotonic=monotonic, machine={"cores": 2}, settings={})


def two_hosts() -> Merging:
    """Host a's clock is the owner's, host b's is 500 s ahead; both began 0.2 s after the owner."""
    merging = Merging(OWNER_ZERO, [Share("a", "tcp://a", 1, 2), Share("b", "tcp://b", 3, 1, offset=500.0, error=0.001)])
    merging.take("a", [load_record(1000.2)])
    merging.take("b", [load_record(1500.2)])
    return merging


def kinds(records: list[Record]) -> list[str]:
    return [record.kind for record in records]


def test_a_host_is_told_of_with_its_first_record() -> None:
    merging = Merging(OWNER_ZERO, [Share("b", "tcp://b", 3, 1, offset=500.0, error=0.001)])

    (record,) = merging.take("b", [load_record(1500.2)])

    assert isinstance(record, HostRecord)
    assert (record.host, record.first, record.clients, record.machine) == ("b", 3, 1, {"cores": 2})
    assert record.at == pytest.approx(0.2)


def test_times_become_the_owners() -> None:
    merging = two_hosts()
    came = ClientRecord(at=1.0, client=3, url="u")
    found = FindingRecord(at=9.0, check="stale_manifest", level="error", text="t", since=5.0)

    moved, finding = merging.take("b", [came, found])

    assert moved.at == pytest.approx(1.2)
    assert isinstance(finding, FindingRecord)
    assert finding.at == pytest.approx(9.2)
    assert finding.since == pytest.approx(5.2)


def test_records_of_the_load_are_given_their_host() -> None:
    health = HealthRecord(at=5, lag=0, cpu=0, supervisor_cpu=0, memory=1, descriptors=1, behind=0)

    (record,) = two_hosts().take("b", [health])

    assert isinstance(record, HealthRecord)
    assert record.host == "b"


def test_a_command_counts_once_all_hosts_have_carried_it_out() -> None:
    merging = two_hosts()

    assert merging.take("a", [CommandRecord(at=3.0, id=7, command="phase", text="x")]) == []
    (record,) = merging.take("b", [CommandRecord(at=3.1, id=7, command="phase", text="x")])

    assert isinstance(record, CommandRecord)
    assert (record.id, record.text) == (7, "x")
    assert record.at == pytest.approx(3.3)
    # It may have been sent twice.
    assert merging.take("b", [CommandRecord(at=3.2, id=7, command="phase", text="x")]) == []


def test_the_load_has_ended_once_all_hosts_have() -> None:
    merging = two_hosts()
    merging.ask_to_stop(9)
    ends = [CommandRecord(at=8.0, id=9, command="stop"), EndRecord(at=8.3, reason="stop")]

    assert merging.take("a", ends) == []
    stop, end = merging.take("b", ends)

    assert isinstance(stop, CommandRecord)
    assert isinstance(end, EndRecord)
    assert (stop.id, stop.command, end.reason) == (9, "stop", "stop")
    assert stop.at == pytest.approx(8.2)
    assert merging.ended


def test_clients_of_a_lost_host_are_lost_from_the_last_that_is_known_of_it() -> None:
    merging = two_hosts()
    merging.take("a", [StateRecord(at=6.0, client=1, state=State.STREAMING)])

    lost, first, second = merging.lose("a", "gone")

    assert isinstance(lost, LostRecord)
    assert (lost.host, lost.why) == ("a", "gone")
    assert lost.at == pytest.approx(6.2)
    assert first == StateRecord(at=lost.at, client=1, state=State.LOST)
    assert second == StateRecord(at=lost.at, client=2, state=State.LOST)
    # What may yet come of it is of no use any more.
    assert merging.take("a", [StateRecord(at=7.0, client=1, state=State.BACKOFF)]) == []
    assert merging.lose("a", "gone again") == []


def test_of_viewers_that_come_and_go_those_are_lost_that_are_there() -> None:
    share = Share("b", "tcp://b", 3, 2, of_all=4)
    merging = Merging(OWNER_ZERO, [Share("a", "tcp://a", 1, 2, of_all=4), share])
    merging.take("b", [load_record(1000.0)])
    merging.take("b", [ClientRecord(at=at, client=client, url="u") for at, client in ((1, 3), (1, 4), (5, 7), (9, 11))])

    _, *states = merging.lose("b", "gone")

    assert states == [StateRecord(at=9.0, client=client, state=State.LOST) for client in (11, 4)]
    assert [client for client in range(1, 13) if share.has(client)] == [3, 4, 7, 8, 11, 12]


def test_a_command_does_not_wait_for_a_host_that_is_lost() -> None:
    merging = two_hosts()
    merging.take("b", [CommandRecord(at=3.0, id=7, command="mark", text="x")])

    assert "command" in kinds(merging.lose("a", "gone"))


def test_the_load_ends_with_its_last_host() -> None:
    merging = two_hosts()
    merging.lose("a", "gone")
    *_, stop, end = merging.lose("b", "gone, too")

    assert isinstance(end, EndRecord)
    assert end.reason == "lost"
    assert stop.kind == "command"
    assert merging.finish(9.0, "stop") == []


@pytest.mark.parametrize("reason", ["lease", "signal", "lifeline", "crash"])
def test_a_host_that_ends_by_itself_is_lost(reason: str) -> None:
    merging = two_hosts()

    lost, *_ = merging.take("a", [EndRecord(at=4.0, reason=reason)])

    assert isinstance(lost, LostRecord)
    assert lost.at == pytest.approx(4.2)


def test_a_host_that_never_began_is_lost_from_then_on() -> None:
    merging = Merging(OWNER_ZERO, [Share("a", "tcp://a", 1, 1), Share("b", "tcp://b", 2, 1)])

    host, lost, state = merging.lose("a", "no room", at=1.5)

    assert kinds([host, lost, state]) == ["host", "lost", "state"]
    assert lost.at == 1.5


def test_a_clock_that_is_known_better_is_told_again() -> None:
    merging = two_hosts()

    assert merging.tell_clock("b", 500.0, 0.0009) == []
    (record,) = merging.tell_clock("b", 500.0001, 0.0002)

    assert isinstance(record, HostRecord)
    assert (record.offset, record.error) == (500.0001, 0.0002)
