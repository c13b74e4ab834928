"""What the page shows of a load is what its report says"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.histories import HEALTHY, STALLS_ONCE, health, journals, report
from page.made_up import eventful, long_load

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record
from pytest_hlsload.model.states import State
from pytest_hlsload.model.window import Window
from pytest_hlsload.render.page.series.buffers import buffers_of
from pytest_hlsload.render.page.series.events import Kind, events_of
from pytest_hlsload.render.page.series.fleet import fleet_of
from pytest_hlsload.render.page.series.generator import generators_of
from pytest_hlsload.render.page.series.happenings import happenings_of
from pytest_hlsload.render.page.series.lanes import density_of, lanes_of, worst_first
from pytest_hlsload.render.page.series.time_axis import MOST, even_edges, occupancy

TIMES = st.floats(-10, 200, allow_nan=False)


@given(st.lists(st.tuples(TIMES, TIMES)), st.lists(TIMES, min_size=2, max_size=20, unique=True))
def test_occupancy_keeps_every_span_s_every_second(spans: list[tuple[float, float]], edges: list[float]) -> None:
    edges.sort()
    whole = Window(edges[0], edges[-1])
    spans = [(start, end) for start, end in spans if start <= end]

    means = occupancy(spans, edges)

    seconds = sum(mean * (edges[n + 1] - edges[n]) for n, mean in enumerate(means))
    assert seconds == pytest.approx(sum(whole.overlap(*span) for span in spans), abs=1e-6)
    assert all(-1e-9 <= mean <= len(spans) + 1e-9 for mean in means)


@given(st.floats(0.01, 1e7), st.integers(1, MOST))
def test_even_edges_cover_the_window_in_no_more_than_so_many_steps(duration: float, most: int) -> None:
    edges = even_edges(Window(3.0, 3.0 + duration), most)

    assert edges[0] == 3.0
    assert edges[-1] == pytest.approx(3.0 + duration)
    assert edges == sorted(set(edges))
    assert len(edges) - 1 <= most


@settings(max_examples=40)
@given(journals())
def test_the_fleet_s_counts_add_up_to_the_time_in_each_state(records: list[Record]) -> None:
    it = fold(records)
    fleet = fleet_of(it)
    for state in State:
        if state is not State.IDLE:
            counts = fleet.clients.get(state, ())
            seconds = sum(count * (fleet.edges[n + 1] - fleet.edges[n]) for n, count in enumerate(counts))
            assert seconds == pytest.approx(it.time_in(state), abs=1e-6)


def test_many_changes_are_drawn_as_means_that_keep_the_time() -> None:
    it = long_load(150, 3600)
    fleet = fleet_of(it)

    assert not fleet.exact
    assert len(fleet.edges) <= MOST + 1
    for state, counts in fleet.clients.items():
        seconds = sum(count * (fleet.edges[n + 1] - fleet.edges[n]) for n, count in enumerate(counts))
        assert seconds == pytest.approx(it.time_in(state), rel=1e-6)


def test_the_client_that_saw_least_is_worst() -> None:
    it = eventful()
    ranked = worst_first(it)

    assert [client.index for client in ranked] == [4, 2, 1, 3]


def test_a_lane_has_every_stall_with_its_cause() -> None:
    it = eventful()
    for lane in lanes_of(it, worst_first(it)):
        shown = sorted((bar.start, bar.end, cause) for cause, bars in lane.stalls.items() for bar in bars)
        assert shown == [(stall.start, stall.end, stall.cause) for stall in lane.client.stalls]


def test_very_many_stalls_are_joined_where_a_screen_cannot_tell_them_apart() -> None:
    flickering = [(0.0, "come"), (0.5, "play")]
    for n in range(2000):
        flickering += [(1.0 + n * 0.5, "stall"), (1.2 + n * 0.5, "play")]
    it = report((*flickering, (3600.0, "leave")))
    [lane] = lanes_of(it, worst_first(it))

    bars = [bar for bars in lane.stalls.values() for bar in bars]
    assert len(bars) < 400
    assert len(bars) + sum(map(len, lane.states.values())) <= 2500
    assert sum(bar.count for bar in bars) == 2000
    assert sum(bar.total for bar in bars) == pytest.approx(it.clients[0].stalled)


def test_the_rest_is_a_density_of_its_groups() -> None:
    it = report(*[STALLS_ONCE] * 30, *[HEALTHY] * 60)
    density = density_of(it, worst_first(it)[10:])

    assert sum(map(len, density.groups)) == 80
    for group, shares in zip(density.groups, density.stalled, strict=True):
        seconds = sum(share * (density.edges[n + 1] - density.edges[n]) for n, share in enumerate(shares))
        assert seconds * len(group) == pytest.approx(sum(client.stalled for client in group))
    assert density.stalled[0][density.edges.index(24.0)] == 1.0
    assert max(density.stalled[-1]) == 0.0


def test_the_worst_lag_of_a_day_is_kept() -> None:
    moments = [5.0 * n for n in range(1, 17_280)]
    records = [health(at, lag=0.31 if at == 40_005.0 else 0.01, cpu=0.2) for at in moments]
    [generator] = generators_of(report(((0.0, "come"), (86_400.0, "leave")), extra=records))

    assert len(generator.at) <= MOST
    assert generator.lag.count(0.31) == 1
    assert abs(generator.at[generator.lag.index(0.31)] - 40_005.0) < 86_400 / 1000


def test_buffers_are_of_those_that_have_begun_to_play() -> None:
    it = eventful()
    buffers = buffers_of(it)

    assert buffers.at == tuple(float(at) for at in range(5, 61, 5))
    assert set(buffers.median) == {4.0}


def test_every_failed_reader_restart_and_log_line_is_counted() -> None:
    it = long_load(40, 900)
    happenings = happenings_of(it)

    assert sum(map(sum, happenings.exits.values())) == sum(len(client.exits) for client in it.clients) > 0
    assert sum(happenings.restarts) == it.restarts > 0
    lines = sum(span.count for client in it.clients for span in client.facts.logs)
    assert sum(sum(kinds.values()) for kinds in happenings.lines) == lines > 0


def test_events_that_overlap_stand_in_rows_of_their_own() -> None:
    events = events_of(eventful())

    assert [event.kind for event in events] == [Kind.PHASE, Kind.MARK, Kind.STREAM, Kind.STREAM, Kind.TOGETHER]
    assert all(math.isfinite(event.end) for event in events)
    for kind in Kind:
        rows: dict[int, float] = {}
        for event in (event for event in events if event.kind is kind):
            assert rows.get(event.row, 0.0) <= event.start
            rows[event.row] = event.end
