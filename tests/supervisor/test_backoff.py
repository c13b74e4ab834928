"""Waiting before a restart."""

from random import Random

import pytest

from pytest_hlsload.supervisor.backoff import backoff


@pytest.mark.parametrize(
    ("failures", "low", "high"),
    [(1, 0.5, 1.0), (2, 1.0, 2.0), (3, 2.0, 4.0), (4, 4.0, 8.0), (5, 4.0, 8.0), (5000, 4.0, 8.0)],
)
def test_the_wait_doubles_with_every_failure_up_to_the_cap(failures: int, low: float, high: float) -> None:
    random = Random(1)
    waits = [backoff(failures, shortest=0.5, longest=8.0, random=random) for _ in range(500)]

    assert low <= min(waits)
    assert max(waits) <= high
    assert max(waits) - min(waits) > 0.8 * (high - low)  # clients that failed together do not return together


def test_a_cap_below_twice_the_shortest_wait_holds() -> None:
    random = Random(1)

    assert {backoff(n, shortest=2.0, longest=2.0, random=random) for n in range(1, 9)} == {2.0}
