"""What is always judged"""

from typing import Any

import pytest
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, History, health, live_playlist, report

from pytest_hlsload.model.records import ProblemRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.verdict import held_up

PROBE_FAILED = live_playlist(live=None, error="HTTP error 404 Not Found")


def refused(came: float = 0.0) -> History:
    return ((came, "come"), (came + 0.2, "log", "refused", "Connection refused"), (came + 0.3, "exit"), (60.0, "leave"))


def verdict(it: LoadReport) -> tuple[str, tuple[str, ...]]:
    return it.verdict, it.problems


def test_a_load_whose_clients_all_played_passes() -> None:
    it = report(HEALTHY, STALLS_ONCE, extra=[live_playlist(), health(5.0)])

    assert verdict(it) == ("pass", ())
    assert it.notes == ()


def test_clients_that_did_not_start_fail_it_with_the_reason() -> None:
    assert verdict(report(HEALTHY, refused(), HEALTHY, refused())) == (
        "fail",
        ("2 of 4 clients did not start within 30 s: 2, 4: Connection refused (at 00:00.2)",),
    )


def test_different_reasons_are_different_sentences() -> None:
    not_found = ((0.0, "come"), (0.2, "log", "http_error", "HTTP error 404 Not Found", 404), (60.0, "leave"))

    assert report(refused(), not_found, refused()).problems == (
        "2 of 3 clients did not start within 30 s: 1, 3: Connection refused (at 00:00.2)",
        "1 of 3 clients did not start within 30 s: 2: HTTP error 404 Not Found (at 00:00.2)",
    )


def test_a_client_that_started_too_late_did_not_start_in_time() -> None:
    late = ((0.0, "come"), (3.0, "log", "refused", "Connection refused"), (31.0, "play"), (60.0, "leave"))

    assert report(late).problems == ("1 of 1 clients did not start within 30 s: 1: Connection refused (at 00:03.0)",)


def test_a_load_that_was_shorter_than_the_timeout_says_what_the_clients_had() -> None:
    short = ((0.0, "come"), (0.2, "log", "dns", "Failed to resolve hostname"), (10.0, "leave"))

    assert report(short, short).problems == (
        "2 of 2 clients did not start in the 10 s that they had: 1-2: Failed to resolve hostname (at 00:00.2)",
    )


def test_a_snapshot_gives_clients_their_time() -> None:
    assert report(refused()[:-1], running=True, ends="").verdict == "pass"


def test_many_clients_are_named_in_short() -> None:
    (problem,) = report(*[HEALTHY, refused()] * 20, *[refused()] * 5).problems

    assert problem.startswith("25 of 45 clients did not start within 30 s: 2, 4, 6, 8, 10, 12, 14, 16 and 17 more: ")


def test_the_probes_error_explains_what_no_log_does() -> None:
    assert report(NEVER_PLAYS, extra=[PROBE_FAILED]).problems == (
        "1 of 1 clients did not start within 30 s: 1: HTTP error 404 Not Found",
    )


def test_a_probe_that_failed_is_no_problem_where_all_clients_played() -> None:
    it = report(HEALTHY, extra=[PROBE_FAILED])

    assert verdict(it) == ("pass", ())
    assert it.notes == ("the playlist could not be probed: HTTP error 404 Not Found",)


def test_a_probe_that_failed_is_told_beside_other_problems() -> None:
    assert report(refused(), extra=[PROBE_FAILED]).problems == (
        "1 of 1 clients did not start within 30 s: 1: Connection refused (at 00:00.2)",
        "the playlist could not be probed: HTTP error 404 Not Found",
    )


@pytest.mark.parametrize(
    ("dying", "why"),
    [
        (
            ((50.0, "log", "refused", "Connection refused"), (50.1, "exit", 0), (55.0, "stall")),
            "stalled since 00:55.0, refused: Connection refused (at 00:50.0)",
        ),
        (
            ((25.0, "stall"),),
            "stalled since 00:25.0, unknown: a reader ran and waited for media; no trouble in its log",
        ),
    ],
)
def test_clients_dead_at_the_end_fail_it(dying: History, why: str) -> None:
    it = report(HEALTHY, (*HEALTHY[:-1], *dying, (60.0, "leave")))

    assert verdict(it) == ("fail", (f"1 of 2 clients was dead at the end: 2: {why}",))


@pytest.mark.parametrize(
    "living",
    [
        ((55.0, "stall"),),
        ((55.0, "exit", 0), (55.5, "reader"), (56.0, "stall")),
        ((55.0, "exit", 0),),
        ((20.0, "stall"), (59.0, "play")),
    ],
    ids=["stalled but served", "restarted", "playing from its buffer", "recovered"],
)
def test_clients_in_trouble_are_not_dead(living: History) -> None:
    assert report((*HEALTHY[:-1], *living, (60.0, "leave"))).verdict == "pass"


def test_a_snapshot_tells_of_those_dead_now() -> None:
    it = report((*HEALTHY[:-1], (50.0, "exit", 1), (55.0, "stall"), (55.5, "hole", 1.0)), running=True, ends="")

    assert it.problems == ("1 of 1 clients is dead: 1: stalled since 00:55.0, reader_crashed: gave up (status 1)",)


def test_the_end_is_judged_only_where_the_window_reaches_it() -> None:
    it = report((*HEALTHY[:-1], (25.0, "stall"), (60.0, "leave")), ends="")

    assert it.between(0, 20).problems == ()
    assert len(it.after(30).problems) == 2


def test_a_live_stream_must_not_end() -> None:
    ends = (*HEALTHY[:-1], (40.0, "exit", 0, "ended"), (45.5, "end"), (60.0, "leave"))

    assert report(HEALTHY, ends, ends, extra=[live_playlist()]).problems == (
        "the live stream ended at 00:45.5 for 2 of 3 clients: 2-3",
    )
    assert report(ends, extra=[live_playlist(live=False)]).problems == ()


def test_without_a_probe_the_first_reader_tells_whether_the_stream_is_live() -> None:
    def ends(*, vod: bool) -> History:
        return ((0.0, "come"), (0.5, "open", vod), (1.0, "play"), (45.5, "end"), (60.0, "leave"))

    assert len(report(ends(vod=False)).problems) == 1
    assert report(ends(vod=True)).problems == ()


@pytest.mark.parametrize(
    ("ends", "problem"),
    [
        ("", "the load was cut short: its journal breaks off at 01:00.1"),
        ("lifeline", "the load was ended at 01:00.1 because the process that had started it was gone"),
        ("signal", "the load was not stopped but ended at 01:00.1 (signal)"),
        ("crash", "the load was not stopped but ended at 01:00.1 (crash)"),
    ],
)
def test_the_supervisor_must_live(ends: str, problem: str) -> None:
    it = report(HEALTHY, ends=ends)

    assert it.verdict == "fail"
    assert it.problems[0].startswith(problem)


def test_clients_that_never_came_fail_it() -> None:
    assert report(HEALTHY, HEALTHY, clients=5).problems == (
        "3 of 5 clients were never started, because the load ended first: 3-5",
    )
    assert report(HEALTHY, clients=5, running=True, ends="").verdict == "pass"


def test_the_load_generators_own_problems_fail_it() -> None:
    text = "12 records could not be written"
    extra: list[Record] = [ProblemRecord(at=60.0, text=text)]

    assert verdict(report(HEALTHY, extra=extra)) == ("fail", (text,))


def test_what_it_could_not_do_for_a_client_is_a_note_where_the_client_did_not_suffer() -> None:
    it = report(
        (*HEALTHY[:-1], (30.0, "trouble", "no reader could be started: Cannot fork"), (60.0, "leave")), STALLS_ONCE
    )

    assert verdict(it) == ("pass", ())
    assert it.notes == ("client 1: no reader could be started: Cannot fork",)


def test_a_client_that_the_load_generator_could_not_serve_makes_it_invalid() -> None:
    unserved = ((0.0, "come"), (0.1, "trouble", "no reader could be started: Cannot fork"), (60.0, "leave"))

    assert verdict(report(HEALTHY, unserved)) == (
        "invalid",
        (
            "the load generator was the limit: no reader could be started: Cannot fork",
            "1 of 2 clients did not start within 30 s: 2: no reader could be started: Cannot fork",
        ),
    )


def test_invalid_comes_before_fail_and_is_said_first() -> None:
    it = report(refused(), extra=[health(5.0, lag=0.4)])

    assert it.verdict == "invalid"
    assert it.problems[0].startswith("the load generator was the limit: ")
    assert len(it.problems) == 2


def test_a_load_that_is_clean_though_its_generator_was_late_is_clean() -> None:
    it = report(HEALTHY, extra=[health(5.0, lag=0.4)])

    assert (it.verdict, it.problems) == ("pass", ())
    assert it.notes[0].startswith("the load generator was the limit: ")
    assert it.generator.limit


def test_a_stall_beside_a_late_generator_is_nobody_s_fault_yet() -> None:
    assert report(STALLS_ONCE, extra=[health(5.0, lag=0.4)]).verdict == "invalid"


def test_somebody_who_waits_is_told_what_holds_the_clients_up() -> None:
    stalled = (*HEALTHY[:-1], (4.0, "log", "dns", "Failed to resolve hostname"), (5.0, "stall"), (6.0, "hole", 1.0))
    it = report(refused()[:-1], HEALTHY[:-1], stalled, clients=4, running=True, ends="")

    assert it.problems == ()
    assert held_up(it.clients) == (
        "1 of 4 clients has not started: 1: Connection refused (at 00:00.2)",
        "1 of 4 clients is buffering: 3: stalled since 00:05.0, dns: Failed to resolve hostname (at 00:04.0)",
    )


@pytest.mark.parametrize(
    "settings", [{"startup_timeout": 5.0}, {"startup_timeout": 5}], ids=["as a float", "as a whole number"]
)
def test_the_timeout_is_the_loads(settings: dict[str, Any]) -> None:
    slow = ((0.0, "come"), (6.0, "play"), (60.0, "leave"))

    assert report(slow).verdict == "pass"
    assert report(slow, **settings).problems[0].startswith("1 of 1 clients did not start within 5 s")
