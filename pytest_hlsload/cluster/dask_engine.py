"""
Hosts by dask.distributed: one actor a worker, pinned to it

The only module that knows dask. A process has one client a cluster, whatever number of loads it runs, and keeps it
until it ends: to connect takes seconds, and a LocalCluster is several processes.
"""

import asyncio
import atexit
import contextlib
import json
import logging
import os
import sys
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pytest_hlsload.model.settings import LoadSettings

from .agent import HostAgent
from .engine import ClusterError, Host, HostGone, HostSilent
from .safety import check_addresses, check_secret

# To a scheduler that is there a connection takes a second; a busy machine may take its time.
_PATIENCE_CONNECT = 10.0

# Workers that were started together with the load may be a little later.
_PATIENCE_WORKERS = 15.0

# A worker whose threads are all busy makes no actor.
_PATIENCE_AGENT = 20.0

_GONE = ("Worker holding Actor was lost", "Unable to contact Actor's worker")

# By process and cluster: the client, and the LocalCluster where it is one.
_clients: dict[tuple[int, str], tuple[Any, Any]] = {}
_one_connects = threading.Lock()


class AgentActor:
    """
    An agent as a dask actor. All methods of a worker's actors share one thread, unless they are coroutines: a slow one
    must not keep the news of other loads back, so each actor has threads of its own.
    """

    def __init__(self) -> None:
        self._agent = HostAgent()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="hls-load agent")

    async def call(self, method: str, arguments: tuple[Any, ...]) -> Any:
        """Call a method of the agent."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, getattr(self._agent, method), *arguments)


class DaskEngine:
    """
    Args:
        settings: of the load; its ``cluster`` is a scheduler's address, a scheduler file, or "local:N" for N worker
            processes on this machine.

    Raises:
        ClusterError: where it cannot be reached, or must not be.
    """

    def __init__(self, settings: LoadSettings) -> None:
        assert settings.cluster is not None
        self._settings = settings
        self._client = _client(settings.cluster, insecure=settings.cluster_insecure)
        self._addresses: Sequence[str] = ()

    def hosts(self) -> Sequence[Host]:
        """All workers, each with a new agent; see `engine.Engine`."""
        workers = self._workers()
        check_addresses(workers, insecure=self._settings.cluster_insecure)
        self._addresses = [self._client.scheduler.address, *workers]
        return [_DaskHost(self._client, address, name) for address, name in workers.items()]

    def check_secret(self, what: str) -> None:
        """See `engine.Engine`."""
        check_secret(self._addresses, what)

    def _workers(self) -> dict[str, str]:
        """The name of each worker, by its address."""
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE_WORKERS)
            known = self._client.scheduler_info(n_workers=-1)["workers"]
        except (TimeoutError, OSError):
            known = {}
        if not known:
            raise ClusterError(
                f"the cluster {self._settings.cluster} has no workers: start some, for example with 'dask worker'"
            )
        named = {address: worker.get("name") for address, worker in known.items()}
        # A worker that was given no name has its address for one, and says itself what its host is called.
        return {
            address: "" if name in {None, address} else f"worker-{name}" if isinstance(name, int) else str(name)
            for address, name in sorted(named.items(), key=lambda it: (str(it[1]), it[0]))
        }


class _DaskHost:
    """See `engine.Host`."""

    def __init__(self, client: Any, address: str, name: str) -> None:
        self._client = client
        self._future: Any = None
        self._actor: Any = None
        self._released = False
        self.name = name
        self.address = address

    def call(self, method: str, *arguments: Any, timeout: float) -> Any:
        if self._released:
            raise HostGone("its agent was let go")
        try:
            with self._client.as_current():  # an actor asks for it, and it is nobody's default
                if self._actor is None:
                    self._actor = self._make()
                answer = self._actor.call(method, arguments)
            return answer.result(timeout)
        except (HostGone, HostSilent):
            raise
        except TimeoutError as error:
            raise HostSilent(str(error) or f"it did not answer within {timeout:g} s") from None
        except Exception as error:
            if isinstance(error, (RuntimeError, OSError)) and any(text in str(error) for text in _GONE):
                raise HostGone("its dask worker is gone") from None
            if _is_ours(error):
                raise HostSilent(f"{type(error).__name__}: {error}") from None
            raise

    def _make(self) -> Any:
        # The standard library is there, whatever else is not; an agent that cannot be loaded never answers.
        try:
            self._submit(version, "pytest-hlsload").result(_PATIENCE_AGENT)
        except PackageNotFoundError:
            raise HostGone('pytest-hlsload is not installed there: pip install "pytest-hlsload[distributed]"') from None
        except TimeoutError:
            raise HostSilent(f"its worker ran nothing for {_PATIENCE_AGENT:g} s; are all its threads busy?") from None
        self._future = self._submit(AgentActor, actor=True)
        return self._future.result(_PATIENCE_AGENT)

    def _submit(self, what: Any, *arguments: Any, **how: Any) -> Any:
        """Run it on this worker and no other, and not what ran of it before."""
        return self._client.submit(
            what,
            *arguments,
            key=f"hls-load-{uuid.uuid4().hex}",
            workers=[self.address],
            allow_other_workers=False,
            pure=False,
            **how,
        )

    def release(self) -> None:
        self._released = True
        self._actor, future, self._future = None, self._future, None
        if future is not None:
            with contextlib.suppress(Exception):
                future.release()


def _is_ours(error: Exception) -> bool:
    """Whether an error is of the connection, not of the agent."""
    from distributed.comm.core import CommClosedError

    return isinstance(error, (CommClosedError, OSError)) or type(error).__module__.startswith("distributed")


def _client(cluster: str, *, insecure: bool) -> Any:
    """The client that the process has of a cluster."""
    with _one_connects:
        # A fork has its parent's, and must not use it.
        key = os.getpid(), cluster
        if key in _clients and _clients[key][0].status != "running":
            _close(*_clients.pop(key))
        if key not in _clients:
            _clients[key] = _connect(cluster, insecure=insecure)
            atexit.unregister(close_clients)
            atexit.register(close_clients)
        return _clients[key][0]


def close_clients() -> None:
    """Close all that this process has; the next load connects anew. At the process's end it is called anyway."""
    with _one_connects:
        for key in [key for key in _clients if key[0] == os.getpid()]:
            _close(*_clients.pop(key))


def _close(client: Any, cluster: Any) -> None:
    # That a scheduler is gone, for one, was told by then.
    silenced = [log for log in _its_loggers() if not log.disabled]
    for log in silenced:
        log.disabled = True
    for it in filter(None, (client, cluster)):
        with contextlib.suppress(Exception):
            it.close(timeout=5)
    for log in silenced:
        log.disabled = False


def _connect(cluster: str, *, insecure: bool) -> tuple[Any, Any]:
    distributed = _dask()
    if cluster.startswith("local:"):
        return _local(int(cluster.partition(":")[2]))
    address = cluster if "://" in cluster else _address_in(Path(cluster))
    check_addresses([address], insecure=insecure)
    try:
        return distributed.Client(address, timeout=_PATIENCE_CONNECT, set_as_default=False), None
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ClusterError(f"the cluster {cluster} cannot be reached: {error or type(error).__name__}") from None


def _dask() -> Any:
    known = "distributed" in sys.modules
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            'the setting cluster needs dask: pip install "pytest-hlsload[distributed]", here and on every host'
        ) from None
    if not known:  # else its log is somebody's; nobody else wants to read of every connection below a failed test
        for log in _its_loggers():
            log.setLevel(max(log.level, logging.WARNING))
    return distributed


def _its_loggers() -> list[logging.Logger]:
    return [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")]


def _local(workers: int) -> tuple[Any, Any]:
    distributed = _dask()
    cluster = distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,  # readers are processes of their own, and the worker does next to nothing
        silence_logs=logging.ERROR,
    )
    return distributed.Client(cluster, set_as_default=False), cluster


def _address_in(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["address"])
    except OSError as error:
        raise ClusterError(f"the scheduler file {file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ClusterError(f"{file} is no scheduler file of dask's: it names no address") from None
