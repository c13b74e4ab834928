"""What a JUnit file says of a load"""

import math

import pytest
from hypothesis import given
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, journals, report

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record
from pytest_hlsload.render.junit import LONGEST, Figures, figures_of, system_out, totals_of
from pytest_hlsload.render.summary import summary

NAME = "tests/test_origin.py::test_soak"


def test_human_lines_come_first_then_properties() -> None:
    it = report(HEALTHY, STALLS_ONCE)

    assert system_out(summary(it, name=NAME), figures_of(it)).splitlines() == [
        "tests/test_origin.py::test_soak: pass",
        "  2 clients \N{MULTIPLICATION SIGN} 60.1 s: http://origin.test/live.m3u8",
        "  streaming 91.7%, buffering 6.67%, starting 1.67% of client time",
        "  buffering ratio 6.78% in all; worst client 2: 13.6%",
        "  startup p95 1 s, slowest 1 s (client 1)",
        "  0 restarts; no media lost",
        "  client 2: 1 stall, 8 s in all",
        "    00:20.0\N{EN DASH}00:28.0  8 s  unknown: a reader ran and waited for media; no trouble in its log",
        "[[PROPERTY|hls_load.verdict=pass]]",
        "[[PROPERTY|hls_load.clients=2]]",
        "[[PROPERTY|hls_load.duration=60.1]]",
        "[[PROPERTY|hls_load.restarts=0]]",
        "[[PROPERTY|hls_load.stall_count=1]]",
        "[[PROPERTY|hls_load.total_buffering_ratio=0.0678]]",
        "[[PROPERTY|hls_load.buffering_ratio.max=0.1356]]",
        "[[PROPERTY|hls_load.startup_time.p95=1.0]]",
        "[[PROPERTY|hls_load.longest_stall.max=8.0]]",
    ]


@given(journals())
def test_it_is_never_longer_than_ci_shows_and_always_fit_for_xml(records: list[Record]) -> None:
    it = fold(records)
    for name in NAME, "x" * 2000:
        text = system_out(summary(it, name=name), figures_of(it))
        assert len(text) <= LONGEST
        assert all(line.isprintable() for line in text.splitlines())
        assert text.startswith(name[:100])


def test_figures_that_are_not_there_are_left_out() -> None:
    assert "buffering_ratio.max" not in figures_of(fold([]))
    assert figures_of(report(NEVER_PLAYS))["startup_time.p95"] == math.inf


def test_totals_are_of_all_loads() -> None:
    loads: list[Figures] = [
        figures_of(report(HEALTHY, STALLS_ONCE)),
        figures_of(report(NEVER_PLAYS)),
        {"verdict": "fail"},
    ]

    assert totals_of(loads) == {
        "hls_load.loads": "3",
        "hls_load.verdict.pass": "1",
        "hls_load.verdict.fail": "2",
        "hls_load.verdict.invalid": "0",
        "hls_load.clients": "3",
        "hls_load.restarts": "0",
        "hls_load.stall_count": "1",
        "hls_load.buffering_ratio.max": "1.0",
    }


@pytest.mark.parametrize("loads", [[], [{}]])
def test_totals_of_nothing_are_nothing(loads: list[Figures]) -> None:
    assert totals_of(loads)["hls_load.clients"] == "0"
