"""How the load generator itself did"""

import pytest
from model.histories import HEALTHY, STALLS_ONCE, health, report

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
