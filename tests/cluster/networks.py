"""Hosts with networks of their own: namespaces of the kernel, each with its address, tied to this one by a cable"""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class Network:
    """
    A namespace.

    Args:
        number: which, from 0; it is part of its address.
    """

    def __init__(self, number: int) -> None:
        self._name = f"hls{os.getpid()}n{number}"
        self._cable = f"hls{os.getpid() % 100_000}c{number}"
        self.outside = f"10.231.{number}.1"
        """This machine's address as its inhabitants see it."""
        self.inside = f"10.231.{number}.2"
        """Their own."""

    @property
    def prefix(self) -> list[str]:
        """What stands before a command that is to run in it."""
        return ["ip", "netns", "exec", self._name]

    def make(self) -> None:
        _ip("netns", "add", self._name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self._name)
        _ip("addr", "add", f"{self.outside}/24", "dev", self._cable)
        _ip("link", "set", self._cable, "up")
        for command in (
            ("link", "set", "lo", "up"),
            ("addr", "add", f"{self.inside}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("route", "add", "default", "via", self.outside),
        ):
            _ip("-n", self._name, *command)

    def cut(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def remove(self) -> None:
        subprocess.run(["ip", "netns", "delete", self._name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "delete", self._cable], check=False, capture_output=True)


@contextmanager
def networks(number: int) -> Iterator[list[Network]]:
    """So many; where the machine has none to give, the test is skipped, and fails in CI."""
    made = [Network(place) for place in range(number)]
    try:
        _need()
        for network in made:
            network.make()
        yield made
    finally:
        for network in made:
            network.remove()


@contextmanager
def relay(address: str, port: int) -> Iterator[None]:
    """What listens on loopback is had at an address of this machine, too, under the same port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="relay")
    thread.start()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)

        async def one_way(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            try:
                while piece := await source.read(65536):
                    sink.write(piece)
                    await sink.drain()
            except OSError:
                pass
            sink.close()

        try:
            await asyncio.gather(one_way(reader, back), one_way(there, writer))
        finally:
            back.transport.abort()
            writer.transport.abort()

    async def stop() -> None:
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0.05)  # transports are closed a turn later

    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(pass_on, address, port), loop).result(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _need() -> None:
    say = pytest.fail if os.environ.get("CI") else pytest.skip
    if shutil.which("ip") is None:
        say("ip is not installed (Debian: iproute2)")
    probe = Network(99)
    try:
        probe.make()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine allows no network namespaces: {error.stderr.decode().strip()}")
    finally:
        probe.remove()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
