"""A load on a channel with a fault, held against what the origin delivered"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from truth.loads import truths, zero_of
from truth.viewer import Viewing

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.origin import Channel, Fault, Origin

# A run in which the machine had no time for the load says nothing about the stream; it is repeated this often.
_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Watched:
    """
    One load beside what its viewers truly saw.

    Attributes:
        report: of the load.
        truth: by client number; times in seconds since the load's start.
        fault_at: when the fault began, by the origin's own log, in seconds since the load's start; None where there was
            none, or the log does not say.
    """

    report: LoadReport
    truth: dict[int, Viewing]
    fault_at: float | None

    @property
    def pairs(self) -> list[tuple[ClientReport, Viewing]]:
        """Each client's report beside the truth."""
        return [(client, self.truth[client.index]) for client in self.report.clients]


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """One origin for a worker's tests; each test has a channel of its own."""
    with Origin() as it:
        yield it


@pytest.fixture
def soak(origin: Origin, ffmpeg: str, tmp_path: Path) -> Callable[..., Watched]:
    """Runs a load through a fault and works out the truth."""

    def run(
        fault: Callable[[Channel], object], *, before: float, after: float, clients: int = 3, **channel: object
    ) -> Watched:
        for _ in range(_REPEATS + 1):
            live = origin.channel(**channel)  # type: ignore[arg-type]
            load = HlsLoad(live.url, clients=clients, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports"))
            with load:
                load.wait_until_streaming(20)
                load.soak(before)
                with load.phase("fault"):
                    struck = fault(live)
                    load.soak(after)
                report = load.stop()
            if report.verdict != "invalid":
                at = struck.start - zero_of(load) if isinstance(struck, Fault) and struck.start is not None else None
                return Watched(report, truths(live, load), at)
        pytest.fail(f"the machine had no time for the load in {_REPEATS + 1} runs: {report.problems}")

    return run
