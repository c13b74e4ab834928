"""The sentinel: looks at a live playlist as long as the load runs"""

import time
from collections.abc import Callable, Iterator

from .checks import Checks, Found
from .fetch import FetchError
from .probe import NotAPlaylistError
from .snapshot import read

# Where the playlist has not said its target duration yet.
_TARGET_UNKNOWN = 4.0


def watch(
    url: str,
    fetch: Callable[[str], tuple[str, str]],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Found]:
    """
    What is found, as it is found, until the playlist has ended.

    It asks as a player does (RFC 8216 6.3.4): a target duration after a change, half of one after none.

    Args:
        url: the media playlist.
        fetch: from a URL to the text there; it must not take for ever.
        clock: monotonic seconds.
        sleep: waits so many seconds.
    """
    checks = Checks()
    target, last = _TARGET_UNKNOWN, None
    while True:
        asked = clock()
        wait = target / 2
        try:
            now = read(fetch(url)[0])
        except (FetchError, NotAPlaylistError) as error:
            yield from checks.failed(asked, str(error))
        else:
            yield from checks.see(asked, now)
            target = max(now.target_duration, 0.5)
            wait = target if now.last != last else target / 2
            last = now.last
            if now.ended:
                return
        sleep(max(0.0, asked + wait - clock()))
