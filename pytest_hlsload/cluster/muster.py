"""The hosts of a load before it starts: which can serve, and how many clients each is given"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from pytest_hlsload.model.settings import LoadSettings

from .clocks import HostClock
from .engine import ClusterError, Host, HostGone, HostSilent
from .placing import place

# A machine that does nothing else answers within two seconds.
_PATIENCE = 30.0

# What one reader takes and shares with no other, and some air.
_READER_MEMORY = 24 << 20

# Pipes and process of a reader, and what the supervisor needs itself.
_READER_DESCRIPTORS, _OWN_DESCRIPTORS = 5, 32

_ROUND_TRIPS = 5


@dataclass(slots=True)
class Mustered:
    """
    A host that was asked.

    Attributes:
        host: the engine's.
        name: what it is called in the report.
        clock: of the host against this one.
        fitness: what it answered, see `HostAgent.preflight`.
        trouble: why it cannot serve, as a sentence; "" where it can.
        clients: how many it is given.
    """

    host: Host
    name: str
    clock: HostClock = field(default_factory=HostClock)
    fitness: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    clients: int = 0


def muster(hosts: Sequence[Host], settings: LoadSettings, now: Callable[[], float]) -> list[Mustered]:
    """
    Ask all hosts, and share the clients out.

    Args:
        hosts: of the engine.
        settings: of the load.
        now: the owner's monotonic clock.

    Returns:
        All that were asked; those left out have a ``trouble`` and no clients.

    Raises:
        ClusterError: where one cannot serve and the setting ``unfit_hosts`` is "fail", where none can, or where there
            are more clients than they have room for.
    """
    asked = [Mustered(host, host.name) for host in hosts]
    with ThreadPoolExecutor(len(asked), thread_name_prefix="hls-load preflight") as threads:
        list(threads.map(lambda it: _ask(it, settings, now), asked))
    _name(asked)
    _judge_reach(asked)
    unfit = [it for it in asked if it.trouble]
    fit = [it for it in asked if not it.trouble]
    if unfit and (settings.unfit_hosts == "fail" or not fit):
        told = "; ".join(f"host {it.name} ({it.host.address}): {it.trouble}" for it in unfit[:5])
        more = f"; and {len(unfit) - 5} more" if len(unfit) > 5 else ""
        mend = ". To run without them, set unfit_hosts to 'leave-out'" if fit else ""
        raise ClusterError(f"{len(unfit)} of {len(asked)} hosts cannot serve: {told}{more}{mend}")
    _share_out(fit, settings)
    return asked


def _ask(it: Mustered, settings: LoadSettings, now: Callable[[], float]) -> None:
    try:
        for _ in range(_ROUND_TRIPS):
            asked = now()
            told = it.host.call("clock", timeout=_PATIENCE)
            it.clock.observe(asked, told, now())
        urls = [url for url, _ in settings.url]
        it.fitness = it.host.call("preflight", urls, settings.headers, settings.ffmpeg, timeout=_PATIENCE)
    except (HostGone, HostSilent) as error:
        it.trouble = str(error)
        return
    except Exception as error:  # noqa: BLE001  whatever it is, that host cannot serve, and the others may
        it.trouble = f"its agent failed: {type(error).__name__}: {error}"
        return
    theirs, ours = it.fitness.get("version"), version("pytest-hlsload")
    if theirs != ours:
        it.trouble = f"it has pytest-hlsload {theirs}, and this is {ours}: install the same everywhere"
    else:
        it.trouble = it.fitness["ffmpeg"]
    if not it.trouble and not _room(it):
        it.trouble = "it has no memory or no descriptors left for a reader"


def _name(asked: Sequence[Mustered]) -> None:
    """Every host is called something else."""
    taken: set[str] = set()
    for it in asked:
        name = wanted = it.name or it.fitness.get("name") or it.host.address
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name)
        it.name = name


def _judge_reach(asked: Sequence[Mustered]) -> None:
    """A playlist that none can have may yet appear, and is no host's fault; as on one machine, the report tells."""
    fit = [it for it in asked if not it.trouble]
    if any(not it.fitness["playlist"] for it in fit):
        for it in fit:
            if it.fitness["playlist"]:
                it.trouble = f"it cannot have the playlist: {it.fitness['playlist']}"


def _share_out(fit: Sequence[Mustered], settings: LoadSettings) -> None:
    machines = [it.fitness["machine"] for it in fit]
    # Several agents on one machine share what is free of it.
    beside = [machines.count(machine) for machine in machines]
    weights = [
        it.fitness["free_cpu"] / number if settings.placement == "free-cpu" else 1.0
        for it, number in zip(fit, beside, strict=True)
    ]
    rooms = [_room(it, number) for it, number in zip(fit, beside, strict=True)]
    try:
        shares = place(settings.clients, weights, rooms)
    except ValueError as error:
        raise ClusterError(f"{settings.clients} clients {error}: add hosts, or memory and descriptors") from None
    for it, share in zip(fit, shares, strict=True):
        it.clients = share


def _room(it: Mustered, beside: int = 1) -> int:
    """How many readers it has room for."""
    memory, descriptors = it.fitness["memory"], it.fitness["descriptors"]
    rooms = [1 << 20]
    if memory is not None:
        rooms.append(int(memory / beside / _READER_MEMORY))
    if descriptors is not None:
        rooms.append((descriptors - _OWN_DESCRIPTORS) // _READER_DESCRIPTORS)
    return max(0, min(rooms))
