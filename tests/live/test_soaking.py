"""How long a stop may take"""

import time

import pytest

from pytest_hlsload.live.soaking import patience_to_stop


@pytest.mark.parametrize(
    ("left", "expected"),
    [(None, 6.0), (60.0, 6.0), (4.0, 3.5), (1.2, 1.0), (-1.0, 6.0)],
    ids=["nobody says", "there is time", "there is little", "there is next to none", "the timer has rung"],
)
def test_a_stop_takes_no_more_than_the_test_s_timeout_leaves(left: float | None, expected: float) -> None:
    deadline = None if left is None else time.monotonic() + left
    assert patience_to_stop(deadline, 6.0) == pytest.approx(expected, abs=0.4)
