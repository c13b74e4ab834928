"""How clients are shared out over hosts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.cluster.placing import place

HOSTS = st.lists(st.tuples(st.floats(0, 64), st.integers(0, 40)), min_size=1, max_size=6)


def test_hosts_alike_are_given_alike() -> None:
    assert place(40, [1, 1], [100, 100]) == [20, 20]
    assert place(5, [1, 1, 1], [100] * 3) == [2, 2, 1]


def test_a_host_with_more_free_is_given_more() -> None:
    assert place(40, [6, 2], [100, 100]) == [30, 10]


def test_what_one_has_no_room_for_goes_to_the_others() -> None:
    assert place(40, [6, 2], [10, 100]) == [10, 30]


def test_hosts_that_are_all_busy_share_alike() -> None:
    assert place(4, [0, 0], [9, 9]) == [2, 2]


@given(st.integers(1, 60), HOSTS)
def test_all_clients_are_placed_and_no_host_is_given_more_than_it_has_room_for(
    clients: int, hosts: list[tuple[float, int]]
) -> None:
    weights, rooms = zip(*hosts, strict=True)
    if clients > sum(rooms):
        with pytest.raises(ValueError, match=f"room for, which is {sum(rooms)}"):
            place(clients, weights, rooms)
        return
    shares = place(clients, weights, rooms)

    assert sum(shares) == clients
    assert all(0 <= share <= room for share, room in zip(shares, rooms, strict=True))
