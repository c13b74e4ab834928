"""What is said of a phase: its figures, its recovery, and thresholds that name it"""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, History, journals, phase, report, sample

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.metrics import METRICS
from pytest_hlsload.model.records import Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.thresholds import parse_threshold

FAILOVER = phase("failover", 15.0, 45.0)

# All goes wrong once before the phase and once, worse, in it.
TROUBLED: History = (
    (0.0, "come"),
    (1.0, "play"),
    (5.0, "stall"),
    (7.0, "play"),
    (20.0, "exit"),
    (24.0, "stall"),
    (26.0, "reader"),
    (30.0, "hole", 4.0),
    (30.0, "play"),
    (60.0, "leave"),
)
SAMPLES = [
    sample(15.0, 15.0, lowest=[2.5]),
    sample(45.0, 40.0, lowest=[0.5], bitrate=2_000_000),
    sample(60.0, 55.0, lowest=[2.0]),
]


def value(it: LoadReport, metric: str) -> Any:
    figure = getattr(it, metric)
    return figure.max if METRICS[metric].spread else figure


def test_every_figure_is_computed_anew_for_a_phase() -> None:
    it = report(TROUBLED, extra=[*FAILOVER, *SAMPLES])
    part = it.phase("failover")

    # A client starts once: that is not computed anew. The stream's own figures are in test_stream_info.py.
    others = {name for name, metric in METRICS.items() if metric.of_stream} | {"startup_time", "recovery_time"}
    figures = {name: value(part, name) for name in METRICS if name not in others}
    assert figures == {
        "buffering_ratio": 6 / 30,
        "longest_stall": 6.0,
        "uptime": 24 / 30,
        "lowest_buffer": 0.0,
        "latency_growth": 2.0,
        "media_lost": 4.0,
        "media_bitrate": 8 * (40 * 2_000_000 / 8 - 15 * 1_000_000 / 8) / 25,
        "client_restarts": 1,
        "restarts": 1,
        "stall_count": 1,
        "total_buffering_ratio": 6 / 30,
        "duration": 30.0,
        "bytes_received": 8_125_000,
    }
    assert {name for name, figure in figures.items() if figure == value(it, name)} == {
        # of the whole load as well: it had its worst in the phase
        "longest_stall",
        "lowest_buffer",
        "media_lost",
        "client_restarts",
        "restarts",
    }
    before = it.between(0, 15)
    assert [value(before, name) for name in ("longest_stall", "media_lost", "restarts", "lowest_buffer")] == [
        2.0,
        0.0,
        0,
        0.0,
    ]
    assert value(it.after(45), "lowest_buffer") == 2.0


@pytest.mark.parametrize(
    ("history", "seconds"),
    [
        (HEALTHY, 0.0),
        (((0.0, "come"), (1.0, "play"), (5.0, "stall"), (9.0, "play"), (60.0, "leave")), 0.0),
        (STALLS_ONCE, 13.0),
        (TROUBLED, 15.0),
        # twice: it went on doing so only after the second time
        ((*HEALTHY[:-1], (20.0, "stall"), (22.0, "play"), (30.0, "stall"), (34.0, "play"), (60.0, "leave")), 19.0),
        # one that had begun before
        ((*HEALTHY[:-1], (12.0, "stall"), (18.0, "play"), (60.0, "leave")), 3.0),
        # one that ends after the phase
        ((*HEALTHY[:-1], (40.0, "stall"), (50.0, "play"), (60.0, "leave")), 35.0),
        # one that begins after it is another matter
        ((*HEALTHY[:-1], (46.0, "stall"), (50.0, "play"), (60.0, "leave")), 0.0),
        # too short to count
        ((*HEALTHY[:-1], (20.0, "stall"), (24.0, "play"), (40.0, "stall"), (40.4, "play"), (60.0, "leave")), 9.0),
        # who comes in the phase, plays when it has started
        (((20.0, "come"), (22.0, "play"), (60.0, "leave")), 7.0),
        ((*HEALTHY[:-1], (20.0, "stall"), (60.0, "leave")), math.inf),
        ((*HEALTHY[:-1], (20.0, "end"), (60.0, "leave")), math.inf),
        (NEVER_PLAYS, math.inf),
    ],
)
def test_recovery_is_when_a_viewer_plays_again_and_goes_on_doing_so(history: History, seconds: float) -> None:
    assert report(history, extra=FAILOVER).recovery_time("failover") == pytest.approx(seconds)


def test_recovery_is_that_of_the_last_client() -> None:
    it = report(HEALTHY, STALLS_ONCE, TROUBLED, extra=FAILOVER)

    assert it.recovery_time("failover") == 15.0
    assert it.between(0, 29).recovery_time("failover") == math.inf
    assert math.isnan(report(((50.0, "come"), (60.0, "leave")), extra=FAILOVER).recovery_time("failover"))
    with pytest.raises(LookupError, match="no phase 'nothing' in this load; its phases: 'failover'"):
        it.recovery_time("nothing")


def test_a_threshold_may_speak_of_a_phase() -> None:
    it = parse_threshold("  failover to B:longest_stall.max<5s")

    assert (it.phase, it.figure, it.bound) == ("failover to B", "longest_stall.max", 5.0)
    assert it.text == "failover to B: longest_stall.max < 5s"
    assert parse_threshold(it.text) == it
    assert parse_threshold("12:30 failover: restarts == 0").phase == "12:30 failover"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("recovery_time < 5s", "is a phase's figure: name the phase, 'PHASE: recovery_time OP VALUE'"),
        ("failover: recovery_time.max < 5s", "'recovery_time' in .* is a plain number and has no 'max'"),
        ("failover: recovery < 5s", "known are: .*, PHASE: recovery_time"),
        (": restarts == 0", "or 'PHASE: METRIC.STAT OP VALUE'"),
        ("failover:", "or 'PHASE: METRIC.STAT OP VALUE'"),
    ],
)
def test_what_is_no_threshold_of_a_phase_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_threshold(text)


def lines(*histories: History, thresholds: list[str], **given: Any) -> list[str]:
    return [breach.line for breach in report(*histories, thresholds=thresholds, **given).breaches]


def test_a_phase_s_threshold_is_held_against_the_phase() -> None:
    limits = ["failover: longest_stall.max < 5s", "quiet: longest_stall.max < 5s", "failover: restarts == 0"]
    extra = [*phase("quiet", 2.0, 10.0), *FAILOVER]

    assert lines(HEALTHY, TROUBLED, thresholds=limits, extra=extra) == [
        "failover: longest_stall.max 6 s >= 5 s (client 2; 1 of 2 over)",
        "failover: restarts 1 != 0 (client 2: 1; 1 of 2 have any)",
    ]


def test_the_time_of_recovery_can_be_held_to_a_threshold_with_a_table_of_the_offenders() -> None:
    it = report(HEALTHY, STALLS_ONCE, TROUBLED, extra=FAILOVER)

    it.check("failover: recovery_time < 16s")
    with pytest.raises(AssertionError) as caught:
        it.check("failover: recovery_time < 12s")
    assert str(caught.value).splitlines() == [
        "failover: recovery_time 15 s >= 12 s (client 3; 2 of 3 over)",
        "  failover: recovery_time, held to < 12s:",
        "    client 3  15 s  stalled 6 s at 00:24.0 (reader_crashed)",
        "    client 2  13 s  stalled 8 s at 00:20.0 (unknown)",
    ]
    gone = report((*HEALTHY[:-1], (20.0, "stall"), (60.0, "leave")), extra=FAILOVER)
    with pytest.raises(AssertionError, match=r"failover: recovery_time infinite >= 12 s \(client 1\)"):
        gone.check("failover: recovery_time < 12s")


def test_a_phase_that_never_was_keeps_no_threshold() -> None:
    for limit in ("failovr: restarts == 0", "failovr: restarts >= 0", "failovr: recovery_time < 1h"):
        [line] = lines(HEALTHY, thresholds=[limit], extra=FAILOVER)
        assert line.startswith("failovr: re")
        assert line.endswith("(no phase 'failovr' in this load; its phases: 'failover')")
    assert report(HEALTHY, thresholds=["failovr: restarts == 0"]).problems == (
        "failovr: restarts is unknown, so it is not == 0 (no phase 'failovr' in this load; its phases: there are none)",
    )


def test_a_phase_outside_the_part_that_is_checked_keeps_none_either() -> None:
    with pytest.raises(AssertionError, match="failover: restarts is unknown"):
        report(HEALTHY, extra=FAILOVER).after(50).check("failover: restarts == 0")


def test_every_phase_of_the_name_is_held_to_it() -> None:
    extra = [*phase("failover", 2.0, 10.0), *FAILOVER, *phase("failover", 50.0, 55.0)]

    assert lines(TROUBLED, thresholds=["failover: longest_stall.max < 1s"], extra=extra) == [
        "failover at 00:02.0: longest_stall.max 2 s >= 1 s (client 1)",
        "failover at 00:15.0: longest_stall.max 6 s >= 1 s (client 1)",
    ]


def test_the_warm_up_is_no_matter_of_a_phase() -> None:
    early = phase("early", 4.0, 9.0)

    assert lines(TROUBLED, thresholds=["early: longest_stall.max < 1s"], extra=early, warmup=10.0) == [
        "early: longest_stall.max 2 s >= 1 s (client 1)"
    ]


def test_a_snapshot_breaches_only_what_it_knows() -> None:
    going: dict[str, Any] = {"running": True, "ends": "", "extra": phase("failover", 15.0)}
    down: History = (*HEALTHY[:-1], (20.0, "stall"), (25.0, "log", "refused"))

    assert lines(down, thresholds=["later: restarts == 0", "failover: recovery_time < 15s"], **going) == []
    assert lines(down, thresholds=["failover: recovery_time < 8s"], **going) == [
        "failover: recovery_time 10 s >= 8 s (client 1)"
    ]


def test_a_baseline_s_phase_takes_the_place_of_the_word() -> None:
    then = report(STALLS_ONCE, extra=FAILOVER)

    report(STALLS_ONCE, extra=FAILOVER).check("failover: recovery_time <= 110% of baseline", baseline=then)
    with pytest.raises(AssertionError, match=r"failover: recovery_time 15 s > 14.3 s = 110% of 13 s"):
        report(TROUBLED, extra=FAILOVER).check("failover: recovery_time <= 110% of baseline", baseline=then)
    with pytest.raises(ValueError, match="the baseline has no phase 'later' in this load"):
        then.check("later: longest_stall.max <= baseline", baseline=then)


def test_data_has_the_figures_of_every_phase() -> None:
    gone: History = (*HEALTHY[:-1], (20.0, "stall"), (60.0, "leave"))
    [early, late] = report(gone, extra=[*phase("early", 2.0, 9.0), *FAILOVER]).to_dict()["phases"]

    assert (early["name"], early["recovery_time"], early["stall_count"]) == ("early", 0.0, 0)
    assert (late["start"], late["end"], late["open"]) == (15.0, 45.0, False)
    assert late["recovery_time"] is None, "JSON has no word for infinite"
    assert late["spreads"]["longest_stall"]["max"] == 40.0


@given(journals(), st.sampled_from(["a: recovery_time", "b: buffering_ratio.max", "a: restarts"]))
def test_a_phase_of_any_load_can_be_judged(records: list[Record], figure: str) -> None:
    it = fold(records)

    outcomes = []
    for operator in "<=", ">":
        try:
            it.check(f"{figure} {operator} 1")
        except AssertionError as error:
            outcomes += str(error).splitlines()
    assert outcomes
    assert all(line.isprintable() for line in outcomes)
    for one in it.phases:
        assert not it.recovery_time(one.name) < 0
