"""What the load generator's own health says about a client's trouble"""

from .cause import Cause, Finding
from .client_records import ExitRecord
from .durations import format_duration
from .facts import LoadFacts
from .health import LAG_LIMIT, MEMORY_LIMIT, is_starved, starved_text
from .playback import Span

# Health is on record every five seconds.
_INTERVAL = 5.0

_KILLED = -9


def of_generator(facts: LoadFacts, stall: Span) -> Finding | None:
    """The cause of a stall, if the load generator itself was it."""
    records = facts.health_between(stall.start - _INTERVAL, stall.end + _INTERVAL)
    if starved := [record for record in records if is_starved(record, decodes=facts.decodes)]:
        return Finding(Cause.GENERATOR, f"the load generator was short of CPU: {starved_text(starved)}")
    lag = max((record.lag or 0.0 for record in records), default=0.0)
    if lag > LAG_LIMIT and lag >= stall.duration / 2:
        return Finding(Cause.GENERATOR, f"the load generator acted {format_duration(lag)} late")
    return None


def kept_from_starting(facts: LoadFacts, first: float, last: float) -> Finding | None:
    """The cause of a client's having seen nothing between two moments, if the load generator was it."""
    records = facts.health_between(first, last + _INTERVAL)
    starved = [record for record in records if is_starved(record, decodes=False)]
    # Once is no reason for a client that had more than one chance.
    if not starved or 2 * len(starved) < len(records):
        return None
    return Finding(Cause.GENERATOR, f"the load generator was short of CPU: {starved_text(starved)}")


def killed_for_memory(facts: LoadFacts, record: ExitRecord) -> Finding | None:
    """The cause of a reader's end, if its machine had no memory left."""
    if record.code != _KILLED:
        return None
    near = facts.health_between(record.at - _INTERVAL, record.at + _INTERVAL)
    left = min((health.memory for health in near if health.memory is not None), default=MEMORY_LIMIT)
    if left >= MEMORY_LIMIT:
        return None
    return Finding(Cause.GENERATOR, f"killed by SIGKILL while the machine had {left / 2**20:.0f} MiB of memory left")
