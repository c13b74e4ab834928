"""The virtual player, played histories written as data."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.model.player import Player
from pytest_hlsload.model.states import Playhead


def play(
    arrivals: list[tuple[float, float]], until: float, *, at: float = 0.0
) -> tuple[Player, list[tuple[float, str]]]:
    """A viewer to whom media comes: (when, how much more in seconds)."""
    player = Player(at, startup_buffer=1.0, resume_buffer=2.0)
    changes = []
    received = 0.0
    for when, more in arrivals:
        received += more
        changes += player.receive(when, received)
    changes += player.advance(until)
    return player, [(round(when, 6), playhead.value) for when, playhead in changes]


HISTORIES = [
    pytest.param([], 10.0, [], id="nothing comes: it waits"),
    pytest.param([(0.5, 0.9)], 10.0, [], id="too little to start with"),
    pytest.param([(0.5, 1.0)], 1.0, [(0.5, "playing")], id="just enough to start with"),
    pytest.param(
        [(0.5, 6.0)], 10.0, [(0.5, "playing"), (6.5, "stalled")], id="the buffer runs dry between two samples"
    ),
    pytest.param([(0.5, 6.0), (9.0, 1.9)], 12.0, [(0.5, "playing"), (6.5, "stalled")], id="too little to resume with"),
    pytest.param(
        [(0.5, 6.0), (9.0, 1.9), (9.5, 0.2)],
        11.0,
        [(0.5, "playing"), (6.5, "stalled"), (9.5, "playing")],
        id="a stall lasts until there is enough",
    ),
    pytest.param(
        [(0.0, 2.0), (1.0, 2.0), (2.0, 2.0), (3.0, 2.0)], 5.0, [(0.0, "playing")], id="a steady stream never stalls"
    ),
]


@pytest.mark.parametrize(("arrivals", "until", "expected"), HISTORIES)
def test_the_playhead_follows_the_media(
    arrivals: list[tuple[float, float]], until: float, expected: list[tuple[float, str]]
) -> None:
    _, changes = play(arrivals, until)

    assert expected == changes


def test_a_stall_is_as_long_as_the_outage_beyond_the_buffer() -> None:
    player, _ = play([(0.1, 5.76), (2.0, 1.92), (17.0, 5.76)], 20.0)

    assert player.stalled == pytest.approx(17.0 - (0.1 + 5.76 + 1.92))
    assert player.played == pytest.approx(20.0 - 0.1 - player.stalled)


def test_media_that_is_enough_but_for_rounding_is_enough() -> None:
    player = Player(0.0, startup_buffer=1.0, resume_buffer=2.0)

    assert player.receive(0.0, sum([0.1] * 10)) == [(0.0, Playhead.PLAYING)]


def test_an_ended_playlist_is_played_to_its_end_and_then_nothing_counts_as_a_stall() -> None:
    player = Player(0.0, startup_buffer=1.0, resume_buffer=2.0)
    player.receive(0.0, 3.0)
    player.complete(1.0)

    assert player.advance(10.0) == [(3.0, Playhead.ENDED)]
    assert (player.played, player.stalled, player.ended) == pytest.approx((3.0, 0.0, 7.0))


def test_the_rest_of_an_ended_playlist_is_played_however_little_it_is() -> None:
    player = Player(0.0, startup_buffer=1.0, resume_buffer=2.0)
    player.receive(0.0, 0.5)

    assert player.complete(1.0) == [(1.0, Playhead.PLAYING)]


def test_a_playlist_that_ended_without_media_has_ended_at_once() -> None:
    player = Player(0.0, startup_buffer=1.0, resume_buffer=2.0)

    assert player.complete(1.0) == [(1.0, Playhead.ENDED)]


def test_the_lowest_level_is_what_was_left_when_media_came() -> None:
    player = Player(0.0, startup_buffer=1.0, resume_buffer=2.0)
    player.receive(0.0, 4.0)
    player.receive(3.0, 8.0)

    assert player.reset_lowest() == pytest.approx(1.0)
    player.advance(4.0)
    assert player.reset_lowest() == pytest.approx(4.0)


def test_there_is_no_lowest_level_before_playback() -> None:
    assert Player(0.0, startup_buffer=1.0, resume_buffer=2.0).reset_lowest() is None


def test_time_does_not_go_back() -> None:
    player = Player(5.0, startup_buffer=1.0, resume_buffer=2.0)

    with pytest.raises(ValueError, match="went back"):
        player.advance(4.0)


# Times and amounts in whole milliseconds, as sums of which no rounding can decide a threshold.
ARRIVALS = st.lists(st.tuples(st.integers(1, 4000), st.integers(0, 4000)), max_size=40)


def history(steps: list[tuple[int, int]]) -> tuple[list[tuple[float, float]], float]:
    now = 0
    arrivals = []
    for wait, more in steps:
        now += wait
        arrivals.append((now / 1000, more / 1000))
    return arrivals, (now + 1500) / 1000


@given(ARRIVALS)
def test_every_moment_is_accounted_for_once(steps: list[tuple[int, int]]) -> None:
    arrivals, until = history(steps)
    player, _ = play(arrivals, until)

    assert math.isclose(player.waited + player.played + player.stalled + player.ended, until, abs_tol=1e-6)


@given(ARRIVALS)
def test_the_buffer_is_what_was_received_and_not_played_and_never_negative(steps: list[tuple[int, int]]) -> None:
    arrivals, until = history(steps)
    player, _ = play(arrivals, until)

    assert player.level >= 0
    assert math.isclose(player.level, player.received - player.played, abs_tol=1e-6)


@given(ARRIVALS, st.lists(st.integers(0, 160_000), max_size=60))
def test_looking_more_often_changes_nothing(steps: list[tuple[int, int]], ticks: list[int]) -> None:
    arrivals, until = history(steps)
    plain, expected = play(arrivals, until)
    ticked = sorted([*arrivals, *((tick / 1000, 0.0) for tick in ticks if tick / 1000 < until)])
    player, changes = play(ticked, until)

    assert len(expected) == len(changes)
    for (at, playhead), (at_ticked, playhead_ticked) in zip(expected, changes, strict=True):
        assert playhead == playhead_ticked
        assert math.isclose(at, at_ticked, abs_tol=1e-5)
    assert math.isclose(plain.stalled, player.stalled, abs_tol=1e-5)


@given(ARRIVALS, st.integers(1, 9))
def test_media_that_comes_in_two_parts_at_once_is_the_same_media(steps: list[tuple[int, int]], tenth: int) -> None:
    arrivals, until = history(steps)
    _, expected = play(arrivals, until)
    parts = [part for at, more in arrivals for part in ((at, more * tenth / 10), (at, more * (10 - tenth) / 10))]
    _, changes = play(parts, until)

    assert [playhead for _, playhead in expected] == [playhead for _, playhead in changes]
