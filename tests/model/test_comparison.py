"""A report beside an earlier one"""

from hypothesis import given
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, journals, report

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record


def test_it_tells_then_now_and_the_difference() -> None:
    it = report(STALLS_ONCE).compare(report(HEALTHY, HEALTHY))

    assert str(it).splitlines() == [
        "baseline of 2025-06-15 15:06 UTC: 2 clients, 60.1 s, pass",
        "  total_buffering_ratio  then      0%  now   13.6%  +13.6 points",
        "  buffering_ratio.max    then      0%  now   13.6%  +13.6 points",
        "  startup_time.p95       then     1 s  now     1 s          same",
        "  longest_stall.max      then     0 s  now     8 s          +8 s",
        "  uptime.min             then   98.3%  now     85%  -13.3 points",
        "  media_bitrate.median   then unknown  now unknown             ?",
        "  restarts               then       0  now       0          same",
        "  stall_count            then       0  now       1            +1",
    ]
    assert repr(it) == (
        "<Comparison: total_buffering_ratio +13.6 points, buffering_ratio.max +13.6 points, longest_stall.max +8 s,"
        " uptime.min -13.3 points>"
    )
    assert [change.subject for change in it.changes if change.worse] == [
        "total_buffering_ratio",
        "buffering_ratio.max",
        "longest_stall.max",
        "uptime.min",
        "stall_count",
    ]


def test_what_never_was_can_be_compared() -> None:
    it = report(NEVER_PLAYS).compare(report(NEVER_PLAYS))

    assert "startup_time.p95" in str(it)
    assert all(not change.worse for change in it.changes)
    assert "infinite" in str(report(NEVER_PLAYS).compare(report(HEALTHY)))


@given(journals(), journals())
def test_any_two_loads_can_be_compared(one: list[Record], other: list[Record]) -> None:
    it = fold(one).compare(fold(other))

    assert all(line.isprintable() for line in it.lines)
    assert len(repr(it)) < 240
