"""What an engine that reaches other machines has to offer; dask is one"""

from collections.abc import Sequence
from typing import Any, Protocol

from pytest_hlsload.model.errors import LoadError


class ClusterError(LoadError):
    """A load cannot be run on a cluster; the message says what to do."""


class HostSilent(Exception):
    """A host did not answer in time, or could not be reached; it may yet be there."""


class HostGone(Exception):
    """A host's agent is no more; the message says why."""


class Host(Protocol):
    """A place where one `agent.HostAgent` lives."""

    @property
    def name(self) -> str:
        """What people call it; "" where they do not."""

    @property
    def address(self) -> str:
        """As the engine knows it."""

    def call(self, method: str, *arguments: Any, timeout: float) -> Any:
        """
        Call a method of the agent and return what it returns. May be called in any thread.

        Raises:
            HostSilent: where no answer came within ``timeout`` seconds.
            HostGone: where there is no agent any more.
            Exception: what the agent raised.
        """

    def release(self) -> None:
        """Let go of the agent, which ends whatever it runs; does not wait."""


class Engine(Protocol):
    """Reaches hosts."""

    def hosts(self) -> Sequence[Host]:
        """
        All that there are, each with a new agent.

        Raises:
            ClusterError: where there are none, or they must not be used.
        """

    def check_secret(self, what: str) -> None:
        """
        Args:
            what: is secret, as a sentence begins; "" for nothing.

        Raises:
            ClusterError: where it would travel to the hosts in the clear.
        """
