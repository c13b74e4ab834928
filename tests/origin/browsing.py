"""A small HTTP client for the tests: one connection, answers with the times at which their pieces came."""

import http.client
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pytest_hlsload.origin import Channel


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, headers in lower case, body, and when how much of the body had come (monotonic s, bytes)."""

    status: int
    headers: dict[str, str]
    body: bytes
    came: list[tuple[float, int]]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def segments(self) -> list[str]:
        return [line for line in self.text.splitlines() if line and not line.startswith("#")]

    def tag(self, name: str) -> str:
        return next(line.partition(":")[2] for line in self.text.splitlines() if line.startswith(f"#{name}:"))


class Browser:
    """A client of one channel."""

    def __init__(self, channel: Channel, name: str = "test", timeout: float = 10) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", channel.port, timeout=timeout)
        self._name = name

    def get(self, path: str, method: str = "GET") -> Answer:
        self.ask(path, method)
        return self.answer()

    def ask(self, path: str, method: str = "GET") -> None:
        self._http.request(method, f"/{path}", headers={"User-Agent": self._name})

    def answer(self) -> Answer:
        response = self._http.getresponse()
        came: list[tuple[float, int]] = []
        body = bytearray()
        while piece := response.read1(65536):
            body += piece
            came.append((time.monotonic(), len(body)))
        if response.length:
            raise http.client.IncompleteRead(bytes(body), response.length)
        response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, bytes(body), came)

    def playlist(self) -> Answer:
        return self.get("live.m3u8")

    def newest(self) -> str:
        return self.playlist().segments[-1]

    def await_next(self) -> str:
        """Wait for the next segment to be published; its name."""
        before = self.newest()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            name = self.newest()
            if name != before:
                return name
            time.sleep(0.005)
        raise AssertionError("no segment was published for 10 s")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
