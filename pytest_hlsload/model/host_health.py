"""How the load generator did where it ran on several hosts: each by itself, and which of them were lost"""

from collections.abc import Sequence
from dataclasses import replace

from .client_numbers import client_numbers
from .durations import format_clock
from .facts import HostFacts, LoadFacts
from .health import Generator, generator_of
from .one_line import one_line
from .records import ProblemRecord
from .window import Window


def generator_on_hosts(
    facts: LoadFacts, window: Window, *, unserved: Sequence[ProblemRecord], lost: Sequence[str]
) -> Generator:
    """
    The load generator's health in a window. Its figures are the worst over all hosts; its limit names the hosts.

    Args:
        facts: the load's.
        window: what it speaks of.
        unserved: what clients came to harm by because the load generator could not do it.
        lost: hosts that were, as sentences.
    """
    whole = generator_of(facts, window, unserved=[problem.text for problem in unserved])
    if not facts.hosts:
        return whole
    limits = [*lost]
    for host in facts.hosts:
        here = [problem.text for problem in unserved if problem.client is not None and host.has(problem.client)]
        part = facts.of_host(host.name)
        if limit := generator_of(part, window, unserved=here).limit:
            limits.append(f"host {host.name}: {limit}")
    return replace(whole, limit="; ".join(limits))


def lost_hosts(facts: LoadFacts, window: Window) -> tuple[str, ...]:
    """The hosts whose clients nothing is known of in a part of the window, as sentences."""
    return tuple(
        _lost(host, sum(it.clients for it in facts.hosts))
        for host in facts.hosts
        if host.lost_at is not None and host.clients and host.lost_at <= window.end
    )


def _lost(host: HostFacts, clients: int) -> str:
    assert host.lost_at is not None
    numbers = client_numbers(range(host.first, host.first + host.clients))
    return (
        f"host {host.name} was lost at {format_clock(host.lost_at)} ({one_line(host.lost_why)}); nothing is known of"
        f" its {host.clients} of {clients} clients from then on: {numbers}"
    )
