"""How the load generator itself did"""

import pytest
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, health, report

from pytest_hlsload.model.records import HealthRecord


def test_the_worst_of_all_records_counts() -> None:
    it = report(
        HEALTHY, extra=[health(5.0, lag=0.1, cpu=0.2), health(10.0, lag=0.2, cpu=0.6, descriptors=40), health(15.0)]
    ).generator

    assert (it.worst_lag, it.worst_lag_at, it.cpu_max, it.min_descriptors, it.min_memory) == (0.2, 10.0, 0.6, 40, 2**30)
    assert it.cpu == pytest.approx(1.1 / 3)
    assert it.limit == ""


def test_nothing_measured_is_no_limit() -> None:
    it = report(HEALTHY).generator

    assert (it.worst_lag, it.cpu, it.limit) == (None, None, "")
    assert repr(it) == "<Generator: not the limit>"


def test_what_the_system_does_not_say_is_left_out() -> None:
    unknown = HealthRecord(at=5.0, lag=0.0, cpu=None, supervisor_cpu=0.0, memory=None, descriptors=None, behind=0.0)

    it = report(HEALTHY, extra=[unknown]).generator

    assert (it.worst_lag, it.cpu_max, it.min_memory, it.min_descriptors) == (0.0, None, None, None)


def test_a_supervisor_that_acts_late_was_the_limit() -> None:
    it = report(STALLS_ONCE, extra=[health(5.0, lag=0.25), health(10.0, lag=0.41)])

    assert it.verdict == "invalid"
    (problem,) = it.problems
    assert problem == (
        "the load generator was the limit: its supervisor acted up to 0.4 s late at 00:10.0,"
        " and more than 0.25 s blurs every figure"
    )
    assert report(STALLS_ONCE, extra=[health(5.0, lag=0.25)]).verdict == "pass"


def test_running_out_of_descriptors_was_the_limit() -> None:
    it = report(STALLS_ONCE, extra=[health(5.0, descriptors=3)])

    assert it.problems == (
        "the load generator was the limit: it ran out of file descriptors (raise the limit: ulimit -n)",
    )


def test_a_window_has_the_health_of_its_own_time() -> None:
    it = report(STALLS_ONCE, extra=[health(5.0, lag=0.5), health(10.0)])

    assert it.verdict == "invalid"
    assert it.after(5.0).verdict == "pass", "the record at 5 s speaks of the seconds before"


STARVED = {"readers_busy": 0.97, "readers_waited": 0.71, "cpu": 1.0}


def test_readers_that_wait_for_a_processor_and_do_not_rest_were_the_limit() -> None:
    it = report(STALLS_ONCE, extra=[health(20.0, **STARVED)])

    assert it.verdict == "invalid"
    assert it.problems[0] == (
        "the load generator was the limit: its readers waited for a processor for 71% of the time before 00:20.0"
        " and rested for 3%; the machine's was 100% in use"
    )
    (stall,) = it.clients[0].stalls
    assert stall.cause == "generator"
    assert "waited for a processor for 71%" in stall.evidence


@pytest.mark.parametrize(
    ("busy", "waited", "mode", "verdict"),
    [
        (0.7, 0.6, "copy", "pass"),
        (0.97, 0.2, "copy", "pass"),  # busy with something that may be no media
        (0.97, 0.2, "decode", "invalid"),  # a decoder needs all that it asks for
        (None, None, "copy", "pass"),
    ],
)
def test_readers_that_rest_or_do_not_wait_were_not(
    busy: float | None, waited: float | None, mode: str, verdict: str
) -> None:
    record = health(20.0, readers_busy=busy, readers_waited=waited, cpu=1.0)

    assert report(STALLS_ONCE, extra=[record], mode=mode).verdict == verdict


def test_stalls_outside_the_span_in_which_it_was_the_limit_have_their_own_cause() -> None:
    assert report(STALLS_ONCE, extra=[health(50.0, **STARVED)]).clients[0].stalls[0].cause == "unknown"


def test_readers_that_were_short_of_cpu_explain_why_clients_never_started() -> None:
    records = [health(float(at), **STARVED) for at in range(5, 60, 5)]
    it = report(NEVER_PLAYS, extra=records)

    assert it.verdict == "invalid"
    assert "1 of 1 clients did not start within 30 s: 1: the load generator was short of CPU" in it.problems[1]
    once = [*records[:1], *(health(float(at)) for at in range(10, 60, 5))]
    assert report(NEVER_PLAYS, extra=once).problems[1].endswith("no trouble in its log")


def test_a_machine_without_memory_was_the_limit_and_explains_what_was_killed() -> None:
    killed = (*HEALTHY[:-1], (20.0, "exit", -9), (26.0, "stall"), (27.0, "reader"), (28.0, "play"), (60.0, "leave"))
    it = report(killed, extra=[health(20.0, memory=12 * 2**20)])

    assert it.problems[0] == "the load generator was the limit: its machine had 12 MiB of memory left"
    assert it.clients[0].exits[0].cause == "generator"
    assert report(killed, extra=[health(20.0)]).clients[0].exits[0].cause == "reader_killed"


def test_a_ramp_that_is_behind_was_the_limit_where_there_is_one() -> None:
    late = [health(10.0, behind=3.0)]

    assert report(STALLS_ONCE, extra=late, ramp=20.0).problems == (
        "the load generator was the limit: its ramp was 3 s behind",
    )
    assert report(STALLS_ONCE, extra=late, ramp=60.0).verdict == "pass", "a tenth of it is no matter"
    assert report(STALLS_ONCE, extra=late).verdict == "pass", "without a ramp they come as fast as they can"
