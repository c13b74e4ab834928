"""How clients are shared out"""

from collections import Counter

import pytest

from pytest_hlsload.supervisor.shares import Shares


@pytest.mark.parametrize("weights", [(1,), (1, 3), (2, 2), (5, 1, 1), (3, 7, 11)])
def test_whole_rounds_give_each_its_weight_and_no_part_of_one_is_far_off(weights: tuple[int, ...]) -> None:
    shares, total = Shares(weights), sum(weights)
    places = [shares.of(client)[0] for client in range(1, 3 * total + 1)]

    for end in range(1, len(places) + 1):
        given = Counter(places[:end])
        assert all(abs(given[place] - end * weight / total) <= 1 for place, weight in enumerate(weights))
    assert Counter(places) == {place: 3 * weight for place, weight in enumerate(weights)}


def test_a_client_has_the_same_share_whoever_is_asked_first() -> None:
    one, other = Shares((1, 3)), Shares((1, 3))

    assert [one.of(client) for client in (9, 2, 6)] == [other.of(client) for client in (9, 2, 6)]
    assert [client for client in range(1, 13) if one.of(client)[0] == 0] == [2, 6, 10]
    assert [one.of(client)[1] for client in (2, 6, 10)] == [0, 1, 2]
