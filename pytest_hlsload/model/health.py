"""How the load generator itself did, and whether that was the limit"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .durations import format_clock, format_duration
from .facts import LoadFacts
from .one_line import one_line
from .records import HealthRecord
from .window import Window

LAG_LIMIT = 0.25
"""A supervisor that acts later than this, in seconds, blurs every time in the report."""

DESCRIPTORS_LIMIT = 4
"""One reader more needs three pipes and a process descriptor."""

MEMORY_LIMIT = 64 * 2**20
"""A machine with less memory left, in bytes, ends processes, or does nothing but look for memory."""

# Readers with a thread that rests for less than a fifth of the time, and waits for a processor for much of it, are not
# served as they should be. One that never waits may be busy with something that is no media.
_BUSY = 0.8
_WAITED = 0.3

# A ramp may be late by so many seconds, or by this share of it.
_BEHIND = 1.0
_BEHIND_SHARE = 0.1


def is_starved(record: HealthRecord, *, decodes: bool) -> bool:
    """Whether the readers did not get the processor time that they needed. A decoder needs all that it asks for."""
    if record.readers_busy is None or record.readers_waited is None:
        return False
    return record.readers_busy >= _BUSY and (decodes or record.readers_waited >= _WAITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """
    The load generator's health. None stands for what the system does not say, or was not measured.

    Attributes:
        worst_lag: the worst delay between when the supervisor was to act and when it did, in seconds.
        worst_lag_at: when that was on record, in seconds since the load's start.
        cpu: mean share of the machine's CPU time in use, 0..1.
        cpu_max: the same, its highest over some five seconds.
        supervisor_cpu: mean CPU time that the supervisor used, in seconds a second.
        min_memory: the least memory that was available, in bytes.
        min_descriptors: the fewest descriptors that the supervisor could still open.
        worst_behind: how late the ramp was at worst, in seconds.
        readers_cpu: mean CPU time that the readers used, in seconds a second.
        readers_busy: share of the time in which the readers' busiest threads ran or waited for a processor, 0..1, its
            highest over some five seconds; near 1 they could not keep up.
        readers_waited: the same for the waiting alone.
        limit: why the load generator was the limit, as a sentence; "" where it was not.
    """

    worst_lag: float | None = None
    worst_lag_at: float | None = None
    cpu: float | None = None
    cpu_max: float | None = None
    supervisor_cpu: float | None = None
    min_memory: int | None = None
    min_descriptors: int | None = None
    worst_behind: float | None = None
    readers_cpu: float | None = None
    readers_busy: float | None = None
    readers_waited: float | None = None
    limit: str = ""

    def __repr__(self) -> str:
        facts = [self.limit or "not the limit"]
        if self.worst_lag is not None:
            facts.append(f"worst lag {self.worst_lag:.3f} s")
        if self.cpu_max is not None:
            facts.append(f"cpu up to {self.cpu_max:.0%}")
        if self.readers_waited is not None:
            facts.append(f"readers waited up to {self.readers_waited:.0%}")
        if self.min_memory is not None:
            facts.append(f"memory down to {self.min_memory / 2**20:.0f} MiB")
        return f"<Generator: {', '.join(facts)}>"


def generator_of(facts: LoadFacts, window: Window, *, unserved: Sequence[str]) -> Generator:
    """
    The load generator's health in a window.

    Args:
        facts: the load's.
        window: what is measured speaks of the seconds before, so that the window's start does not belong.
        unserved: what clients came to harm by because the load generator could not do it, as sentences.
    """
    records = [h for h in facts.health if window.start < h.at <= window.end or h.at == window.start == 0]
    lags = [(h.lag, h.at) for h in records if h.lag is not None]
    worst = max(lags, default=(None, None), key=lambda it: it[0])
    cpus = [h.cpu for h in records if h.cpu is not None]
    own = [h.supervisor_cpu for h in records if h.supervisor_cpu is not None]
    spent = [h.readers_cpu for h in records if h.readers_cpu is not None]
    starved = [h for h in records if is_starved(h, decodes=facts.decodes)]
    found = Generator(
        worst_lag=worst[0],
        worst_lag_at=worst[1],
        cpu=sum(cpus) / len(cpus) if cpus else None,
        cpu_max=max(cpus, default=None),
        supervisor_cpu=sum(own) / len(own) if own else None,
        min_memory=min((h.memory for h in records if h.memory is not None), default=None),
        min_descriptors=min((h.descriptors for h in records if h.descriptors is not None), default=None),
        worst_behind=max((h.behind for h in records if h.behind is not None), default=None),
        readers_cpu=sum(spent) / len(spent) if spent else None,
        readers_busy=max((h.readers_busy for h in records if h.readers_busy is not None), default=None),
        readers_waited=max((h.readers_waited for h in records if h.readers_waited is not None), default=None),
    )
    return replace(found, limit=_limit(found, unserved, starved, ramp=float(facts.settings.get("ramp") or 0.0)))


def _limit(found: Generator, unserved: Sequence[str], starved: Sequence[HealthRecord], *, ramp: float) -> str:
    reasons = []
    if found.worst_lag is not None and found.worst_lag > LAG_LIMIT:
        when = f" at {format_clock(found.worst_lag_at)}" if found.worst_lag_at is not None else ""
        reasons.append(
            f"its supervisor acted up to {format_duration(found.worst_lag)} late{when},"
            f" and more than {LAG_LIMIT:g} s blurs every figure"
        )
    if starved:
        reasons.append(starved_text(starved))
    if found.min_memory is not None and found.min_memory < MEMORY_LIMIT:
        reasons.append(f"its machine had {found.min_memory / 2**20:.0f} MiB of memory left")
    if ramp and found.worst_behind is not None and found.worst_behind > max(_BEHIND, _BEHIND_SHARE * ramp):
        reasons.append(f"its ramp was {format_duration(found.worst_behind)} behind")
    if found.min_descriptors is not None and found.min_descriptors < DESCRIPTORS_LIMIT:
        reasons.append("it ran out of file descriptors (raise the limit: ulimit -n)")
    if unserved:
        reasons.append(one_line(unserved[0]) + (f" ({len(unserved)} times)" if len(unserved) > 1 else ""))
    return f"the load generator was the limit: {'; '.join(reasons)}" if reasons else ""


def starved_text(records: Sequence[HealthRecord]) -> str:
    """Readers that did not get enough processor time, as a clause."""
    worst = max(records, key=lambda it: (it.readers_waited or 0.0, it.readers_busy or 0.0))
    machine = f"; the machine's was {worst.cpu:.0%} in use" if worst.cpu is not None else ""
    return (
        f"its readers waited for a processor for {worst.readers_waited or 0:.0%} of the time before"
        f" {format_clock(worst.at)} and rested for {1 - (worst.readers_busy or 0):.0%}{machine}"
    )
