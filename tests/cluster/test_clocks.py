"""A host's clock, estimated from round trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.cluster.clocks import HostClock

# Seconds from the question to the host's answer, and from there back.
WAYS = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5))


def told(clock: HostClock, at: float, offset: float, there: float, back: float) -> None:
    clock.observe(at, at + there + offset, at + there + back)


def test_nothing_is_known_before_the_first_round_trip() -> None:
    assert HostClock().error == float("inf")


def test_of_one_round_trip_the_middle_counts() -> None:
    clock = HostClock()
    told(clock, 100, 50, 0.01, 0.03)

    assert clock.offset == pytest.approx(49.99)
    assert clock.error == pytest.approx(0.02)


def test_the_fastest_round_trips_narrow_it_down() -> None:
    clock = HostClock()
    told(clock, 100, 50, 0.4, 0.4)
    told(clock, 101, 50, 0.001, 0.001)

    assert clock.offset == pytest.approx(50, abs=0.001)
    assert clock.error <= 0.001001


@given(st.floats(-1e5, 1e5), st.lists(WAYS, min_size=1, max_size=20))
def test_the_true_offset_is_never_further_off_than_the_error(offset: float, ways: list[tuple[float, float]]) -> None:
    clock = HostClock()
    for at, (there, back) in enumerate(ways):
        told(clock, at, offset, there, back)

        assert abs(clock.offset - offset) <= clock.error + 1e-6


def test_the_offset_stays_while_it_may_be_right() -> None:
    clock = HostClock()
    told(clock, 100, 50, 0.010, 0.010)
    first = clock.offset
    for at in range(101, 200):
        told(clock, at, 50, 0.009, 0.012)

    assert clock.offset == first


def test_a_clock_that_drifts_is_followed() -> None:
    clock = HostClock()
    for at in range(2000):
        offset = 50 + at * 1e-4
        told(clock, at, offset, 0.002, 0.002)

    assert abs(clock.offset - offset) <= 0.01
