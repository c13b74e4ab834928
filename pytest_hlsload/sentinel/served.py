"""Whose copy of a playlist a viewer gets: a cache's or the origin's, as far as HTTP headers tell"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """
    What the answer's headers say.

    Attributes:
        age: for how long a cache has held it, in seconds (``Age``); None where nobody says.
        cache: what a cache says of itself (``X-Cache``); "" where none does.
    """

    age: int | None = None
    cache: str = ""


NOBODY_SAYS = Served()


def whose_copy(served: Served, unchanged: float, target_duration: float) -> str:
    """
    The end of a sentence about a playlist that stands still: whether the edge serves an old copy or the origin makes
    nothing new; "" where the headers do not tell.

    Args:
        served: by whom.
        unchanged: for how long it has stood still, in seconds.
        target_duration: in seconds.
    """
    said = f"; X-Cache: {served.cache}" if served.cache else ""
    if served.age is not None and served.age > target_duration and served.age >= unchanged / 2:
        return f"; a cache has held it for {served.age} s (Age{said}): the edge is stale"
    if served.age is not None and served.age <= target_duration and unchanged > 2 * target_duration:
        return f"; a cache fetched it {served.age} s ago (Age{said}): the origin is stale"
    if served.age is None and "miss" in served.cache.lower():
        return f"; no cache had it (X-Cache: {served.cache}): the origin is stale"
    return f" (X-Cache: {served.cache})" if served.cache else ""
