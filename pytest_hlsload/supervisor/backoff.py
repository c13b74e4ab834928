"""How long to wait before the next reader"""

from random import Random


def backoff(failures: int, *, shortest: float, longest: float, random: Random) -> float:
    """
    Seconds to wait after ``failures`` in a row: uniform in [shortest * 2**(f-1), shortest * 2**f], and at the cap in
    its upper half.

    The spread keeps clients that failed together from returning together.
    """
    low = min(shortest * 2 ** min(failures - 1, 60), longest / 2)
    return min(max(random.uniform(low, 2 * low), shortest), longest)
