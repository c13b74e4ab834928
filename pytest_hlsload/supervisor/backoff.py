"""How long to wait before the next reader"""

from random import Random

from pytest_hlsload.model.settings import LoadSettings


class Failures:
    """
    A client's failures in a row. Times are on the loop's clock.

    Args:
        settings: the load's.
        random: for the jitter of the wait.
    """

    def __init__(self, settings: LoadSettings, random: Random) -> None:
        self._settings = settings
        self._random = random
        self._count = 0
        self._steady_since: float | None = None

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return self._count > 0

    def add(self) -> float:
        """One more; how long to wait until the next attempt, in seconds."""
        self._count += 1
        settings = self._settings
        return backoff(self._count, shortest=settings.min_backoff, longest=settings.max_backoff, random=self._random)

    def attempt(self) -> None:
        """Another reader begins."""
        self._steady_since = None

    def forgiven_at(self, at: float, *, steady: bool) -> float | None:
        """When they will be forgotten if all goes on as it is; None where there are none, or things are not well."""
        if not self._count:
            return None
        if not steady:
            self._steady_since = None
        elif self._steady_since is None:
            self._steady_since = at
        return None if self._steady_since is None else self._steady_since + self._settings.stable_after

    def forgive(self, at: float) -> None:
        """Forget them if it is time."""
        if self._steady_since is not None and at >= self._steady_since + self._settings.stable_after:
            self._count = 0
            self._steady_since = None


def backoff(failures: int, *, shortest: float, longest: float, random: Random) -> float:
    """
    Seconds to wait after ``failures`` in a row: uniform in [shortest * 2**(f-1), shortest * 2**f], and at the cap in
    its upper half.

    The spread keeps clients that failed together from returning together.
    """
    low = min(shortest * 2 ** min(failures - 1, 60), longest / 2)
    return min(max(random.uniform(low, 2 * low), shortest), longest)
