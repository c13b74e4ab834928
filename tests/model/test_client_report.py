"""What one client's viewer saw"""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model.histories import (
    HEALTHY,
    NEVER_PLAYS,
    STALLS_ONCE,
    History,
    journals,
    report,
    sample,
)

from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record
from pytest_hlsload.model.states import Playhead, State, Transition


def client(
    history: History, *, running: bool = False, extra: list[Record] | None = None, ends: str = "stop"
) -> ClientReport:
    return report(history, running=running, extra=extra or [], ends=ends).clients[0]


def test_a_healthy_client_has_played_since_its_start() -> None:
    it = client(HEALTHY)

    assert (it.index, it.startup_time, it.buffering_ratio, it.longest_stall) == (1, 1.0, 0.0, 0.0)
    assert it.uptime == pytest.approx(59 / 60)
    assert not it.stalls


def test_a_stall_is_reported_whole() -> None:
    it = client(STALLS_ONCE)

    assert it.buffering_ratio == 8 / 59
    (stall,) = it.stalls
    assert (stall.start, stall.duration, stall.end, stall.open) == (20.0, 8.0, 28.0, False)
    assert stall.at_utc == datetime(2025, 6, 15, 15, 7, 0, tzinfo=UTC)


def test_a_stall_that_is_open_when_the_viewer_leaves_counts_up_to_then() -> None:
    it = client((*HEALTHY[:-1], (55.0, "stall"), (60.0, "leave")))

    assert (it.stalls[0].duration, it.stalls[0].open) == (5.0, True)
    assert it.buffering_ratio == 5 / 59


def test_short_stalls_are_time_but_do_not_count() -> None:
    it = client((*HEALTHY[:-1], (20.0, "stall"), (20.4, "play"), (30.0, "stall"), (30.5, "play"), (60.0, "leave")))

    assert it.stall_count == 1
    assert len(it.stalls) == 2
    assert it.stalled == pytest.approx(0.9)


def test_a_client_that_never_played_saw_nothing_but_buffering() -> None:
    it = client(NEVER_PLAYS)

    assert (it.startup_time, it.buffering_ratio, it.uptime, it.longest_stall) == (None, 1.0, 0.0, 0.0)


def test_a_client_that_may_yet_start_has_no_ratio() -> None:
    assert client(((0.0, "come"), (29.0, "log", "refused")), running=True, ends="").buffering_ratio is None
    assert client(((0.0, "come"), (31.0, "log", "refused")), running=True, ends="").buffering_ratio == 1.0


def test_a_window_before_the_start_of_play_has_a_ratio_only_once_the_timeout_has_passed() -> None:
    whole = report(((0.0, "come"), (40.0, "play"), (60.0, "leave")))

    assert whole.between(0, 20).clients[0].buffering_ratio is None
    assert whole.between(20, 35).clients[0].buffering_ratio == 1.0
    assert whole.between(20, 60).clients[0].buffering_ratio == 0.0


def test_a_journal_that_breaks_off_is_the_clients_end() -> None:
    assert client(((0.0, "come"), (5.0, "log", "refused")), ends="").buffering_ratio == 1.0


def test_a_client_that_has_not_come_has_no_figures() -> None:
    it = report(HEALTHY, clients=2).clients[1]

    assert not it.present
    assert (it.startup_time, it.buffering_ratio, it.uptime, it.lowest_buffer, it.media_bitrate) == (None,) * 5
    assert it.time_in(State.IDLE) == 60.1


def test_time_after_the_streams_end_is_nobodys_fault() -> None:
    it = client(((0.0, "come"), (1.0, "play"), (31.0, "end"), (60.0, "leave")))

    assert (it.played, it.elapsed) == (30.0, 31.0)
    assert it.time_in(State.ENDED) == 29.0


def test_history_begins_idle_and_ends_with_the_load() -> None:
    assert client(STALLS_ONCE).history == (
        Transition(0.0, State.IDLE),
        Transition(0.0, State.STARTING),
        Transition(1.0, State.STREAMING),
        Transition(20.0, State.BUFFERING),
        Transition(28.0, State.STREAMING),
        Transition(60.0, State.IDLE),
    )


def test_a_windows_history_begins_with_the_state_at_its_start() -> None:
    assert report(STALLS_ONCE).between(10, 25).clients[0].history == (
        Transition(10, State.STREAMING),
        Transition(20.0, State.BUFFERING),
    )


def test_a_stall_belongs_whole_to_the_window_in_which_it_starts() -> None:
    whole = report(STALLS_ONCE)
    before, within, after = (whole.between(*window).clients[0] for window in ((0, 15), (15, 22), (22, 60)))

    assert [len(it.stalls) for it in (before, within, after)] == [0, 1, 0]
    assert within.longest_stall == 8.0
    assert [it.stalled for it in (before, within, after)] == [0.0, 2.0, 6.0]
    assert after.buffering_ratio == pytest.approx(6 / 38)


def test_startup_is_not_lost_with_the_warm_up() -> None:
    assert report(HEALTHY).after(10).clients[0].startup_time == 1.0


def test_seconds_without_a_reader_are_told_of_a_stall() -> None:
    it = client((*HEALTHY[:-1], (18.0, "exit"), (20.0, "stall"), (21.5, "reader"), (25.0, "play"), (60.0, "leave")))

    assert it.stalls[0].without_reader == 1.5


def test_only_readers_that_failed_count_as_restarts_and_exits() -> None:
    it = client(
        (
            *HEALTHY[:-1],
            (10.0, "exit", 0, "lap"),
            (10.1, "reader", "lap"),
            (20.0, "exit", 0, "streams"),
            (20.1, "reader", "streams"),
            (30.0, "exit", -9, "", "killed by SIGKILL (signal 9)"),
            (30.7, "reader"),
            (40.0, "exit", 255, "mute"),
            (40.7, "reader"),
            (60.0, "leave"),
        )
    )

    assert it.restarts == 2
    assert [(end.at, end.code, end.cause.value) for end in it.exits] == [
        (30.0, -9, "reader_killed"),
        (40.0, 255, "reader_mute"),
    ]
    assert it.exits[0].explanation == "killed by SIGKILL (signal 9)"
    assert it.exits[0].log_tail == ("one line", "another")


def test_latency_grows_by_stalls_and_shrinks_by_what_is_skipped() -> None:
    assert client(STALLS_ONCE).latency_growth == 8.0
    skipping = client((*STALLS_ONCE[:-1], (28.0, "hole", 6.0), (29.0, "hole", 0.0), (60.0, "leave")))
    assert (skipping.latency_growth, skipping.media_lost, skipping.timeline_resets) == (2.0, 6.0, 1)


def test_media_and_bytes_are_read_between_samples() -> None:
    samples: list[Record] = [sample(0.0, 0.0), sample(10.0, 16.0), sample(20.0, 26.0), sample(60.0, 66.0)]
    whole = report(HEALTHY, extra=samples)

    assert whole.clients[0].media_received == 66.0
    part = whole.between(5, 15).clients[0]
    assert (part.media_received, part.bytes_received, part.media_bitrate) == (13.0, 1_625_000, 1_000_000)


def test_the_lowest_buffer_is_that_of_the_window() -> None:
    samples: list[Record] = [
        sample(5.0, 10.0, lowest=[0.5]),
        sample(10.0, 15.0, lowest=[2.0]),
        sample(15.0, 20.0, lowest=[1.5]),
        sample(20.0, 25.0, lowest=[2.5]),
    ]
    whole = report(HEALTHY, extra=samples)

    assert whole.clients[0].lowest_buffer == 0.5
    assert whole.between(5, 15).clients[0].lowest_buffer == 1.5
    assert whole.between(16, 18).clients[0].lowest_buffer == 2.5, "all that is known of this time"
    assert whole.between(40, 50).clients[0].lowest_buffer is None


def test_a_buffer_that_ran_dry_was_empty_whatever_the_samples_say() -> None:
    assert client(STALLS_ONCE, extra=[sample(30.0, 30.0, lowest=[1.0])]).lowest_buffer == 0.0


def test_it_tells_itself_in_one_line() -> None:
    assert repr(client(STALLS_ONCE)) == (
        "<client 1: buffering 13.56%, stalled 8 s at 00:20.0 (unknown), started in 1 s>"
    )
    assert repr(client(NEVER_PLAYS)) == "<client 1: buffering 100.00%, never played in 60 s>"


def test_stalls_and_exits_tell_themselves_in_one_line() -> None:
    it = client((*STALLS_ONCE[:-1], (40.0, "exit", -11, "", "killed by\nSIGSEGV " + "x" * 300), (60.0, "leave")))

    for told in (repr(it.stalls[0]), repr(it.exits[0])):
        assert len(told) < 240
        assert told.isprintable()


@given(journals())
def test_the_spans_of_a_history_meet_and_fill_the_duration(records: list[Record]) -> None:
    whole = fold(records)
    for it in whole.clients:
        times = [transition.at for transition in it.history]
        assert it.history[0] == Transition(0.0, State.IDLE)
        assert times == sorted(times)
        assert times[-1] <= whole.duration


@given(journals(), st.floats(0, 150), st.floats(0, 150))
def test_state_times_add_up_to_the_duration_of_any_window(records: list[Record], one: float, other: float) -> None:
    for part in (fold(records), fold(records).between(min(one, other), max(one, other))):
        for it in part.clients:
            assert sum(it.time_in(state) for state in State) == pytest.approx(part.duration)


@given(journals())
def test_what_a_playhead_did_adds_up_to_the_viewing(records: list[Record]) -> None:
    whole = fold(records)
    for it in whole.clients:
        ended = sum(span.duration for span in it.viewing if span.playhead is Playhead.ENDED)
        came = it.facts.came
        until = whole.duration if it.facts.left is None else it.facts.left
        assert it.elapsed + ended == pytest.approx(0.0 if came is None else until - came)


@given(journals(), st.floats(0, 1, exclude_max=True))
def test_two_windows_that_meet_hold_what_the_whole_holds(records: list[Record], share: float) -> None:
    whole = fold(records)
    assume(whole.duration > 0)
    cut = share * whole.duration
    parts = (whole.between(0, cut), whole.after(cut))
    for number, it in enumerate(whole.clients):
        first, second = (part.clients[number] for part in parts)
        assert first.stalls + second.stalls == it.stalls
        assert first.exits + second.exits == it.exits
        assert first.restarts + second.restarts == it.restarts
        assert first.media_lost + second.media_lost == pytest.approx(it.media_lost)
        assert first.stalled + second.stalled == pytest.approx(it.stalled)
        assert first.played + second.played == pytest.approx(it.played)


@given(journals())
def test_ratios_are_ratios(records: list[Record]) -> None:
    for it in fold(records).clients:
        for ratio in (it.buffering_ratio, it.uptime):
            assert ratio is None or 0.0 <= ratio <= 1.0
        assert it.longest_stall == max((stall.duration for stall in it.stalls), default=0.0)
        for stall in it.stalls:
            assert 0.0 <= stall.without_reader <= stall.duration
