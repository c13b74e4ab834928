# ruff: noqa: RUF001  the signs are meant
"""The summary of one load"""

import pytest
from hypothesis import given
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, health, journals, live_playlist, phase, report

from pytest_hlsload.model.client_records import StateRecord
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import FindingRecord, HostRecord, LostRecord, Record
from pytest_hlsload.model.states import State
from pytest_hlsload.render.lines import Style, text_of
from pytest_hlsload.render.summary import compact_summary, summary

NAME = "tests/test_origin.py::test_soak"

RESTARTED = (
    *HEALTHY[:-1],
    (20.0, "exit", -9, "", "killed by SIGKILL (signal 9)"),
    (26.0, "stall"),
    (27.2, "reader"),
    (30.5, "hole", 4.0),
    (30.5, "play"),
    (59.8, "stall"),
    (60.0, "leave"),
)


def test_a_healthy_load_is_a_few_lines() -> None:
    lines = summary(report(HEALTHY, HEALTHY, extra=[live_playlist()]), name=NAME)

    assert text_of(lines).splitlines() == [
        "tests/test_origin.py::test_soak: pass",
        "  2 clients × 60.1 s: http://origin.test/live.m3u8 (live, target duration 2 s, mpegts)",
        "  streaming 98.3%, buffering 0%, starting 1.67% of client time",
        "  buffering ratio 0% in all",
        "  startup p95 1 s, slowest 1 s (client 1)",
        "  0 restarts; no media lost",
    ]
    assert lines[0].style is Style.GOOD


def test_several_playlists_have_a_line_each() -> None:
    other = live_playlist(playlist=2, url="http://other.test/a.m3u8", resolution="640x360", bandwidth=800_000)
    second = ((0.0, "come", 2), *HEALTHY[1:])
    lines = text_of(summary(report(HEALTHY, second, second, extra=[live_playlist(), other]))).splitlines()

    assert lines[1:4] == [
        "  3 clients × 60.1 s on 2 playlists",
        "  playlist 1, 1 client: http://origin.test/live.m3u8 (live, target duration 2 s, mpegts)",
        "  playlist 2, 2 clients: http://other.test/a.m3u8 (live, target duration 2 s, mpegts, 640x360, 800 kb/s)",
    ]


def test_a_bad_load_says_what_went_wrong_when_and_why() -> None:
    lines = summary(report(HEALTHY, RESTARTED, NEVER_PLAYS, STALLS_ONCE), name=NAME)

    assert text_of(lines).splitlines() == [
        "tests/test_origin.py::test_soak: FAIL",
        "  4 clients × 60.1 s: http://origin.test/live.m3u8",
        (
            "  problem: 1 of 4 clients did not start within 30 s: 3:"
            " a reader ran and did not open the stream; no trouble in its log"
        ),
        "  streaming 66.0%, buffering 4.79%, starting 26.2%, backoff 3.00% of client time",
        "  buffering ratio 30.7% in all; worst client 3: 100.0%",
        "  startup p95 never, slowest never (client 3)",
        "  1 restart (readers ended by reader_killed 1); media lost: 4 s (client 2: 4 s)",
        (
            "  2 of 4 clients stalled at 00:20.0–00:30.5:"
            " mostly unknown: a reader ran and waited for media; no trouble in its log"
        ),
        "  client 4: 1 stall, 8 s in all",
        "    00:20.0–00:28.0  8 s  unknown",
        "  client 2: 1 stall and 1 shorter than 0.5 s, 4.7 s in all",
        "    00:26.0–00:30.5  4.5 s  reader_killed: killed by SIGKILL (signal 9); no reader ran for 1.2 s",
    ]
    assert [line.style for line in lines[:3]] == [Style.BAD, Style.PLAIN, Style.BAD]


def test_what_was_wrong_with_the_stream_is_told_before_who_stalled() -> None:
    finding = FindingRecord(
        at=28.0, check="stale_manifest", level="error", text="playlist unchanged for 14 s", since=14.0, lasted=14.0
    )
    lines = text_of(summary(report(STALLS_ONCE, STALLS_ONCE, extra=[live_playlist(), finding]))).splitlines()

    told = lines.index("  stream, 00:14.0: playlist unchanged for 14 s")
    assert lines[told + 1] == (
        "  2 of 2 clients stalled at 00:20.0–00:28.0: playlist_stale: playlist unchanged for 14 s"
    )


def test_decode_errors_are_counted() -> None:
    spoilt = (*HEALTHY[:-1], (20.0, "log", "decode_error", "error while decoding MB 1 2"), (60.0, "leave"))

    assert "  1 decode error" in text_of(summary(report(spoilt, HEALTHY))).splitlines()


def test_an_open_stall_has_no_end() -> None:
    text = text_of(summary(report((*HEALTHY[:-1], (20.0, "stall"), (25.0, "hole", 1.0)), running=True, ends="")))

    assert "    00:20.0–…  5 s  unknown: " in text


def test_notes_are_told_below_the_verdict() -> None:
    lines = summary(report(HEALTHY, extra=[live_playlist(error="HTTP error 404")]))

    assert lines[2].text == "  note: the playlist could not be probed: HTTP error 404"
    assert lines[2].style is Style.ASIDE


def test_an_invalid_load_is_neither_good_nor_bad() -> None:
    lines = summary(report(STALLS_ONCE, extra=[health(5.0, lag=1.0)]))

    assert lines[0].text == "INVALID"
    assert lines[0].style is Style.DOUBTFUL
    assert lines[2].text.startswith("  problem: the load generator was the limit: ")


def test_a_window_says_where_it_begins() -> None:
    assert (
        summary(report(HEALTHY).after(10))[1].text
        == "  1 client × 50.1 s from 00:10.0 on: http://origin.test/live.m3u8"
    )


def test_nothing_at_all_can_be_told() -> None:
    assert len(summary(fold([]))) > 2
    assert compact_summary(fold([]))


@pytest.mark.parametrize("clients", [30, 1000])
def test_it_is_bounded_however_much_went_wrong(clients: int) -> None:
    stalls = [step for n in range(40) for step in ((10.0 + n, "stall"), (10.8 + n, "play"))]
    bad = (*HEALTHY[:-1], *stalls, (60.0, "leave"))

    lines = summary(report(*[bad] * clients))

    assert len(lines) < 100
    assert lines[-1].text == f"  and {clients - 10} more clients that stalled, 0.8 s at the longest"
    assert any(line.text == "    and 34 more, 27.2 s in all" for line in lines)


def test_text_from_a_log_cannot_paint_the_terminal() -> None:
    log = (19.5, "log", "http_error", "\x1b]0;owned\x07HTTP error\r\n503\x1b[2J", 503)
    history = sorted((*STALLS_ONCE, log), key=lambda step: step[0])

    lines = summary(report(history), name="test[\x1b[31m]")

    assert all(line.text.isprintable() for line in lines)
    assert lines[-1].text == "    00:20.0–00:28.0  8 s  playlist_error: HTTP error 503 (at 00:19.5)"


def test_quietly_a_load_is_one_line() -> None:
    assert text_of(compact_summary(report(HEALTHY, STALLS_ONCE, RESTARTED), name=NAME)) == (
        "tests/test_origin.py::test_soak: pass: 3 clients × 60.1 s; buffering ratio 7.18% in all;"
        " worst client 2: 13.6%; 1 restart"
    )


def test_quietly_one_client_is_one_client() -> None:
    assert text_of(compact_summary(report(HEALTHY))) == "pass: 1 client × 60.1 s; buffering ratio 0% in all"


def test_quietly_a_bad_load_is_two_lines() -> None:
    lines = compact_summary(report(HEALTHY, NEVER_PLAYS), name=NAME)

    assert len(lines) == 2
    assert lines[1].text.startswith("  problem: 1 of 2 clients did not start")


@given(journals())
def test_any_load_can_be_told(records: list[Record]) -> None:
    for it in (fold(records, running=True), fold(records), fold(records).after(5)):
        for line in (*summary(it, name=NAME), *compact_summary(it)):
            assert line.text.isprintable()
            assert len(line.text) < 600


def test_a_phase_is_told_in_a_line_with_its_time_of_recovery() -> None:
    extra = [*phase("quiet", 2.0, 15.0), *phase("fail\x1b[31mover", 15.0, 45.0), *phase("rest", 50.0)]
    lines = summary(report(HEALTHY, STALLS_ONCE, extra=extra))

    told = [line for line in lines if line.text.startswith("  phase ")]
    assert [line.text for line in told] == [
        "  phase quiet, 00:02.0–00:15.0: buffering ratio 0% in all",
        (
            "  phase failover, 00:15.0–00:45.0: buffering ratio 13.3% in all, longest stall 8 s (client 2),"
            " recovered after 13 s"
        ),
        "  phase rest, 00:50.0–…: buffering ratio 0% in all",
    ]
    assert [line.style for line in told] == [Style.PLAIN, Style.DOUBTFUL, Style.PLAIN]


def test_who_did_not_recover_is_counted() -> None:
    gone = (*HEALTHY[:-1], (20.0, "stall"), (60.0, "leave"))
    text = text_of(summary(report(HEALTHY, gone, extra=phase("failover", 15.0, 45.0))))

    assert "longest stall 40 s (client 2), 1 of 2 clients not recovered" in text


def test_many_phases_are_cut_short() -> None:
    extra = [record for n in range(15) for record in phase(f"turn {n}", 2.0 + n, 3.0 + n)]
    text = text_of(summary(report(HEALTHY, extra=extra)))

    assert text.count("  phase turn ") == 10
    assert "  and 5 more phases" in text.splitlines()


def test_each_host_has_a_line_and_what_it_had_alone_is_said() -> None:
    machines = [
        HostRecord(at=0.0, host=name, address="", first=first, clients=2, error=0.0012, machine={})
        for name, first in (("left", 1), ("right", 3))
    ]
    lines = text_of(summary(report(HEALTHY, HEALTHY, STALLS_ONCE, STALLS_ONCE, extra=machines)))

    assert "  host left: 2 clients (1-2), pass, buffering 0%, clock within 1.2 ms" in lines
    assert "  host right: 2 clients (3-4), pass, buffering 13.6%, clock within 1.2 ms" in lines
    assert "  2 of 4 clients stalled at 00:20.0–00:28.0, all on host right: " in lines


def test_a_load_on_one_machine_has_no_hosts_to_tell_of() -> None:
    assert "host" not in text_of(summary(report(HEALTHY)))


def test_a_lost_host_is_told_of() -> None:
    records = [
        HostRecord(at=0.0, host="left", address="", clients=1, error=0.0012, machine={}),
        LostRecord(at=30.0, host="left", why="gone"),
        StateRecord(at=30.0, client=1, state=State.LOST),
    ]
    lines = text_of(summary(report(HEALTHY[:-1], extra=records, ends="lost")))

    assert "  problem: host left was lost at 00:30.0 (gone); nothing is known of its 1 of 1 clients from then" in lines
    assert "host left: 1 client (1), invalid, lost at 00:30.0, buffering 0%" in lines
