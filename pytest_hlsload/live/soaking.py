"""How a soak waits: until its end, no longer than the test may last, and not on after a breach that ends it"""

import time
from collections.abc import Callable, Iterator

from pytest_hlsload.model.breaches import breaches_of
from pytest_hlsload.model.durations import format_duration
from pytest_hlsload.model.errors import LoadAborted, LoadTimeout
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.model.thresholds import Threshold, parse_threshold

from .watch import JournalWatch

# The probe may take this long before the first client comes.
_PATIENCE_PROBE = 10.0

_LOOK_EVERY = 1.0

# A look at a thousand clients takes its time, which is the load generator's too.
_SHARE_OF_LOOKS = 0.02

# What has just happened may not be in the journal yet.
_NOT_YET = 0.5

# So long does it take to stop a load.
_STOP_MARGIN = 1.0

# What a stop is given at least, however little the test's timeout leaves.
_LEAST_STOP = 1.0


class Soaking:
    """
    One wait of a load.

    Args:
        watch: of the load's journal.
        settings: of the load.
        deadline: when the test has to be over, on the monotonic clock; None where nobody says.
        abort: told of a breach that ends the soak, before that is raised.
    """

    def __init__(
        self,
        watch: JournalWatch,
        settings: LoadSettings,
        *,
        deadline: Callable[[], float | None],
        abort: Callable[[str], object],
    ) -> None:
        self._watch = watch
        self._settings = settings
        self._deadline = deadline
        self._abort = abort
        self._thresholds: tuple[Threshold, ...] = tuple(map(parse_threshold, settings.abort))

    def waits(self, duration: float | None) -> Iterator[float]:
        """
        The moments, on the monotonic clock, until which to wait one after another.

        Args:
            duration: in seconds from now on; None for the load's own.

        Raises:
            LoadTimeout: where the test has not that much time left.
            LoadAborted: where a threshold of the setting ``abort`` does not hold.
        """
        watch = self._watch
        if duration is None:
            self._check_deadline(self._earliest_end)
            patience = time.monotonic() + self._settings.ramp + _PATIENCE_PROBE
            while watch.last_came is None and time.monotonic() < patience and not watch.over:
                yield min(patience, time.monotonic() + 0.1)
            until = watch.monotonic(watch.last_came or 0.0) + self._settings.duration
        else:
            until = time.monotonic() + duration
        self._check_deadline(until)
        every = _LOOK_EVERY
        watch.until = until
        try:
            while (now := time.monotonic()) < until and not watch.over:
                yield min(until, now + every) if self._thresholds else until
                every = max(_LOOK_EVERY, self._look() / _SHARE_OF_LOOKS)
        finally:
            watch.until = None

    @property
    def _earliest_end(self) -> float:
        """When a soak of the load's own duration can be over at the earliest."""
        settings, watch = self._settings, self._watch
        came = watch.last_came
        if came is None:
            came = settings.ramp * (settings.clients - 1) / settings.clients
        return watch.monotonic(came) + settings.duration

    def _check_deadline(self, until: float) -> None:
        deadline = self._deadline()
        if deadline is None or until + _STOP_MARGIN <= deadline:
            return
        now = time.monotonic()
        raise LoadTimeout(
            f"a soak of {format_duration(max(0.0, until - now))} is longer than what the test's timeout leaves,"
            f" {format_duration(max(0.0, deadline - now))}: soak for less, or give the test more time"
        )

    def _look(self) -> float:
        """Hold the load to the thresholds that end it; how long that took, in seconds."""
        if not self._thresholds or self._watch.over:
            return 0.0
        began = time.monotonic()
        report = self._watch.snapshot(self._watch.now - _NOT_YET)
        breaches = breaches_of(report, self._thresholds)
        if breaches:
            self._abort(breaches[0].line)
            raise LoadAborted(f"hls load: the soak was aborted: {breaches[0].line}")
        return time.monotonic() - began


def patience_to_stop(deadline: float | None, most: float) -> float:
    """
    How many seconds a stop may take: no more than the test's timeout leaves, after which nobody would see its end.

    Args:
        deadline: when the test has to be over, on the monotonic clock; None where nobody says.
        most: where nobody says.
    """
    left = deadline - time.monotonic() if deadline is not None else 0.0
    # After it, nothing will interrupt the stop any more: the timer has rung, and this is what it led to.
    return min(most, max(_LEAST_STOP, left - _STOP_MARGIN / 2)) if left > 0 else most
