"""For how long viewers stay"""

from statistics import mean

import pytest

from pytest_hlsload.supervisor.audience import stay_of


def test_the_same_seed_has_the_same_audience_and_another_another() -> None:
    one, again, other = ([stay_of(client, churn=60, seed=seed) for client in range(1, 200)] for seed in (7, 7, 8))

    assert one == again
    assert not set(one) & set(other)


def test_viewers_stay_as_long_as_asked_for_in_the_mean_and_many_leave_soon() -> None:
    stays = [stay_of(client, churn=60, seed=1) or 0.0 for client in range(1, 20_000)]

    assert mean(stays) == pytest.approx(60, rel=0.05)
    assert sum(stay < 60 for stay in stays) / len(stays) == pytest.approx(0.632, abs=0.02)  # 1 - 1/e


def test_without_churn_they_stay_to_the_end() -> None:
    assert stay_of(1, churn=0.0, seed=0) is None
