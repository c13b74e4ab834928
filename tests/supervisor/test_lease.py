"""How long a supervisor goes on without its owner."""

from pytest_hlsload.supervisor.lease import Lease
from pytest_hlsload.supervisor.loop import Loop


class Moments:
    """A clock that is wherever the loop waits for."""

    def __init__(self) -> None:
        self.now = 100.0
        self.loop = Loop(clock=lambda: self.now)
        self.over: list[float] = []

    def lease(self, seconds: float | None) -> Lease:
        return Lease(self.loop, seconds, self.over.append)

    def turn(self, at: float) -> None:
        # Something is always due, so that the loop does not wait.
        self.now = at
        self.loop.call_at(at, lambda _: None)
        self.loop.turn()


def test_a_lease_ends_when_the_owner_was_not_heard_for_so_long() -> None:
    it = Moments()
    it.lease(10)
    it.turn(109.9)
    assert it.over == []
    it.turn(110.1)

    assert it.over == [110.1]


def test_every_word_renews_it() -> None:
    it = Moments()
    lease = it.lease(10)
    for at in (105.0, 112.0, 118.0):
        lease.renew(at)
        it.turn(at + 0.1)
    it.turn(127.9)
    assert it.over == []
    it.turn(128.1)

    assert it.over == [128.1]


def test_it_ends_once() -> None:
    it = Moments()
    it.lease(10)
    it.turn(111.0)
    it.turn(140.0)

    assert it.over == [111.0]


def test_without_a_lease_it_goes_on_for_ever() -> None:
    it = Moments()
    lease = it.lease(None)
    lease.renew(105.0)
    it.turn(100.0 + 1e6)

    assert it.over == []
