"""
What is always judged: every client started in time, none was dead at the end, the supervisor lived, a live stream did
not end, and the load generator was not the limit; and the thresholds that were given
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .cause import Cause, Finding
from .causes import why_not_started, why_stalled
from .client_numbers import client_numbers
from .client_report import ClientReport
from .durations import format_clock, format_duration
from .facts import LoadFacts
from .health import Generator
from .host_health import generator_on_hosts, lost_hosts
from .one_line import one_line
from .playback import SHORTEST_COUNTED
from .records import PlaylistRecord
from .states import Playhead, State
from .window import Window

Verdict = Literal["pass", "fail", "invalid"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    Attributes:
        verdict: "invalid" where something went wrong and the load generator was the limit, so that nothing is known
            of the origin.
        problems: why it is not "pass", as sentences; the load generator first.
        notes: what is worth knowing but did no harm, as sentences.
        generator: the load generator's health.
    """

    verdict: Verdict
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    generator: Generator


def judge(
    facts: LoadFacts, window: Window, clients: Sequence[ClientReport], *, breaches: Sequence[str] = ()
) -> Judgement:
    """
    The verdict on a window of a load; on its end only where the window reaches it.

    Args:
        facts: the load's.
        window: the part of the load that is judged.
        clients: in that window.
        breaches: of the thresholds that the load is held to, as sentences.
    """
    to_the_end = window.closed and window.end >= facts.at
    late = [c for c in clients if _started_late(c)]
    dead = [c for c in clients if to_the_end and _is_dead(c)]
    harmed = {c.index for c in (*late, *dead)} | {c.index for c in clients if _stalled_by_generator(c)}
    trouble = [(p, c.index in harmed) for c in clients for p in c.facts.problems if window.holds(p.at)]
    lost = lost_hosts(facts, window)
    generator = generator_on_hosts(facts, window, unserved=[p for p, harm in trouble if harm], lost=lost)

    total = len(clients)
    problems = _not_started(late, total, facts.startup_timeout)
    if to_the_end:
        problems += _never_came(facts, clients)
        problems += _dead(dead, total, running=facts.running)
        problems += _ended_badly(facts)
    problems += _live_ended(clients, window)
    problems += _aborted(facts, window)
    problems += breaches

    problems += [one_line(p.text) for p in facts.problems if window.holds(p.at)]

    # What did no harm by itself is an explanation where there is something to explain, else an aside.
    asides = _counted(f"client {p.client}: {one_line(p.text)}" for p, harm in trouble if not harm)
    asides += _unprobed(facts, problems)
    notes = [*facts.notes, *_read_otherwise(facts), *map(one_line, facts.unreadable_thresholds)]
    notes += [f"host {host.name} was left out: {one_line(host.trouble)}" for host in facts.hosts if host.trouble]
    # Late time stamps can invent a stall or a late start, and hide none: what is clean in spite of them is clean.
    harm = bool(lost) or bool(problems) or any(client.stall_count for client in clients)
    invalid = bool(generator.limit) and harm
    if generator.limit and not invalid:
        asides.insert(0, generator.limit)
    problems = [generator.limit, *problems] if invalid else problems
    notes += [] if problems else asides
    problems += asides if problems else []
    verdict: Verdict = "invalid" if invalid else "fail" if problems else "pass"
    return Judgement(verdict, tuple(problems), tuple(notes), generator)


def _unprobed(facts: LoadFacts, problems: Sequence[str]) -> list[str]:
    """Playlists that the probe could not see, where nothing else says so."""
    errors = [(number, one_line(seen.error)) for number, seen in _looks(facts)]
    return [
        f"{_named(number, errors)} could not be probed: {error}"
        for number, error in errors
        if error and not any(error in problem for problem in problems)
    ]


def _read_otherwise(facts: LoadFacts) -> list[str]:
    """What is not as it was asked for."""
    looks = _looks(facts)
    return [f"{_named(number, looks)}: {one_line(seen.note)}" for number, seen in looks if seen.note]


def _looks(facts: LoadFacts) -> list[tuple[int, PlaylistRecord]]:
    looks = ((number, of_one.playlist) for number, of_one in facts.by_playlist.items())
    return [(number, seen) for number, seen in looks if seen is not None]


def _named(number: int, among: Sequence[object]) -> str:
    return "the playlist" if len(among) == 1 else f"playlist {number}"


def held_up(clients: Sequence[ClientReport]) -> tuple[str, ...]:
    """
    Why clients that are there do not play just now, as sentences; whatever time they still have. For somebody who waits
    for them.
    """
    waiting = [c for c in clients if c.present and c.startup_time is None]
    stalled = [c for c in clients if c.present and c.viewing[-1].playhead is Playhead.STALLED]
    have = "has" if len(waiting) == 1 else "have"
    sentences = _grouped(waiting, len(clients), f"{have} not started", _why_not_started)
    return (*sentences, *_grouped(stalled, len(clients), f"{_were(stalled, running=True)} buffering", _why_stalled))


def not_streaming(states: Sequence[State], clients: Sequence[ClientReport], seconds: float) -> str:
    """What to tell somebody who has waited so many seconds in vain for all clients to stream."""
    waiting = [n for n, state in enumerate(states, 1) if state is not State.STREAMING]
    shown = ", ".join(map(str, waiting[:10])) + (", …" if len(waiting) > 10 else "")
    told = f"{len(waiting)} of {len(states)} clients did not stream within {seconds:g} s: client {shown}"
    reasons = held_up(clients)
    return f"{told}. {reasons[0]}" if reasons else told


def _started_late(client: ClientReport) -> bool:
    if not client.present:
        return False
    if client.startup_time is None:
        return client.saw_nothing
    return client.startup_time > client.load.startup_timeout


def _not_started(late: Sequence[ClientReport], total: int, timeout: float) -> list[str]:
    had = max((c.elapsed for c in late), default=0.0)
    within = f"within {format_duration(timeout)}"
    if late and had < timeout:
        within = f"in the {format_duration(had)} that {'they' if len(late) > 1 else 'it'} had"

    return _grouped(late, total, f"did not start {within}", _why_not_started)


def _never_came(facts: LoadFacts, clients: Sequence[ClientReport]) -> list[str]:
    missing = [c.index for c in clients if c.facts.came is None and not c.facts.lost]
    if facts.running or not missing:
        return []
    what = f"{_were(missing)} never started, because the load ended first"
    return [f"{len(missing)} of {len(clients)} clients {what}: {client_numbers(missing)}"]


def _is_dead(client: ClientReport) -> bool:
    left = client.facts.stays is not None and client.facts.left is not None and client.facts.left < client.load.at
    stall = client.viewing[-1] if client.present and not client.facts.lost and not left else None
    if stall is None or stall.playhead is not Playhead.STALLED or not stall.duration:
        return False
    states = [s.state for s in client.facts.states if client.facts.left is None or s.at < client.facts.left]
    return states[-1] is State.BACKOFF or stall.duration > client.load.startup_timeout


def _dead(dead: Sequence[ClientReport], total: int, *, running: bool) -> list[str]:
    what = "dead" if running else "dead at the end"
    return _grouped(dead, total, f"{_were(dead, running=running)} {what}", _why_stalled)


def _why_not_started(client: ClientReport) -> Finding:
    until = client.window.end if client.startup_time is None else (client.facts.came or 0.0) + client.startup_time
    return why_not_started(client.load, client.facts, until)


def _why_stalled(client: ClientReport) -> Finding:
    *before, stall = client.viewing
    found = why_stalled(client.load, client.facts, stall, since=before[-1].start)
    return Finding(found.cause, f"stalled since {format_clock(stall.start)}, {found.cause}: {found.evidence}")


def _live_ended(clients: Sequence[ClientReport], window: Window) -> list[str]:
    ended = []
    for client in clients:
        at = next((span.start for span in client.viewing if span.playhead is Playhead.ENDED), None)
        if at is not None and window.holds(at) and _was_live(client):
            ended.append((at, client.index))
    if not ended:
        return []
    who = client_numbers(index for _, index in ended)
    return [f"the live stream ended at {format_clock(min(ended)[0])} for {len(ended)} of {len(clients)} clients: {who}"]


def _aborted(facts: LoadFacts, window: Window) -> list[str]:
    command = facts.aborted
    if command is None or not window.holds(command.at):
        return []
    return [f"the soak was aborted at {format_clock(command.at)}: {one_line(command.text)}"]


def _was_live(client: ClientReport) -> bool:
    """By the probe; where that did not see it, by the first reader that opened the stream."""
    playlist = client.load.playlist
    if playlist is not None and playlist.live is not None:
        return playlist.live
    return next((not run.vod for run in client.facts.readers if run.vod is not None), False)


def _ended_badly(facts: LoadFacts) -> list[str]:
    if facts.running or facts.ended == "stop":
        return []
    at = format_clock(facts.at)
    if facts.ended == "lost":
        return [f"the load ended at {at} because all of its hosts were lost"]
    if facts.ended == "lifeline":
        return [f"the load was ended at {at} because the process that had started it was gone"]
    if facts.ended:
        return [f"the load was not stopped but ended at {at} ({one_line(facts.ended)})"]
    return [
        f"the load was cut short: its journal breaks off at {at} (the supervisor was killed, or could no longer write)"
    ]


def _stalled_by_generator(client: ClientReport) -> bool:
    if not client.facts.problems:
        return False
    return any(s.cause is Cause.GENERATOR and s.duration >= SHORTEST_COUNTED for s in client.stalls)


def _grouped(
    clients: Sequence[ClientReport], total: int, what: str, why: Callable[[ClientReport], Finding]
) -> list[str]:
    """A sentence for all clients that came to grief for the same cause, with the evidence of the first."""
    groups: dict[Cause, tuple[str, list[int]]] = {}
    for client in clients:
        found = why(client)
        groups.setdefault(found.cause, (found.evidence, []))[1].append(client.index)
    return [
        f"{len(indexes)} of {total} clients {what}: {client_numbers(indexes)}: {evidence}"
        for evidence, indexes in groups.values()
    ]


def _counted(sentences: Iterable[str]) -> list[str]:
    """The first of them, and how many more there are."""
    first, *more = [*sentences] or [""]
    return ([f"{first} (and {len(more)} more)"] if more else [first]) if first else []


def _were(clients: Sequence[object], *, running: bool = False) -> str:
    if len(clients) == 1:
        return "is" if running else "was"
    return "are" if running else "were"
