"""One figure over all clients"""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, report

from pytest_hlsload.model.spread import Spread

CLIENTS = report(*[HEALTHY] * 40).clients


def spread(*values: float, low_is_bad: bool = False) -> Spread:
    return Spread("figure", values, CLIENTS[: len(values)], low_is_bad)


def test_statistics_are_the_usual_ones() -> None:
    it = spread(3.0, 1.0, 2.0, 10.0)

    assert (it.n, it.min, it.mean, it.median, it.max) == (4, 1.0, 4.0, 2.5, 10.0)


@pytest.mark.parametrize(("clients", "rank"), [(1, 1), (10, 10), (19, 19), (20, 19), (21, 20), (40, 38)])
def test_the_95th_percentile_is_a_value_that_a_client_had(clients: int, rank: int) -> None:
    assert spread(*map(float, range(1, clients + 1))).p95 == rank


def test_nothing_compares_with_the_figures_of_no_client() -> None:
    it = spread()

    assert it.n == 0
    assert it.worst is None
    for figure in (it.min, it.mean, it.median, it.p95, it.max):
        assert math.isnan(figure)
        assert not figure <= 0.1
        assert not figure > 0.1


def test_the_worst_is_the_highest_or_where_low_is_bad_the_lowest() -> None:
    assert spread(1.0, 3.0, 3.0).worst is CLIENTS[1]
    assert spread(1.0, 0.5, 0.5, low_is_bad=True).worst is CLIENTS[1]


def test_a_client_that_never_played_started_infinitely_late() -> None:
    it = report(HEALTHY, NEVER_PLAYS, HEALTHY).startup_time

    assert (it.n, it.median, it.max, it.mean) == (3, 1.0, math.inf, math.inf)
    assert it.worst is not None
    assert it.worst.index == 2


def test_clients_that_have_not_come_are_left_out() -> None:
    it = report(HEALTHY, clients=5)

    assert (it.startup_time.n, it.longest_stall.n, it.buffering_ratio.n, len(it.clients)) == (1, 1, 1, 5)


def test_a_failing_assertion_names_the_client_and_when_it_stalled() -> None:
    it = report(HEALTHY, STALLS_ONCE)

    assert repr(it.buffering_ratio) == (
        "<buffering_ratio: worst 0.1356 is client 2, stalled 8 s at 00:20.0 (unknown); median 0.0678, p95 0.1356, n 2>"
    )
    assert repr(it.longest_stall).startswith("<longest_stall: worst 8 is client 2, stalled 8 s at 00:20.0")
    assert repr(it.uptime).startswith("<uptime: worst 0.85 is client 2")
    assert repr(report(NEVER_PLAYS).startup_time) == (
        "<startup_time: worst inf is client 1, never played in 60 s; median inf, p95 inf, n 1>"
    )
    assert repr(it.media_bitrate) == "<media_bitrate: no client has one>"


def test_pytest_shows_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from model.histories import HEALTHY, STALLS_ONCE, report

        def test_it():
            load = report(HEALTHY, STALLS_ONCE)
            assert load.buffering_ratio.max <= 0.10
        """
    )
    pytester.makeini(f"[pytest]\npythonpath = {Path(__file__).parents[1]}")

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.stdout.fnmatch_lines(
        ["E * where 0.1355* = <buffering_ratio: worst 0.1356 is client 2, stalled 8 s at 00:20.0*"]
    )


@given(st.lists(st.floats(0, 1e6) | st.just(math.inf), min_size=1, max_size=40), st.booleans())
def test_statistics_keep_their_order(values: list[float], low_is_bad: bool) -> None:
    it = spread(*values, low_is_bad=low_is_bad)

    assert it.min <= it.median <= it.p95 <= it.max
    assert it.min <= it.mean * (1 + 1e-9)
    assert it.mean <= it.max * (1 + 1e-9)
    assert it.p95 in values
    assert len(repr(it)) < 240
    worst = it.worst
    assert worst is not None
    assert values[worst.index - 1] == (it.min if low_is_bad else it.max)
