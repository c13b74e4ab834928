"""Loads whose viewers come and go"""

from typing import Any

import pytest
from model.histories import History, client_records, load_record, report

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import CommandRecord, EndRecord, Record, SampleRecord
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.samples import thin

STAYS: History = ((0.0, "come", 1, 20.0), (0.8, "open"), (1.0, "play"), (20.0, "leave"))
FOLLOWS: History = ((20.0, "come", 1, 90.0), (20.4, "open"), (20.5, "play"), (60.0, "leave"))
LOOKS_IN: History = ((20.0, "come", 1, 0.3), (20.3, "leave"))
COMES_LAST: History = ((59.9, "come", 1, 50.0), (60.0, "leave"))
IN_VAIN: History = ((10.0, "come", 1, 45.0), (55.0, "leave"))


def loaded(at_a_time: int, *extra: Record, **viewers: History) -> LoadReport:
    """Of viewers by their numbers, ``v7``."""
    records = [r for name, history in viewers.items() for r in client_records(int(name[1:]), history)]
    stop: list[Record] = [CommandRecord(at=60.0, id=9, command="stop", text="stop"), EndRecord(at=60.1, reason="stop")]
    records.sort(key=lambda record: record.at)
    return fold([load_record(at_a_time, churn=30.0), *extra, *records, *stop])


def test_who_follows_is_a_client_of_its_own_and_numbers_may_be_missing() -> None:
    it = loaded(2, v1=STAYS, v2=STAYS, v4=FOLLOWS)

    assert [client.index for client in it.clients] == [1, 2, 4]
    assert [client.played for client in it.clients] == [19.0, 19.0, 39.5]
    assert (it.verdict, it.problems) == ("pass", ())


def test_a_viewer_that_leaves_without_a_picture_is_no_failure_to_start() -> None:
    it = loaded(2, v1=STAYS, v2=STAYS, v3=LOOKS_IN, v4=COMES_LAST)

    looked_in, last = it.clients[2:]
    assert looked_in.gave_up
    assert last.gave_up
    assert looked_in.buffering_ratio is looked_in.uptime is None
    assert (it.startup_time.n, it.startup_time.max) == (2, 1.0)
    assert it.total_buffering_ratio == 0
    assert it.verdict == "pass"


def test_a_viewer_that_stays_as_long_as_a_start_may_take_and_sees_nothing_is_one() -> None:
    it = loaded(1, v1=IN_VAIN)

    assert not it.clients[0].gave_up
    assert it.clients[0].buffering_ratio == 1.0
    assert it.problems[0].startswith("1 of 1 clients did not start within 30 s: 1")


def test_a_viewer_that_left_while_it_buffered_is_not_dead_at_the_end_but_has_stalled() -> None:
    it = loaded(1, v1=(*STAYS[:-1], (12.0, "stall"), (20.0, "leave")), v2=FOLLOWS)

    assert it.clients[0].buffering_ratio == pytest.approx(8 / 19)
    assert it.stall_count == 1
    assert it.verdict == "pass"


def test_a_viewer_that_stays_to_the_end_and_is_dead_then_makes_it_fail() -> None:
    dead = (*FOLLOWS[:-1], (29.0, "exit"), (29.5, "stall"), (60.0, "leave"))

    assert loaded(1, v1=STAYS, v2=dead).problems[0].startswith("1 of 2 clients was dead at the end: 2")


def sample(at: float, lowest: float = 2.0, **received: float) -> SampleRecord:
    numbers = tuple(int(name[1:]) for name in received)
    values = tuple(received.values())
    return SampleRecord(
        at=at,
        received=values,
        bytes=tuple(int(value * 1000) for value in values),
        level=values,
        lowest=(lowest,) * len(values),
        clients=numbers,
    )


SAMPLES = (sample(10, v1=12), sample(20, 1.0, v1=22, v2=0), sample(25, v2=9), sample(35, 0.5, v2=19))


@pytest.mark.parametrize("samples", [SAMPLES, tuple(thin(SAMPLES, ()))], ids=["as they are", "thinned"])
def test_a_viewer_that_has_left_keeps_what_it_had(samples: tuple[SampleRecord, ...]) -> None:
    it = loaded(1, *samples, v1=STAYS, v2=FOLLOWS)

    one, two = it.clients
    assert (one.media_received, one.bytes_received, one.lowest_buffer) == (22, 22_000, 1.0)
    assert (two.media_received, two.bytes_received, two.lowest_buffer) == (19, 19_000, 0.5)
    assert it.bytes_received == 41_000
    assert it.after(40).bytes_received == 0


def test_a_report_of_such_a_load_survives_being_saved() -> None:
    it = loaded(1, *SAMPLES, v1=STAYS, v2=FOLLOWS)

    assert LoadReport.from_dict(it.to_dict()) == it


def test_a_load_whose_viewers_stay_is_judged_as_ever() -> None:
    history: Any = ((0.0, "come"), (0.3, "leave"))

    assert report(history).verdict == "fail"
