"""A load generator that has what it needs is never called the limit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Origin

RUNS = 20


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_load_with_a_fault_on_a_machine_with_time_is_never_invalid(
    origin: Origin, ffmpeg: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """With a fault: a load that is clean is never invalid anyhow."""
    worst = []
    for run in range(RUNS):
        channel = origin.channel()
        with HlsLoad(channel.url, clients=10, ffmpeg=ffmpeg, report_dir=str(tmp_path / str(run))) as load:
            load.wait_until_streaming("30s")
            channel.refuse(7)
            load.soak(11)
            report = load.stop()
        assert report.stall_count > 0, f"run {run}"
        worst.append((report.verdict, report.generator))
    invalid = [generator for verdict, generator in worst if verdict == "invalid"]

    for name in "worst_lag", "readers_waited", "readers_busy", "cpu_max":
        record_property(name, max(getattr(generator, name) or 0.0 for _, generator in worst))
    assert invalid == []
