"""How clients are shared out over several URLs: by weight, the same way every time"""

from collections.abc import Sequence


class Shares:
    """
    One client after another, each share spread out as evenly as whole clients allow (nginx's smooth weighted
    round-robin).

    Args:
        weights: whole numbers from 1, at least one.
    """

    def __init__(self, weights: Sequence[int]) -> None:
        self._weights = weights
        self._total = sum(weights)
        self._credit = [0] * len(weights)
        self._given: list[tuple[int, int]] = []
        self._before = [0] * len(weights)

    def of(self, client: int) -> tuple[int, int]:
        """The place of a client's URL, and how many clients before it have the same one; clients count from 1."""
        if len(self._weights) == 1:
            return 0, client - 1
        while len(self._given) < client:
            self._credit = [credit + weight for credit, weight in zip(self._credit, self._weights, strict=True)]
            place = max(range(len(self._credit)), key=lambda at: self._credit[at])
            self._credit[place] -= self._total
            self._given.append((place, self._before[place]))
            self._before[place] += 1
        return self._given[client - 1]
