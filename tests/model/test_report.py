"""The report of a load"""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.histories import (
    HEALTHY,
    NEVER_PLAYS,
    STALLS_ONCE,
    URL,
    health,
    journal,
    journals,
    live_playlist,
    phase,
    report,
    sample,
)

from pytest_hlsload.model.fold import Fold, fold
from pytest_hlsload.model.metrics import SPREADS
from pytest_hlsload.model.phases import Mark, Phase
from pytest_hlsload.model.records import CommandRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.spread import Spread
from pytest_hlsload.model.states import State


def test_sums_are_over_all_clients() -> None:
    restarts = (*HEALTHY[:-1], (10.0, "exit"), (10.5, "reader"), (20.0, "exit"), (20.5, "reader"), (60.0, "leave"))

    it = report(STALLS_ONCE, restarts, STALLS_ONCE)

    assert (it.restarts, it.stall_count) == (2, 2)
    assert it.client_restarts.max == 2
    assert it.time_in(State.BUFFERING) == 16.0


def test_the_total_ratio_is_one_of_totals() -> None:
    short = ((50.0, "come"), (51.0, "play"), (55.0, "stall"), (60.0, "leave"))

    assert report(STALLS_ONCE, short).total_buffering_ratio == (8 + 5) / (59 + 9)


def test_clients_that_saw_nothing_weigh_in_the_total_with_all_their_time() -> None:
    assert report(NEVER_PLAYS, NEVER_PLAYS).total_buffering_ratio == 1.0
    assert report(HEALTHY, NEVER_PLAYS).total_buffering_ratio == 60 / 119


def test_there_is_no_total_ratio_of_nothing() -> None:
    assert math.isnan(report(((0.0, "come"), (1.0, "log", "refused")), ends="", running=True).total_buffering_ratio)


def test_a_phase_is_what_lies_between_its_commands() -> None:
    it = report(STALLS_ONCE, extra=[*phase("quiet", 2.0, 15.0), *phase("failover", 15.0, 40.0)])

    assert it.phases == (Phase("quiet", 2.0, 15.0, False), Phase("failover", 15.0, 40.0, False))
    assert it.phase("failover").longest_stall.max == 8.0
    assert it.phase("failover").duration == 25.0
    assert it.phase("quiet").longest_stall.max == 0.0


def test_an_open_phase_reaches_to_the_end() -> None:
    it = report(STALLS_ONCE, extra=phase("failover", 15.0))

    assert it.phase("failover") == it.after(15.0)


def test_of_phases_with_one_name_the_newest_counts() -> None:
    it = report(STALLS_ONCE, extra=[*phase("again", 5.0, 10.0), *phase("again", 15.0, 40.0)])

    assert it.phase("again").window.start == 15.0


def test_phases_may_hold_each_other() -> None:
    it = report(HEALTHY, extra=[*phase("outer", 5.0, 50.0), *phase("inner", 10.0, 20.0)])

    assert [(p.name, p.start, p.end) for p in it.phases] == [("outer", 5.0, 50.0), ("inner", 10.0, 20.0)]


def test_an_unknown_phase_is_told_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no phase 'failovr' in this load; its phases: 'failover'"):
        report(HEALTHY, extra=phase("failover", 1.0)).phase("failovr")


def test_marks_are_there_in_order() -> None:
    commands = [CommandRecord(at=float(n), id=n, command="mark", text=f"mark {n}") for n in (3, 7)]

    assert report(HEALTHY, extra=commands).marks == (Mark(3.0, "mark 3"), Mark(7.0, "mark 7"))


def test_a_window_within_a_window_is_no_wider_than_it() -> None:
    it = report(STALLS_ONCE).between(10, 30)

    assert it.between(0, 100) == it
    assert it.after(25).window.end == 30
    assert it.between(40, 50).duration == 0.0


def test_a_window_beyond_the_load_has_no_figures() -> None:
    it = report(STALLS_ONCE).after(1000)

    assert it.duration == 0.0
    assert it.buffering_ratio.n == 0
    assert math.isnan(it.total_buffering_ratio)


def test_a_window_that_ends_before_it_starts_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="a window cannot end at 10 s, before its start at 20 s"):
        report(HEALTHY).between(20, 10)


def test_the_stream_is_what_the_probe_saw() -> None:
    it = report(HEALTHY, extra=[live_playlist()]).stream

    assert (it.url, it.live, it.target_duration, it.hold_back) == (URL, True, 2.0, 6.0)
    assert it.told == "live, target duration 2 s, mpegts"
    assert repr(it) == f"<stream {URL}: live, target duration 2 s, mpegts>"


def test_without_a_probe_the_stream_is_what_the_clients_read() -> None:
    assert report(HEALTHY).stream.url == URL


def test_it_tells_itself_in_one_line_facts_first() -> None:
    assert repr(report(HEALTHY, STALLS_ONCE)) == (
        "<LoadReport pass; 2 clients x 60.1 s, 0 restarts, 1 stalls, buffering 6.78%,"
        " worst <client 2: buffering 13.56%, stalled 8 s at 00:20.0 (unknown), started in 1 s>>"
    )


def figures(it: LoadReport) -> dict[str, Any]:
    return {name: getattr(it, name) for name in SPREADS}


def test_every_spread_is_in_the_data() -> None:
    it = report(HEALTHY)
    spreads = {name for name in dir(LoadReport) if isinstance(getattr(it, name, None), Spread)}

    assert spreads == set(SPREADS)


def test_data_says_the_figures_for_other_programs() -> None:
    data = report(HEALTHY, NEVER_PLAYS, STALLS_ONCE, extra=[sample(30.0, 30.0, 0.0, 25.0), health(30.0)]).to_dict()

    assert (data["verdict"], data["restarts"], data["stall_count"]) == ("fail", 0, 1)
    assert data["spreads"]["buffering_ratio"]["max"] == 1.0
    assert data["spreads"]["buffering_ratio"]["worst"] == 2
    assert data["spreads"]["startup_time"]["max"] is None, "JSON has no word for infinite"
    assert data["clients"][2]["stalls"][0]["at_utc"] == "2025-06-15T15:07:00+00:00"
    assert data["generator"]["worst_lag"] == 0.01


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "not a report of pytest-hlsload"),
        ({"format": "pytest-hlsload report", "version": 2}, "a report of version 2"),
        ({"format": "pytest-hlsload report", "version": 1}, "a damaged report: KeyError"),
        ({"format": "pytest-hlsload report", "version": 1, "facts": 7, "window": {}}, "a damaged report"),
    ],
)
def test_data_that_is_no_report_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LoadReport.from_dict(data)


def test_data_of_a_later_pytest_hlsload_with_more_in_it_is_read() -> None:
    data = report(HEALTHY).to_dict()
    data["facts"]["clients"][0]["mood"] = "good"

    assert LoadReport.from_dict(data) == report(HEALTHY)


def is_plain(data: Any) -> bool:
    if type(data) is dict:
        return all(type(name) is str and is_plain(content) for name, content in data.items())
    if type(data) is list:
        return all(map(is_plain, data))
    return type(data) in {str, int, float, bool, type(None)}


@given(journals(), st.booleans(), st.floats(0, 100))
def test_a_report_survives_json(records: list[Record], running: bool, start: float) -> None:
    for it in (fold(records, running=running), fold(records).after(start)):
        data = it.to_dict()
        text = json.dumps(data, allow_nan=False)

        assert is_plain(data)
        assert LoadReport.from_dict(data) == it
        assert LoadReport.from_dict(json.loads(text)) == it
        assert LoadReport.from_dict(json.loads(text)).to_dict() == data


@given(journals(), st.booleans())
def test_the_window_of_all_time_is_the_whole(records: list[Record], running: bool) -> None:
    whole = fold(records, running=running)
    same = whole.between(0, whole.duration)

    assert same == whole
    assert figures(same) == figures(whole)
    assert same.after(0) == whole


@given(journals(), st.floats(0, 100), st.floats(0, 100))
def test_reprs_are_short_and_on_one_line(records: list[Record], one: float, other: float) -> None:
    for it in (fold(records), fold(records).between(min(one, other), max(one, other))):
        for thing in (it, it.stream, it.generator, *it.clients, *figures(it).values()):
            assert len(repr(thing)) < 240
            assert repr(thing).isprintable()
        for sentence in (*it.problems, *it.notes):
            assert sentence.isprintable()


def test_a_report_on_a_thousand_clients_costs_well_under_a_second() -> None:
    folded = Fold()
    for record in journal(
        *[STALLS_ONCE] * 1000, extra=[sample(float(n), *[float(n)] * 1000) for n in range(5, 60, 5)], ends=""
    ):
        folded.add(record)

    started = time.perf_counter()
    it = folded.report(running=True)
    assert (it.verdict, it.buffering_ratio.n, it.stall_count) == ("pass", 1000, 1000)
    assert time.perf_counter() - started < 1.0
