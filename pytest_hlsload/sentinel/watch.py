"""The sentinel: looks at a live playlist as long as the load runs"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .checks import Checks
from .fetch import Answer, FetchError
from .found import Found
from .probe import NotAPlaylistError
from .served import Served
from .snapshot import read

# Where the playlist has not said its target duration yet.
_TARGET_UNKNOWN = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    One look, as figures.

    Attributes:
        asked: when, on the caller's clock, in seconds.
        took: how long the answer took, in seconds.
        had: whether it was a playlist.
        changed: whether it showed something new.
        unchanged: see `Checks.unchanged`.
        latency: how old its live edge was when it came, by its program dates, in seconds; None where it has none.
    """

    asked: float
    took: float
    had: bool
    changed: bool = False
    unchanged: float | None = None
    latency: float | None = None


def watch(
    url: str,
    fetch: Callable[[str], Answer],
    *,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Found | Seen]:
    """
    What is seen and found, as it is, until the playlist has ended.

    It asks as a player does (RFC 8216 6.3.4): a target duration after a change, half of one after none, counted from
    when it last asked.

    Args:
        url: the media playlist.
        fetch: from a URL to what is there; it must not take for ever.
        clock: monotonic seconds.
        wall: seconds since the epoch.
        sleep: waits so many seconds.
    """
    checks = Checks()
    target = _TARGET_UNKNOWN
    while True:
        asked = clock()
        wait = target / 2
        try:
            answer = fetch(url)
            took, came = clock() - asked, wall()
            now = read(answer.text)
        except (FetchError, NotAPlaylistError) as error:
            yield from checks.failed(asked, str(error))
            yield Seen(asked=asked, took=round(clock() - asked, 4), had=False)
        else:
            yield from checks.see(asked, now, took=took, wall=came, served=Served(answer.age, answer.cache))
            yield Seen(
                asked=asked,
                took=round(took, 4),
                had=True,
                changed=checks.changed,
                unchanged=_rounded(checks.unchanged),
                latency=_rounded(came - now.edge_date if now.edge_date is not None else None),
            )
            target = max(now.target_duration, 0.5)
            wait = target if checks.changed else target / 2
            if now.ended:
                return
        sleep(max(0.0, asked + wait - clock()))


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
