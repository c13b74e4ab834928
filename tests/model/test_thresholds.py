"""The language of thresholds"""

import contextlib
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.histories import (
    HEALTHY,
    NEVER_PLAYS,
    STALLS_ONCE,
    History,
    journal,
    journals,
    load_record,
    report,
)

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.metrics import METRICS, STATS, Unit, parse_amount, show_amount, show_apart
from pytest_hlsload.model.records import CommandRecord, Record
from pytest_hlsload.model.thresholds import OPERATORS, OPPOSITES, add_up, parse_threshold, split_thresholds

RESTARTED: History = ((0.0, "come"), (0.8, "open"), (1.0, "play"), (20.0, "exit"), (21.0, "reader"), (60.0, "leave"))
STALLS_MORE: History = (*HEALTHY[:-1], (20.0, "stall"), (40.0, "play"), (60.0, "leave"))


def breaches(load: Sequence[History], *texts: str) -> list[str]:
    return [breach.line for breach in fold(journal(*load, thresholds=texts)).breaches]


@pytest.mark.parametrize(
    ("text", "subject", "operator", "bound"),
    [
        ("buffering_ratio.max <= 10%", "buffering_ratio.max", "<=", 0.1),
        ("buffering_ratio.max<=0.1", "buffering_ratio.max", "<=", 0.1),
        (" startup_time.p95 < 3s ", "startup_time.p95", "<", 3.0),
        ("startup_time.p95 < 500ms", "startup_time.p95", "<", 0.5),
        ("longest_stall.max < 2m", "longest_stall.max", "<", 120.0),
        ("restarts == 0", "restarts", "==", 0.0),
        ("startup_time.n == 20", "startup_time.n", "==", 20.0),
        ("media_bitrate.min >= 2.5Mb/s", "media_bitrate.min", ">=", 2.5e6),
        ("bytes_received > 5MB", "bytes_received", ">", 5e6),
        ("uptime.min >= 99.5 %", "uptime.min", ">=", 0.995),
        ("startup_time.p95 <= 120% of 2s", "startup_time.p95", "<=", 2.4),
        ("buffering_ratio.max <= 5% + 2 points", "buffering_ratio.max", "<=", 0.07),
        ("stream.stale.max < 6s", "stream.stale.max", "<", 6.0),
        ("stream.errors == 0", "stream.errors", "==", 0.0),
        ("lowest_buffer.min > 4s - 500ms", "lowest_buffer.min", ">", 3.5),
    ],
)
def test_a_threshold_is_a_figure_an_operator_and_a_bound(text: str, subject: str, operator: str, bound: float) -> None:
    it = parse_threshold(text)

    assert (it.subject, it.operator) == (subject, operator)
    assert it.bound == pytest.approx(bound)
    assert parse_threshold(it.text) == it


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("buffering_ratio.max", "is not a threshold: write METRIC.STAT OP VALUE"),
        ("buffering_ratio.max = 1", "is not a threshold: write METRIC.STAT OP VALUE"),
        ("1 < restarts < 3", "is not a threshold: write METRIC.STAT OP VALUE"),
        ("__import__('os') == 0", "is not a threshold: write METRIC.STAT OP VALUE"),
        (3, "3 is not a threshold: write METRIC.STAT OP VALUE"),
        (
            "bufering.max < 1",
            "'bufering' in 'bufering.max < 1' is no figure of a report; known are: buffering_ratio.STAT,",
        ),
        ("startup_time < 3s", "'startup_time' in 'startup_time < 3s' is one figure a client; name one of n, min, mean"),
        ("stream.stale < 6s", "'stream.stale' in 'stream.stale < 6s' is one figure a look; name one of n, min, mean"),
        ("stream.bogus == 0", "'stream.bogus' in 'stream.bogus == 0' is no figure of a report"),
        ("stream.errors.max == 0", "'stream.errors' in 'stream.errors.max == 0' is a plain number and has no 'max'"),
        ("errors == 0", "'errors' in 'errors == 0' is no figure of a report"),
        ("startup_time.p99 < 3s", "has no 'p99'; name one of n, min, mean, median, p95, max"),
        ("restarts.max == 0", "'restarts' in 'restarts.max == 0' is a plain number and has no 'max'"),
        ("restarts == 5%", "'5%' is not a number: write 0 or 3"),
        ("startup_time.p95 < 3 apples", "'3 apples' is not a time: write 3, 3s, 500ms or 2m"),
        ("buffering_ratio.max <= 10", "'10' is not a ratio: write 10% or 0.1"),
        ("startup_time.p95 < 2 points", "'2 points' is not a time"),
        ("startup_time.p95 < 2s + 2 points", "'2 points' is not a time"),
    ],
)
def test_what_is_none_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        parse_threshold(text)
    assert sentence in str(caught.value)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert math.isfinite(parse_threshold(text).bound)


def test_a_setting_is_a_list_or_one_text() -> None:
    both = ("restarts == 0", "startup_time.p95 < 3s")

    assert split_thresholds(["restarts == 0", "startup_time.p95  <  3s"]) == both
    for between in ";", ",", "\n":
        assert split_thresholds(f"restarts == 0{between} startup_time.p95 < 3s{between}") == both
    with pytest.raises(ValueError, match="are not thresholds: write a list"):
        split_thresholds(3)


def test_sources_add_up_and_a_nearer_one_replaces_what_is_said_of_the_same_figure() -> None:
    ini = ["restarts == 0", "startup_time.p95 < 3s", "startup_time.max < 9s"]
    marker = ["startup_time.p95 < 5s", "startup_time.p95 > 0s"]

    assert add_up([ini, marker]) == (
        "restarts == 0",
        "startup_time.max < 9s",
        "startup_time.p95 < 5s",
        "startup_time.p95 > 0s",
    )


def test_a_breach_says_in_a_line_what_who_and_how_many() -> None:
    load = [*[HEALTHY] * 17, STALLS_ONCE, STALLS_MORE, STALLS_ONCE]

    assert breaches(load, "buffering_ratio.max <= 10%", "stall_count == 0", "uptime.min >= 90%", "restarts == 0") == [
        "buffering_ratio.max 33.9% > 10% (client 19; 3 of 20 over)",
        "stall_count 3 != 0 (client 18: 1; 3 of 20 have any)",
        "uptime.min 65% < 90% (client 19; 3 of 20 under)",
    ]
    assert breaches([STALLS_ONCE], "longest_stall.max < 5s") == ["longest_stall.max 8 s >= 5 s (client 1)"]
    assert breaches([HEALTHY, NEVER_PLAYS], "startup_time.max < 3s") == [
        "startup_time.max infinite >= 3 s (client 2; 1 of 2 over)"
    ]
    assert breaches([HEALTHY, RESTARTED], "restarts == 0") == ["restarts 1 != 0 (client 2: 1; 1 of 2 have any)"]


def test_a_bound_that_was_computed_says_from_what() -> None:
    assert breaches([STALLS_ONCE], "buffering_ratio.max <= 5% + 2 points") == [
        "buffering_ratio.max 13.6% > 7% = 5% + 2 points (client 1)"
    ]


def test_a_figure_that_nobody_has_never_keeps_a_threshold() -> None:
    for operator in OPERATORS:
        assert breaches([HEALTHY], f"media_bitrate.min {operator} 1Mb/s") == [
            f"media_bitrate.min is unknown, so it is not {operator} 1Mb/s (no client has one)"
        ]


def test_a_breach_fails_the_load_after_what_is_always_judged() -> None:
    it = report(HEALTHY, NEVER_PLAYS, thresholds=["buffering_ratio.max <= 10%"])

    assert it.verdict == "fail"
    assert it.problems[0].startswith("1 of 2 clients did not start within 30 s")
    assert it.problems[1] == "buffering_ratio.max 100% > 10% (client 2; 1 of 2 over)"
    assert report(HEALTHY, thresholds=["buffering_ratio.max <= 10%"]).verdict == "pass"


def test_the_warm_up_is_left_out() -> None:
    early: History = ((0.0, "come"), (1.0, "play"), (3.0, "stall"), (9.0, "play"), (60.0, "leave"))
    limit: dict[str, Any] = {"thresholds": ["longest_stall.max < 1s"]}

    assert report(early, **limit).verdict == "fail"
    assert report(early, **limit, warmup=10.0).verdict == "pass"
    assert report(early, warmup=10.0).longest_stall.max == 6.0


def test_thresholds_speak_of_the_whole_load_and_check_of_the_part() -> None:
    it = report(STALLS_ONCE, thresholds=["longest_stall.max < 1s"])

    assert it.verdict == "fail"
    assert it.between(0, 30).breaches == ()
    with pytest.raises(AssertionError, match=r"longest_stall.max 8 s >= 1 s"):
        it.between(0, 30).check("longest_stall.max < 1s")
    it.after(30).check("longest_stall.max < 1s")


def test_check_raises_with_a_table_of_the_offenders() -> None:
    it = report(*[STALLS_ONCE] * 11, STALLS_MORE)

    with pytest.raises(AssertionError) as caught:
        it.check("buffering_ratio.max <= 10%", "restarts == 0")
    lines = str(caught.value).splitlines()
    assert lines[:4] == [
        "buffering_ratio.max 33.9% > 10% (client 12; 12 of 12 over)",
        "  buffering_ratio.max, held to <= 10%:",
        "    client 12  33.9%  stalled 20 s at 00:20.0 (unknown)",
        "    client  1  13.6%  stalled 8 s at 00:20.0 (unknown)",
    ]
    assert lines[-1] == "    and 2 more"


def test_check_without_thresholds_holds_the_report_to_its_verdict() -> None:
    report(HEALTHY).check()
    with pytest.raises(AssertionError, match="did not start within 30 s"):
        report(NEVER_PLAYS).check()
    with pytest.raises(ValueError, match="is no figure of a report"):
        report(HEALTHY).check("nothing < 3")


def test_a_baseline_s_figure_takes_the_place_of_the_word() -> None:
    now, then = report(STALLS_MORE), report(STALLS_ONCE)

    now.check("buffering_ratio.max <= 300% of baseline", baseline=then)
    with pytest.raises(AssertionError, match=r"buffering_ratio.max 33.9% > 15.5593% = 13.5593% \+ 2 points"):
        now.check("buffering_ratio.max <= baseline + 2 points", baseline=then)
    with pytest.raises(ValueError, match="speaks of a baseline, and there is none"):
        now.check("buffering_ratio.max <= baseline")
    with pytest.raises(ValueError, match=r"the baseline has no media_bitrate.min"):
        now.check("media_bitrate.min >= 90% of baseline", baseline=then)


def test_a_snapshot_is_not_judged_by_what_is_not_there_yet() -> None:
    fresh: dict[str, Any] = {"running": True, "ends": ""}
    just_come: History = ((0.0, "come"), (2.0, "log", "refused"))

    limits = ["startup_time.max < 3s", "buffering_ratio.max <= 10%", "media_bitrate.min > 0"]
    assert report(just_come, **fresh, thresholds=limits).breaches == ()
    waits: History = ((0.0, "come"), (4.0, "log", "refused"))
    [breach] = report(waits, **fresh, thresholds=limits).breaches
    assert breach.line == "startup_time.max 4 s >= 3 s (client 1)"


def test_a_soak_that_was_aborted_says_why_once() -> None:
    extra: list[Record] = [CommandRecord(at=30.0, id=1, command="abort", text="restarts 1 != 0 (client 1)")]
    it = report(RESTARTED, extra=extra, abort=["restarts == 0"])

    assert it.problems == ("the soak was aborted at 00:30.0: restarts 1 != 0 (client 1)",)
    assert report(RESTARTED, abort=["restarts == 0"]).problems == ("restarts 1 != 0 (client 1)",)


def test_a_threshold_of_a_later_release_is_passed_over_but_told() -> None:
    it = fold([load_record(0, thresholds=["bandwidth.max < 3", "restarts == 0"])], running=True)

    assert it.breaches == ()
    [note] = it.notes
    assert note.startswith("a threshold of the load cannot be judged: 'bandwidth' in 'bandwidth.max < 3' is no figure")


@pytest.mark.parametrize("unit", Unit)
@given(value=st.floats(1e-6, 1e12))
def test_what_is_shown_can_be_read_again(unit: Unit, value: float) -> None:
    if unit is Unit.RATIO:
        value = min(value, 1.0)

    assert parse_amount(show_amount(value, unit, 12), unit) == pytest.approx(value, rel=1e-6)


def test_figures_that_differ_are_shown_to_differ() -> None:
    value, bound = show_apart(0.100004, 0.1, Unit.RATIO)
    assert value != bound
    assert show_apart(3.0, 3.0, Unit.SECONDS) == ("3 s", "3 s")
    assert show_apart(2_100_000.0, 5e6, Unit.BITRATE) == ("2.1 Mb/s", "5 Mb/s")


@given(journals(), st.sampled_from(sorted(METRICS)), st.sampled_from(STATS), st.sampled_from(sorted(OPERATORS)))
def test_any_load_holds_a_threshold_or_breaches_it(records: list[Record], name: str, stat: str, operator: str) -> None:
    metric = METRICS[name]
    subject = f"{name}.{stat}" if metric.spread else f"{'a: ' * metric.of_phase}{name}"
    it = fold(records)
    opposite = OPPOSITES[operator]
    outcomes = []
    for op in operator, opposite:
        try:
            it.check(f"{subject} {op} 1")
        except AssertionError as error:
            outcomes.append(str(error))
    assert outcomes
    assert all(line.isprintable() for text in outcomes for line in text.splitlines())
