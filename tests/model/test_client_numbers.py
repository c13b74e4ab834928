"""Clients, as a sentence names them"""

import pytest

from pytest_hlsload.model.client_numbers import client_numbers


@pytest.mark.parametrize(
    ("indexes", "named"),
    [
        ([], ""),
        ([7], "7"),
        ([9, 4, 7], "4, 7, 9"),
        ([1, 2, 3, 7, 9, 10], "1-3, 7, 9-10"),
        (range(1, 1001), "1-1000"),
        (range(1, 41, 2), "1, 3, 5, 7, 9, 11, 13, 15 and 12 more"),
    ],
)
def test_runs_are_drawn_together_and_many_are_cut_short(indexes: list[int], named: str) -> None:
    assert client_numbers(indexes) == named
